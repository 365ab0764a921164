"""The naive way with the ledger's own answer: all rows of the tables it takes into pandas, merge, group.

It is written as one would write it who knows pandas well: whole columns at once, only columns that are needed, rows cut to
the period before work is done on them. It has list, account and rule prices, machines estimated from the node timeline and
split over usage, runs whose slices and repairs are put together, and shares of shared compute. What it does not know: cloud
bills and job spend tables (the accounts measured have none), more than one currency, usage whose table is not there.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.spend.period import Period
from lib.warehouse.connections import attach, attach_ledger, open_memory
from lib.warehouse.store import Pointer

MACHINE_USAGE = """
SELECT account_id, workspace_id, cloud, sku_name, usage_unit, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  CAST(usage_date AS TIMESTAMP) AS day, usage_quantity, billing_origin_product AS product,
  usage_metadata.cluster_id AS cluster_id, usage_metadata.node_type AS node_type,
  COALESCE(product_features.is_photon, FALSE) AS is_photon
FROM account.billing.usage
"""
JOB_USAGE = """
SELECT account_id, workspace_id, cloud, sku_name, usage_unit, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  CAST(usage_date AS TIMESTAMP) AS day, usage_quantity, billing_origin_product AS product,
  usage_metadata.cluster_id AS cluster_id, usage_metadata.node_type AS node_type,
  COALESCE(product_features.is_photon, FALSE) AS is_photon,
  usage_metadata.job_id AS job_id, usage_metadata.job_run_id AS run_id, usage_metadata.warehouse_id AS warehouse_id,
  product_features.is_serverless AS is_serverless,
  COALESCE(identity_metadata.run_as, identity_metadata.owned_by, identity_metadata.created_by) AS owner
FROM account.billing.usage
"""
LIST_PRICES = """
SELECT account_id, cloud, sku_name, usage_unit, CAST(price_start_time AS TIMESTAMP) AS valid_from,
  CAST(price_end_time AS TIMESTAMP) AS valid_to,
  CAST(COALESCE(pricing.effective_list.default, pricing.default) AS DOUBLE) AS price
FROM account.billing.list_prices WHERE currency_code = 'USD'
"""
ACCOUNT_PRICES = """
SELECT account_id, cloud, sku_name, usage_unit, CAST(price_start_time AS TIMESTAMP) AS valid_from,
  CAST(price_end_time AS TIMESTAMP) AS valid_to, CAST(pricing.default AS DOUBLE) AS price
FROM account.billing.account_prices WHERE currency_code = 'USD'
"""
RULES = """
SELECT match_kind, match_value, CAST(discount_share AS DOUBLE) AS discount_share,
  CAST(valid_from AS TIMESTAMP) AS valid_from, CAST(valid_to AS TIMESTAMP) AS valid_to, position
FROM book.reference.discount_rules
"""
VM_PRICES = "SELECT node_type, dbu_per_hour, usd_per_hour, spot_share FROM book.reference.vm_prices"
PHOTON = "SELECT cloud, product, photon_factor FROM book.reference.photon_factors"
NODES = """
SELECT workspace_id, cluster_id, instance_id, node_type, driver, CAST(start_time AS TIMESTAMP) AS start_time
FROM account.compute.node_timeline
"""
INSTANCES = """
SELECT workspace_id, instance_id, availability_type, CAST(event_time AS TIMESTAMP) AS event_time
FROM account.compute.instance_events
"""
CLUSTERS = """
SELECT workspace_id, cluster_id, CAST(change_time AS TIMESTAMP) AS change_time, cluster_source,
  COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
  COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand, 1) AS first_on_demand
FROM account.compute.clusters
"""
RUNS = """
SELECT workspace_id, job_id, run_id, run_name, CAST(period_start_time AS TIMESTAMP) AS start_time,
  CAST(period_end_time AS TIMESTAMP) AS end_time, result_state
FROM account.lakeflow.job_run_timeline
"""
TASKS = """
SELECT workspace_id, job_id, job_run_id AS run_id, run_id AS task_run_id, task_key, compute_ids, result_state,
  CAST(period_start_time AS TIMESTAMP) AS start_time, CAST(period_end_time AS TIMESTAMP) AS end_time
