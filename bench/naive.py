"""The naive way: bring the rows into pandas, merge the prices, group. Here with list cost only, so it answers less than the
ledger does: no contract prices, no machines, no rules for repeated rows. `bench.same_answer` has what the ledger has.

Three of its kind are measured: `Whole` loads the tables as they are, with all their columns, and looks into them in pandas, as
a first script or dashboard does; one loads every row, but only the columns it needs, and cuts the period out afterwards; one lets
the database cut it out.
"""

from pathlib import Path
from typing import Literal

import pandas as pd

from bench.data import EVERY_DAY
from lib.spend.period import Period
from lib.warehouse.connections import attach, open_memory

USAGE = """
SELECT account_id, workspace_id, cloud, sku_name, usage_unit, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  usage_date, usage_quantity,
  billing_origin_product AS product, usage_metadata.job_id AS job_id, usage_metadata.job_run_id AS run_id
FROM account.billing.usage WHERE usage_date >= $start AND usage_date < $end
"""
PRICES = """
SELECT DISTINCT cloud, sku_name, usage_unit, CAST(price_start_time AS TIMESTAMP) AS price_start_time,
  CAST(price_end_time AS TIMESTAMP) AS price_end_time, pricing.effective_list.default AS price
FROM account.billing.list_prices WHERE currency_code = 'USD'
"""
RUNS = """
SELECT workspace_id, job_id, run_id, CAST(period_end_time AS TIMESTAMP) AS period_end_time, result_state
FROM account.lakeflow.job_run_timeline WHERE period_start_time >= $start AND period_start_time < $end
"""
JOBS = """
SELECT workspace_id, job_id, name, CAST(change_time AS TIMESTAMP) AS change_time FROM account.lakeflow.jobs
"""


class Naive:
    """Loads everything anew for every question, as a script or a simple dashboard does."""

    def __init__(self, account: Path, how: Literal["df", "fetchall"] = "df", reach: Period | None = None) -> None:
        """Loads the rows of `reach` and cuts the period out in pandas; without it, loads the period's rows only."""
        self._con = open_memory()
        attach(self._con, account, "account")
        self._how = how
        self._reach = reach

    def by(self, period: Period, keys: list[str]) -> pd.DataFrame:
        """List cost by some columns."""
        return self.priced(period).groupby(keys, dropna=False)["list_cost"].sum(min_count=1).reset_index()

    def jobs(self, period: Period) -> pd.DataFrame:
        """Jobs with cost, runs, results and cost per run."""
        usage = self.priced(period)
        usage = usage[usage["job_id"].notna() & (usage["product"] == "JOBS")]
        job = ["workspace_id", "job_id"]
        cost = usage.groupby(job)["list_cost"].sum().reset_index()
        per_run = usage.groupby([*job, "run_id"])["list_cost"].sum().groupby(job).quantile([0.5, 0.95]).unstack()
        slices = self._runs(period).sort_values("period_end_time")
        states = slices.groupby([*job, "run_id"])["result_state"].last().reset_index()
        results = states.groupby([*job, "result_state"]).size().unstack(fill_value=0)
        names = self._names().sort_values("change_time").groupby(job)["name"].last()
        return (
            cost.merge(per_run, on=job, how="left").merge(results, on=job, how="left").merge(names, on=job, how="left")
        )

    def job(self, period: Period, workspace_id: str, job_id: str) -> dict[str, pd.DataFrame]:
        """One job: its days, its SKUs, its runs."""
        usage = self.priced(period)
        usage = usage[(usage["workspace_id"] == workspace_id) & (usage["job_id"] == job_id)]
        slices = self._runs(period)
        slices = slices[(slices["workspace_id"] == workspace_id) & (slices["job_id"] == job_id)]
        states = slices.sort_values("period_end_time").groupby("run_id")["result_state"].last()
        return {
            "days": usage.groupby("usage_date")["list_cost"].sum().reset_index(),
            "skus": usage.groupby("sku_name")["list_cost"].sum().reset_index(),
            "runs": usage.groupby("run_id")["list_cost"].sum().reset_index().merge(states, on="run_id", how="outer"),
        }

    def priced(self, period: Period) -> pd.DataFrame:
        """All usage rows of the period with their price."""
        usage, prices = self._usage(self._reach or period), self._prices()
        merged = usage.reset_index().merge(prices, on=["cloud", "sku_name", "usage_unit"], how="left")
        valid = (merged["usage_start_time"] >= merged["price_start_time"]) & (
            merged["price_end_time"].isna() | (merged["usage_start_time"] < merged["price_end_time"])
        )
        priced = usage.join(merged[valid].drop_duplicates("index").set_index("index")["price"])
        if self._reach:
            days = pd.to_datetime(priced["usage_date"])
            priced = priced[(days >= pd.Timestamp(period.start)) & (days < pd.Timestamp(period.end))]
        return priced.assign(list_cost=priced["usage_quantity"] * priced["price"])

    def _usage(self, period: Period) -> pd.DataFrame:
        return self._load(USAGE, period)

    def _prices(self) -> pd.DataFrame:
        return self._load(PRICES)

    def _runs(self, period: Period) -> pd.DataFrame:
        return self._load(RUNS, period)

    def _names(self) -> pd.DataFrame:
        return self._load(JOBS)

    def _load(self, statement: str, period: Period | None = None) -> pd.DataFrame:
        params = {"start": period.start, "end": period.end} if period else None
        answer = self._con.sql(statement, params=params) if params else self._con.sql(statement)
        if self._how == "df":
            return answer.df()
        rows = pd.DataFrame(answer.fetchall(), columns=answer.columns)
        money = [name for name in ("usage_quantity", "price") if name in rows]
        return rows.astype(dict.fromkeys(money, "float64"))


class Whole(Naive):
    """Loads whole tables, every column of every row, and takes what it needs out of them in pandas."""

    def __init__(self, account: Path) -> None:
        super().__init__(account, reach=EVERY_DAY)

    def _usage(self, period: Period) -> pd.DataFrame:
        rows = self._table("billing.usage", ["usage_start_time"])
        metadata = rows["usage_metadata"]
        return rows.rename(columns={"billing_origin_product": "product"}).assign(
            job_id=metadata.str.get("job_id"), run_id=metadata.str.get("job_run_id")
        )

    def _prices(self) -> pd.DataFrame:
        rows = self._table("billing.list_prices", ["price_start_time", "price_end_time"])
        price = rows["pricing"].str.get("effective_list").str.get("default").astype("float64")
        columns = ["cloud", "sku_name", "usage_unit", "price_start_time", "price_end_time"]
        return rows[columns].assign(price=price)[rows["currency_code"] == "USD"].drop_duplicates()

    def _runs(self, period: Period) -> pd.DataFrame:
        rows = self._table("lakeflow.job_run_timeline", ["period_start_time", "period_end_time"])
        started = rows["period_start_time"]
        return rows[(started >= pd.Timestamp(period.start)) & (started < pd.Timestamp(period.end))]

    def _names(self) -> pd.DataFrame:
        return self._table("lakeflow.jobs", ["change_time"])

    def _table(self, name: str, instants: list[str]) -> pd.DataFrame:
        rows = self._load(f"SELECT * FROM account.{name}")
        return rows.assign(**{column: rows[column].dt.tz_convert("UTC").dt.tz_localize(None) for column in instants})