FROM account.lakeflow.job_task_run_timeline
"""
BILLED_NAMES = """
SELECT workspace_id, usage_metadata.job_id AS job_id, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  COALESCE(usage_metadata.job_name, usage_metadata.run_name) AS billed_name
FROM account.billing.usage
WHERE billing_origin_product = 'JOBS' AND usage_metadata.job_id IS NOT NULL
  AND COALESCE(usage_metadata.job_name, usage_metadata.run_name) IS NOT NULL
"""
JOBS = """
SELECT workspace_id, job_id, name, COALESCE(run_as_user_name, run_as, creator_user_name) AS owner,
  delete_time IS NOT NULL AS is_deleted, CAST(change_time AS TIMESTAMP) AS change_time
FROM account.lakeflow.jobs
"""
WORKSPACES = "SELECT workspace_id, workspace_name FROM account.access.workspaces_latest"
STATEMENTS = """
SELECT workspace_id, statement_id, compute.warehouse_id AS warehouse_id, query_source.job_info.job_id AS job_id,
  query_source.job_info.job_run_id AS run_id, CAST(start_time AS TIMESTAMP) AS start_time,
  CAST(end_time AS TIMESTAMP) AS end_time, CAST(update_time AS TIMESTAMP) AS update_time,
  COALESCE(waiting_for_compute_duration_ms, 0) + COALESCE(waiting_at_capacity_duration_ms, 0) AS wait_ms,
  COALESCE(result_fetch_duration_ms, 0) AS fetch_ms,
  COALESCE(total_task_duration_ms, 0) + COALESCE(compilation_duration_ms, 0) + COALESCE(result_fetch_duration_ms, 0)
    AS work_ms
FROM account.query.history
WHERE compute.warehouse_id IS NOT NULL AND end_time IS NOT NULL AND NOT COALESCE(from_result_cache, FALSE)
"""
WAREHOUSE_EVENTS = """
SELECT workspace_id, warehouse_id, cluster_count, event_type, CAST(event_time AS TIMESTAMP) AS event_time
FROM account.compute.warehouse_events
"""

SAME = 1e-4
DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)
PRICE_KEY = ["account_id", "cloud", "sku_name", "usage_unit"]
CLUSTER_DAY = ["day", "workspace_id", "cluster_id"]
JOB = ["workspace_id", "job_id"]
RUN = [*JOB, "run_id"]
RESOURCE_HOUR = ["kind", "workspace_id", "resource_id", "hour"]
CLASSIC = ["JOBS", "ALL_PURPOSE", "DLT"]
FAILED = ["FAILED", "ERROR", "TIMED_OUT"]


class SameAnswer:
    """Loads each table once for every question, as a script or a simple dashboard does."""

    def __init__(self, files: Pointer, *, every: bool) -> None:
        """`every`: loads all rows and cuts the days out in pandas; else the database cuts them out. The ledger file is
        there for the tables of machine prices and discount rules alone."""
        self._con = open_memory()
        attach(self._con, files.account, "account")
        if files.ledger:
            attach_ledger(self._con, files.ledger, files.base)
        self._every = every
        self._loaded: dict[tuple[object, ...], pd.DataFrame] = {}

    def spend(self, period: Period, keys: list[str]) -> pd.DataFrame:
        """Spend by some columns and unit: quantity, list and contract cost, VM cost."""
        self._loaded.clear()
        usage = self._priced(MACHINE_USAGE, period)
        machines = self._cluster_days(usage, period)
        rows = pd.concat([self._with_machines(usage, machines), self._orphans(machines)])
        rows = rows.rename(columns={"cost": "contract_cost"})
        money = ["usage_quantity", "list_cost", "contract_cost", "unpriced_quantity", "vm_cost"]
        return rows.groupby([*keys, "usage_unit"], dropna=False)[money].sum(min_count=1).reset_index()

    def jobs(self, period: Period, wide: Period, previous: Period | None) -> dict[str, pd.DataFrame]:
        """The jobs table and its days. `wide` is the window in which runs are followed, `previous` what is compared with."""
        self._loaded.clear()
        every_usage = self._priced(JOB_USAGE, wide)
        usage = self._with_machines(every_usage, self._cluster_days(every_usage, wide))
        usage = usage[(usage["product"] == "JOBS") & usage["job_id"].notna()]
        inside = _within(usage, "day", period)
        table = _by_job(inside)
        if previous:
            before = _within(usage, "day", previous).groupby(JOB)["total_cost"].sum()
            table = table.join(before.rename("previous_cost"))
        slices = self._rows(RUNS, "start_time", _wider(wide))
        runs = _results_by_job(_run_totals(usage, _runs(slices, wide), period), period)
        shared = self._shared(_within(every_usage, "day", period), period).groupby(JOB)["shared_cost"].sum()
        table = table.join(runs, how="outer").join(shared, how="outer").reset_index()
        table = table.merge(self._job_names(slices), on=JOB, how="left")
        table = table.merge(self._load(WORKSPACES), on="workspace_id", how="left")
        money = ["usage_quantity", "cost", "vm_cost"]
        return {"table": table, "daily": inside.groupby("day")[money].sum(min_count=1).reset_index()}

    def job(self, period: Period, wide: Period, workspace_id: str, job_id: str) -> dict[str, pd.DataFrame]:
        """One job: its SKUs, days, runs, tasks, and what it used of shared compute."""
        self._loaded.clear()
        every_usage = self._priced(JOB_USAGE, wide)
        clusters = every_usage.loc[_of_job(every_usage, workspace_id, job_id), "cluster_id"].unique()
        beside = every_usage[every_usage["cluster_id"].isin(clusters)]
        usage = self._with_machines(beside, self._cluster_days(beside, wide, clusters))
        usage = usage[_of_job(usage, workspace_id, job_id) & (usage["product"] == "JOBS")]
        inside = _within(usage, "day", period)
        money = ["usage_quantity", "list_cost", "cost", "vm_cost"]
        slices = self._rows(RUNS, "start_time", _wider(wide))
        names = self._job_names(slices)
        slices = slices[_of_job(slices, workspace_id, job_id)]
        shared = self._shared(_within(every_usage, "day", period), wide)
        shared = shared[_of_job(shared, workspace_id, job_id)]
        tasks = self._rows(TASKS, "start_time", period)
        return {
            "name": names[_of_job(names, workspace_id, job_id)],
            "skus": inside.groupby(["sku_name", "usage_unit"], dropna=False)[money].sum(min_count=1).reset_index(),
            "daily": inside.groupby("day")[money].sum(min_count=1).reset_index(),
            "runs": _run_totals(usage, _runs(slices, wide), period),
            "tasks": _tasks(tasks[_of_job(tasks, workspace_id, job_id)]),
            "shared": shared.groupby(["kind", "resource_id"])[["work_s", "shared_cost"]].sum().reset_index(),
        }

    def _priced(self, statement: str, period: Period) -> pd.DataFrame:
        """Usage rows with list cost and contract cost."""
        usage = self._rows(statement, "day", period).reset_index(drop=True)
        usage["list_price"] = _valid(usage, self._load(LIST_PRICES))
        usage["price"] = _valid(usage, self._load(ACCOUNT_PRICES))
        rules = self._load(RULES)
        discounted = usage["list_price"] * (1 - discount(usage, rules)) if len(rules) else usage["list_price"]
        usage["price"] = usage["price"].fillna(discounted).fillna(usage["list_price"])
        usage["list_cost"] = usage["usage_quantity"] * usage["list_price"]
        usage["cost"] = usage["usage_quantity"] * usage["price"]
        usage["unpriced_quantity"] = usage["usage_quantity"].where(usage["price"].isna(), 0.0)
        usage["cluster_id"] = usage["cluster_id"].where(usage["product"].isin(CLASSIC))
        return usage

    def _cluster_days(self, usage: pd.DataFrame, period: Period, clusters: Any = None) -> pd.DataFrame:
        """Machines of each cluster and day: DBUs billed, and what the machines cost."""
        nodes = self._rows(NODES, "start_time", period)
        if clusters is not None:
            nodes = nodes[nodes["cluster_id"].isin(clusters)]
        prices = self._load(VM_PRICES)
        seen = self._node_days(nodes).merge(prices, on="node_type", how="left")
        seen["dbus"] = seen["hours"] * seen["dbu_per_hour"]
        seen["vm_cost"] = seen["hours"] * seen["usd_per_hour"] * seen["spot_share"].where(seen["is_spot"], 1.0)
        timeline = seen.groupby(CLUSTER_DAY)[["dbus", "vm_cost"]].sum(min_count=1).reset_index()
        classic = usage[(usage["usage_unit"] == "DBU") & usage["cluster_id"].notna()]
        billed = classic.groupby(CLUSTER_DAY).agg(
            dbus=("usage_quantity", "sum"), node_type=("node_type", "max"), is_photon=("is_photon", "max"),
            product=("product", "max"), cloud=("cloud", "max"),
        )  # fmt: skip
        days = billed.reset_index().merge(timeline, on=CLUSTER_DAY, how="outer", suffixes=("", "_seen"))
        days = days.merge(prices, on="node_type", how="left")
        days = days.merge(self._load(PHOTON), on=["cloud", "product"], how="left")
        factor = days["photon_factor"].where(days["is_photon"].eq(True), 1.0)
        explained = days["dbus_seen"].fillna(0.0)
        missing = days["dbus"] / (days["dbu_per_hour"] * factor) - explained / days["dbu_per_hour"]
        few = (days["dbus"] > 0) & (days["dbu_per_hour"] > 0) & (explained * factor < 0.9 * days["dbus"])
        inferred = missing.where(few, 0.0)
        known = days["vm_cost"].notna() | (inferred != 0)
        cost = days["vm_cost"].fillna(0.0) + inferred * days["usd_per_hour"].fillna(0.0)
        return days[[*CLUSTER_DAY, "dbus"]].assign(machine_cost=cost.where(known))

    def _node_days(self, nodes: pd.DataFrame) -> pd.DataFrame:
        """Hours of each instance and day, and whether it was a spot instance."""
        instance = ["workspace_id", "cluster_id", "instance_id", "node_type", "driver"]
        nodes = nodes.assign(minute=nodes["start_time"].dt.floor("min")).drop_duplicates([*instance, "minute"])
        nodes["day"] = nodes["minute"].dt.normalize()
        days = nodes.groupby(["day", *instance], dropna=False).size().div(60).rename("hours").reset_index()
        events = self._load(INSTANCES).groupby(["workspace_id", "instance_id"])["availability_type"].max()
        days = days.merge(events.reset_index(), on=["workspace_id", "instance_id"], how="left")
        versions = self._load(CLUSTERS)
        versions = versions[versions["cluster_id"].isin(days["cluster_id"].unique())].sort_values("change_time")
        versions = versions.drop_duplicates(["workspace_id", "cluster_id", "change_time"])
        days["day_end"] = days["day"] + DAY - pd.Timedelta(microseconds=1)
        cluster = ["workspace_id", "cluster_id"]
        days = pd.merge_asof(
            days.sort_values("day_end"), versions, left_on="day_end", right_on="change_time", by=cluster
        )
        first = versions.drop_duplicates(cluster).set_index(cluster)
        late = days["change_time"].isna()
        days = days.join(first[["availability", "first_on_demand"]].add_suffix("_first"), on=cluster)
        availability = days["availability"].where(~late, days["availability_first"])
        on_demand = days["first_on_demand"].where(~late, days["first_on_demand_first"])
        ranked = days.sort_values(["driver", "hours", "instance_id"], ascending=[False, False, True])
        rank = ranked.groupby(CLUSTER_DAY).cumcount() + 1
        configured = (
            availability.str.startswith(("SPOT", "PREEMPTIBLE"), na=False) & ~days["driver"] & rank.gt(on_demand)
        )
        told = days["availability_type"]
        return days.assign(is_spot=told.isin(["SPOT", "PREEMPTIBLE"]).where(told.notna(), configured))

    def _with_machines(self, usage: pd.DataFrame, machines: pd.DataFrame) -> pd.DataFrame:
        """Usage rows with their part of the cluster's machines of that day, by DBUs."""
        usage = usage.merge(machines, on=CLUSTER_DAY, how="left")
        shared = (usage["usage_unit"] == "DBU") & (usage["dbus"] > 0)
        usage["vm_cost"] = (usage["machine_cost"] * usage["usage_quantity"] / usage["dbus"]).where(shared)
        usage["total_cost"] = usage[["cost", "vm_cost"]].sum(axis=1, min_count=1)
        return usage

    def _orphans(self, machines: pd.DataFrame) -> pd.DataFrame:
        """Machines that no usage explains, by what made their cluster."""
        orphans = machines[machines["machine_cost"].notna() & ~(machines["dbus"] > 0)]
        versions = self._load(CLUSTERS)
        versions = versions[versions["cluster_id"].isin(orphans["cluster_id"])].sort_values("change_time")
        newest = versions.drop_duplicates(["workspace_id", "cluster_id"], keep="last")
        orphans = orphans.merge(
            newest[["workspace_id", "cluster_id", "cluster_source"]], on=["workspace_id", "cluster_id"], how="left"
        )
        product = orphans["cluster_source"].map({"JOB": "JOBS", "PIPELINE": "DLT"}).fillna("ALL_PURPOSE")
        return orphans.assign(product=product, usage_unit=None, vm_cost=orphans["machine_cost"])

    def _job_names(self, slices: pd.DataFrame) -> pd.DataFrame:
        """What each job is called: its newest name, else what its usage or its runs called it."""
        changes = self._load(JOBS).sort_values("change_time")
        named = changes.groupby(JOB).agg(
            job_name=("name", "last"),
            owner=("owner", "last"),
            is_deleted=("is_deleted", "last"),
            names=("name", "nunique"),
        )
        billed_names = self._load(BILLED_NAMES).sort_values("usage_start_time").groupby(JOB)["billed_name"].last()
        run_names = slices[slices["run_name"].notna()].sort_values("start_time").groupby(JOB)["run_name"].last()
        names = named.join(billed_names, how="outer").join(run_names, how="outer")
        names["job_name"] = names["job_name"].fillna(names["billed_name"]).fillna(names["run_name"])
        return names.reset_index()

    def _shared(self, usage: pd.DataFrame, period: Period) -> pd.DataFrame:
        """What runs used of shared clusters and warehouses, each hour: cost times what was busy, by work."""
        billed = usage[
            ((usage["product"] == "ALL_PURPOSE") & usage["cluster_id"].notna())
            | ((usage["product"] == "SQL") & usage["warehouse_id"].notna())
        ]
        billed = billed.assign(
            kind=np.where(billed["product"] == "SQL", "warehouse", "cluster"),
            resource_id=billed["warehouse_id"].fillna(billed["cluster_id"]),
            hour=billed["usage_start_time"].dt.floor("h"),
        )
        costs = billed.groupby(RESOURCE_HOUR)["cost"].sum().reset_index()
        work = _by_hour(pd.concat([self._cluster_work(period), self._warehouse_work(period)], ignore_index=True))
        work["work_s"] = (work["until"] - work["since"]).dt.total_seconds() * work["weight"]
        work = work.sort_values([*RESOURCE_HOUR, "since", "until"])
        reached = work.groupby(RESOURCE_HOUR)["until"].cummax().groupby([work[name] for name in RESOURCE_HOUR]).shift()
        begin = work["since"].where(reached.isna() | (reached < work["since"]), reached)
        work["busy_s"] = (work["until"] - begin).dt.total_seconds().clip(lower=0)
        hours = work.groupby(RESOURCE_HOUR)[["busy_s", "work_s"]].sum().reset_index()
        hours = hours.merge(self._up(period, hours), on=RESOURCE_HOUR, how="left")
        up = np.maximum(hours["up_s"].fillna(3600), hours["busy_s"]).clip(lower=1)
        hours["busy_share"] = (hours["busy_s"] / up).clip(upper=1)
        of_jobs = (
            work[work["job_id"].notna()].groupby([*RESOURCE_HOUR, "job_id", "run_id"])["work_s"].sum().reset_index()
        )
        shared = of_jobs.merge(hours[hours["work_s"] > 0], on=RESOURCE_HOUR, suffixes=("", "_all"))
        shared = shared.merge(costs, on=RESOURCE_HOUR)
        shared["shared_cost"] = shared["cost"] * shared["busy_share"] * shared["work_s"] / shared["work_s_all"]
        return shared

    def _cluster_work(self, period: Period) -> pd.DataFrame:
        """Slices of tasks on clusters that people made."""
        tasks = self._rows(TASKS, "start_time", Period(period.start - DAY, period.end)).explode("compute_ids")
        tasks = tasks[tasks["end_time"] > tasks["start_time"]].rename(columns={"compute_ids": "resource_id"})
        newest = (
            self._load(CLUSTERS).sort_values("change_time").drop_duplicates(["workspace_id", "cluster_id"], keep="last")
        )
        people = newest[newest["cluster_source"].isin(["UI", "API"])].rename(columns={"cluster_id": "resource_id"})
        work = tasks.merge(people[["workspace_id", "resource_id"]], on=["workspace_id", "resource_id"])
        work = work.rename(columns={"start_time": "since", "end_time": "until"})
        return work[["workspace_id", "resource_id", *RUN[1:], "since", "until"]].assign(kind="cluster", weight=1.0)

    def _warehouse_work(self, period: Period) -> pd.DataFrame:
        """Statements on warehouses and days on which a job used them, newest row of each."""
        rows = self._rows(STATEMENTS, "start_time", Period(period.start - DAY, period.end)).sort_values("update_time")
        rows = rows.drop_duplicates(["workspace_id", "statement_id"], keep="last")
        rows["day"] = rows["start_time"].dt.normalize()
        place = ["workspace_id", "warehouse_id", "day"]
        work = rows.merge(rows.loc[rows["job_id"].notna(), place].drop_duplicates(), on=place)
        work["since"] = work["start_time"] + pd.to_timedelta(work["wait_ms"], unit="ms")
        work["until"] = work["end_time"] + pd.to_timedelta(work["fetch_ms"], unit="ms")
        work = work[work["until"] > work["since"]].rename(columns={"warehouse_id": "resource_id"})
        weight = work["work_ms"] / 1000 / (work["until"] - work["since"]).dt.total_seconds()
        columns = ["workspace_id", "resource_id", *RUN[1:], "since", "until"]
        return work[columns].assign(kind="warehouse", weight=weight)

    def _up(self, period: Period, hours: pd.DataFrame) -> pd.DataFrame:
        """Seconds that each shared cluster and warehouse was on, by hour."""
        nodes = self._rows(NODES, "start_time", period)
        nodes = nodes[nodes["cluster_id"].isin(hours.loc[hours["kind"] == "cluster", "resource_id"])]
        minutes = nodes.assign(minute=nodes["start_time"].dt.floor("min"))
        minutes = minutes.drop_duplicates(["workspace_id", "cluster_id", "minute"])
        minutes = minutes.assign(
            hour=minutes["minute"].dt.floor("h"), kind="cluster", resource_id=minutes["cluster_id"]
        )
        clusters = minutes.groupby(RESOURCE_HOUR).size().mul(60.0).rename("up_s").reset_index()
        events = self._rows(WAREHOUSE_EVENTS, "event_time", Period(period.start - 31 * DAY, period.end))
        events = events.sort_values(["workspace_id", "warehouse_id", "event_time", "cluster_count"])
        following = events.groupby(["workspace_id", "warehouse_id"])["event_time"].shift(-1)
        events["until"] = following.fillna(pd.Timestamp(period.end))
        on = events[(events["cluster_count"] > 0) & (events["event_type"] != "STOPPED")]
        on = on.assign(
            kind="warehouse",
            resource_id=on["warehouse_id"],
            since=on["event_time"].clip(lower=pd.Timestamp(period.start)),
        )
        pieces = _by_hour(on[on["until"] > on["since"]])
        pieces["up_s"] = (pieces["until"] - pieces["since"]).dt.total_seconds()
        return pd.concat([clusters, pieces.groupby(RESOURCE_HOUR)["up_s"].sum().reset_index()])

    def _rows(self, statement: str, column: str, period: Period) -> pd.DataFrame:
        """The statement's rows whose `column` lies in the period."""
        if self._every:
            return _within(self._load(statement), column, period)
        cut = f"SELECT * FROM ({statement}) WHERE {column} >= $start AND {column} < $end"
        return self._load(cut, {"start": period.start, "end": period.end})

    def _load(self, statement: str, params: dict[str, date] | None = None) -> pd.DataFrame:
        key = (statement, *(params or {}).values())
        if key not in self._loaded:
            self._loaded[key] = self._con.sql(statement, params=params or {}).df()
        return self._loaded[key]


def agreement(pairs: Iterable[tuple[pd.DataFrame, pd.DataFrame, Sequence[str]]]) -> str:
    """In words, whether the sums of columns are the same in two answers: frame, frame, columns."""
    off = {
        name: ours[name].sum() / theirs[name].sum() - 1 if theirs[name].sum() else float(ours[name].sum())
        for ours, theirs, names in pairs
        for name in names
    }
    far = {name: value for name, value in off.items() if abs(value) > SAME}
    if not far:
        return f"sums of {', '.join(off)} the same"
    return "not the same: " + ", ".join(f"{name} off by {value:.2%}" for name, value in far.items())


def _within(rows: pd.DataFrame, column: str, period: Period) -> pd.DataFrame:
    return rows[(rows[column] >= pd.Timestamp(period.start)) & (rows[column] < pd.Timestamp(period.end))]


def _wider(period: Period) -> Period:
    return Period(period.start - 31 * DAY, period.end + 31 * DAY)


def _of_job(rows: pd.DataFrame, workspace_id: str, job_id: str) -> pd.Series:
    return (rows["workspace_id"] == workspace_id) & (rows["job_id"] == job_id)


def _valid(usage: pd.DataFrame, prices: pd.DataFrame) -> pd.Series:
    """The price that was valid when each usage began: one a start, until the next one or its stated end."""
    prices = prices[prices["price"].notna()].sort_values([*PRICE_KEY, "valid_from", "valid_to"], na_position="last")
    prices = prices.drop_duplicates([*PRICE_KEY, "valid_from"], keep="last")
    following = prices.groupby(PRICE_KEY)["valid_from"].shift(-1)
    open_end = prices["valid_to"].isna() | (following <= prices["valid_to"] + pd.Timedelta(seconds=1))
    prices = prices.assign(valid_to=prices["valid_to"].where(~open_end, following))
    keyed = usage[[*PRICE_KEY, "usage_start_time"]].reset_index().merge(prices, on=PRICE_KEY)
    valid = (keyed["usage_start_time"] >= keyed["valid_from"]) & (
        keyed["valid_to"].isna() | (keyed["usage_start_time"] < keyed["valid_to"])
    )
    return keyed[valid].set_index("index")["price"].reindex(usage.index)


def discount(usage: pd.DataFrame, rules: pd.DataFrame) -> pd.Series:
    """The share that the first rule takes off: exact SKU before pattern before product before all."""
    key = ["sku_name", "product", "day"]
    pairs = usage[key].drop_duplicates().merge(rules, how="cross")
    pairs = pairs[
        (pairs["day"] >= pairs["valid_from"]) & (pairs["valid_to"].isna() | (pairs["day"] < pairs["valid_to"]))
    ]
    kinds = [pairs["match_kind"] == kind for kind in ("sku", "sku_pattern", "product", "all")]
    pairs["match_value"] = pairs["match_value"].fillna("")
    pattern = [bool(re.search(rule, sku)) for sku, rule in zip(pairs["sku_name"], pairs["match_value"], strict=True)]
    matches = [pairs["sku_name"] == pairs["match_value"], pattern, pairs["product"] == pairs["match_value"], True]
    pairs = pairs.assign(precedence=np.select(kinds, [1, 2, 3, 4], 9))[np.select(kinds, matches, False)]
    first = pairs.sort_values(["precedence", "position"]).drop_duplicates(key)
    return usage.merge(first[[*key, "discount_share"]], on=key, how="left")["discount_share"]


def _by_job(usage: pd.DataFrame) -> pd.DataFrame:
    usage = usage.sort_values("day")
    usage["dbu_quantity"] = usage["usage_quantity"].where(usage["usage_unit"] == "DBU")
    return usage.groupby(JOB).agg(
        owner=("owner", "last"), is_serverless=("is_serverless", "last"), dbus=("dbu_quantity", "sum"),
        list_cost=("list_cost", "sum"), dbu_cost=("cost", "sum"), vm_cost=("vm_cost", "sum"),
        total_cost=("total_cost", "sum"), unpriced_quantity=("unpriced_quantity", "sum"),
    )  # fmt: skip


def _runs(slices: pd.DataFrame, wide: Period) -> pd.DataFrame:
    """Runs, their slices put together: an attempt ends with the slice that has a result, a repair appends another."""
    slices = slices[["workspace_id", "job_id", "run_id", "start_time", "end_time", "result_state"]]
    slices = slices.sort_values([*RUN, "end_time", "start_time", "result_state"], na_position="last")
    slices = slices.drop_duplicates([*RUN, "start_time", "end_time"])
    ended = slices["result_state"].notna()
    slices["attempt"] = ended.groupby([slices[name] for name in RUN], dropna=False).cumsum() - ended
    slices["busy_s"] = (slices["end_time"] - slices["start_time"]).dt.total_seconds()
    attempts = slices.groupby([*RUN, "attempt"], dropna=False).agg(
        started_at=("start_time", "min"), busy_s=("busy_s", "sum"), state=("result_state", "last")
    )
    attempts["failed_s"] = attempts["busy_s"].where(attempts["state"].isin(FAILED), 0.0)
    attempts["state"] = attempts["state"].fillna("RUNNING")
    runs = attempts.groupby(level=RUN, dropna=False).agg(
        started_at=("started_at", "min"),
        busy_s=("busy_s", "sum"),
        failed_s=("failed_s", "sum"),
        state=("state", "last"),
    )
    runs["failed_share"] = (runs["failed_s"] / runs["busy_s"]).where(runs["busy_s"] > 0, 0.0)
    runs["failed_share"] = runs["failed_share"].where(~runs["state"].isin(FAILED), 1.0)
    return _within(runs.reset_index(), "started_at", wide)


def _run_totals(usage: pd.DataFrame, runs: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Runs that did or cost something in the period: whole cost, and its part inside the period."""
    usage = usage[usage["run_id"].notna()]
    days = (
        usage.groupby([*RUN, "day"])[["usage_quantity", "cost", "vm_cost", "total_cost"]].sum(min_count=1).reset_index()
    )
    money = ["cost", "vm_cost", "total_cost"]
    whole = days.groupby(RUN)[money].sum(min_count=1)
    inside = _within(days, "day", period)
    part = inside[inside["usage_quantity"] != 0].groupby(RUN)["total_cost"].sum().rename("period_cost")
    totals = runs.merge(whole.join(part, how="left").reset_index(), on=RUN, how="outer")
    begun = (totals["started_at"] >= pd.Timestamp(period.start)) & (totals["started_at"] < pd.Timestamp(period.end))
    return totals[totals["period_cost"].notna() | begun]


def _results_by_job(runs: pd.DataFrame, period: Period) -> pd.DataFrame:
    """How the runs of each job ended and what they cost."""
    never = runs["state"].isin(["SKIPPED", "BLOCKED"]) & (runs["cost"].fillna(0.0) == 0)
    begun = runs["started_at"] >= pd.Timestamp(period.start)
    runs = runs.assign(
        ran=~never, succeeded=runs["state"] == "SUCCEEDED", failed=runs["state"].isin(FAILED), skipped=never,
        ended=runs["state"].isin(["SUCCEEDED", "CANCELLED", *FAILED]),
        failure_cost=runs["period_cost"] * runs["failed_share"], begun_cost=runs["total_cost"].where(~never & begun),
    )  # fmt: skip
    by_job = runs.groupby(JOB)
    results = by_job.agg(
        runs=("ran", "sum"), succeeded_runs=("succeeded", "sum"), failed_runs=("failed", "sum"),
        ended_runs=("ended", "sum"), skipped_runs=("skipped", "sum"), failure_cost=("failure_cost", "sum"),
        run_cost_max=("total_cost", "max"), busy_s=("busy_s", "sum"), last_run_at=("started_at", "max"),
    )  # fmt: skip
    return results.join(
        by_job["begun_cost"].quantile([0.5, 0.95]).unstack().set_axis(["run_cost_p50", "run_cost_p95"], axis=1)
    )


def _tasks(tasks: pd.DataFrame) -> pd.DataFrame:
    tasks = tasks.assign(work_s=(tasks["end_time"] - tasks["start_time"]).dt.total_seconds()).sort_values("end_time")
    runs = tasks.groupby(["task_key", "run_id", "task_run_id"]).agg(
        work_s=("work_s", "sum"), state=("result_state", "last")
    )
    runs["failed"] = runs["state"].isin(FAILED)
    return runs.groupby("task_key").agg(
        task_runs=("work_s", "size"),
        failed_task_runs=("failed", "sum"),
        work_s=("work_s", "sum"),
        p50_s=("work_s", "median"),
    )


def _by_hour(pieces: pd.DataFrame) -> pd.DataFrame:
    """Each piece (`since`, `until`) cut at the hours it touches."""
    first = pieces["since"].dt.floor("h")
    count = ((pieces["until"].dt.floor("h") - first) // HOUR + 1).to_numpy()
    repeated = pieces.loc[pieces.index.repeat(count)].copy()
    number = pd.Series(1, index=repeated.index).groupby(level=0).cumsum() - 1
    repeated["hour"] = first.loc[repeated.index] + number * HOUR
    repeated["since"] = np.maximum(repeated["since"], repeated["hour"])
    repeated["until"] = np.minimum(repeated["until"], repeated["hour"] + HOUR)
    return repeated[repeated["until"] > repeated["since"]]
