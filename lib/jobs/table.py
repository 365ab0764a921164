"""All jobs of a period: the table, its cards and its days, from one reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pandas as pd
import pyarrow as pa

from lib.spend.compare import AsOf, Change, Comparison, comparison
from lib.spend.filters import Filters
from lib.spend.window import wide
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, total

SETTING = "thresholds"
"""What a person's own are kept under."""


@dataclass(frozen=True)
class Thresholds:
    """From when a job or a run is marked; the same on every screen."""

    high_cost: Decimal = Decimal(500)
    """Money, in the view's currency."""
    high_change: float = 0.5
    """Share by which the cost rose."""

    def set_by(self, value: object) -> "Thresholds | None":
        """These, changed by what a person set: `{"over": "500", "rise": "0.5"}`, either may be missing; None for anything else.

        >>> Thresholds().set_by({"rise": "0.2"}).high_change
        0.2
        """
        if not isinstance(value, dict):
            return None
        try:
            over, rise = Decimal(value.get("over", self.high_cost)), Decimal(value.get("rise", str(self.high_change)))
        except (InvalidOperation, TypeError):
            return None
        return Thresholds(over, float(rise))


@dataclass(frozen=True)
class Cards:
    """The figures above the table: they equal its sums."""

    jobs: int
    runs: int
    total_cost: Decimal | None
    dbu_cost: Decimal | None
    vm_cost: Decimal | None
    shared_cost: Decimal | None
    """Estimated shares of shared compute; not part of the total."""
    failure_cost: Decimal | None
    dbus: Decimal | None
    average_per_run: float | None
    most_expensive_run: float | None
    unpriced_quantity: Decimal | None
    change: Change | None


@dataclass(frozen=True)
class JobsView:
    """The jobs that the filters leave."""

    filters: Filters
    as_of: AsOf
    comparison: Comparison | None
    thresholds: Thresholds
    rows: pa.Table
    """As `jobs/table` gives them: exact."""
    jobs: pd.DataFrame
    """One row a (workspace_id, job_id), most expensive first: the columns of `jobs/table` as floats, and
    `display_name`, `cost_per_run`, `success_rate` (0-1, NaN when no run ended), `change` and `change_share`,
    `is_high`, `is_rising`, `vm_label` (billed, estimated or nothing)."""
    cards: Cards
    daily: pd.DataFrame
    """One row a day: `usage_date`, `dbus`, `dbu_cost`, `vm_cost`, `total_cost`, `is_complete`."""


def jobs(warehouse: Warehouse, filters: Filters, as_of: AsOf, thresholds: Thresholds = Thresholds()) -> JobsView:
    """Read the jobs of a period: two statements. What runs with one result cost is not compared: runs before are not read."""
    compared = None if filters.result else comparison(filters.period, as_of)
    rows = warehouse.fetch("jobs/table", wide(filters, compared) | _comparison(compared) | _narrowed(filters))
    table = _table(rows, compared, thresholds)
    keys = chosen_keys(table, filters)
    chosen = {"job_keys": None if keys is None else list(keys), "result": filters.result}
    daily = frame(warehouse.fetch("jobs/daily", filters.params() | chosen))
    return JobsView(
        filters, as_of, compared, thresholds, rows, table, _cards(rows, table, compared), with_totals(daily, as_of)
    )


def trend(warehouse: Warehouse, filters: Filters, keys: Sequence[str]) -> dict[str, list[float]]:
    """Cost of each day of the period for some jobs (`workspace_id/job_id`), for their sparklines."""
    params = filters.params()
    names = ("start_date", "end_date", "currency", "base")
    rows = frame(warehouse.fetch("jobs/trend", {name: params[name] for name in names} | {"job_keys": list(keys)}))
    lines = {key: [0.0] * filters.period.days for key in keys}
    for row in rows.itertuples():
        day = (row.usage_date - filters.period.start).days  # type: ignore[operator]
        lines[f"{row.workspace_id or ''}/{row.job_id}"][day] = float(row.total_cost)  # type: ignore[arg-type]
    return lines


def job_keys(table: pd.DataFrame) -> list[str]:
    """What `job_keys` parameters take: workspace and job id."""
    return [f"{workspace or ''}/{job}" for workspace, job in zip(table["workspace_id"], table["job_id"], strict=True)]


def chosen_keys(table: pd.DataFrame, filters: Filters) -> tuple[str, ...] | None:
    """The jobs in view when a filter on jobs chose them; None when all jobs are."""
    chosen = filters.job_name or filters.cost_min is not None or filters.cost_max is not None
    return tuple(job_keys(table)) if chosen else None


def _narrowed(filters: Filters) -> dict[str, object]:
    return {
        "job_name": filters.job_name or None,
        "result": filters.result,
        "cost_min": filters.cost_min,
        "cost_max": filters.cost_max,
    }


def _comparison(compared: Comparison | None) -> dict[str, object]:
    return {
        "recent_start": compared.recent.start if compared else None,
        "recent_end": compared.recent.end if compared else None,
        "previous_start": compared.previous.start if compared else None,
        "previous_end": compared.previous.end if compared else None,
    }


def _table(rows: pa.Table, compared: Comparison | None, thresholds: Thresholds) -> pd.DataFrame:
    table = frame(rows)
    table["display_name"] = table["job_name"].fillna(table["job_id"])
    table["cost_per_run"] = (table["total_cost"] / table["runs"]).where(table["runs"] > 0)
    table["success_rate"] = (table["succeeded_runs"] / table["ended_runs"]).where(table["ended_runs"] > 0)
    before = table["previous_cost"].fillna(0.0)
    table["change"] = table["recent_cost"].fillna(0.0) - before if compared else float("nan")
    table["change_share"] = (table["change"] / before).where(before > 0)
    table["is_high"] = table["total_cost"] >= float(thresholds.high_cost)
    table["is_rising"] = table["change_share"] >= thresholds.high_change
    table["vm_label"] = table["vm_basis"].fillna("")
    order = ["total_cost", "workspace_id", "job_id"]
    return table.sort_values(order, ascending=[False, True, True], na_position="last", ignore_index=True)


def _cards(rows: pa.Table, table: pd.DataFrame, compared: Comparison | None) -> Cards:
    runs = int(table["runs"].sum())
    spent = total(rows, "total_cost")
    previous = total(rows, "previous_cost")
    recent = total(rows, "recent_cost")
    change = Change(float(recent or 0), None if previous is None else float(previous)) if compared else None
    most = table["run_cost_max"].max()
    return Cards(
        jobs=len(table),
        runs=runs,
        total_cost=spent,
        dbu_cost=total(rows, "dbu_cost"),
        vm_cost=total(rows, "vm_cost"),
        shared_cost=total(rows, "shared_cost"),
        failure_cost=total(rows, "failure_cost"),
        dbus=total(rows, "dbus"),
        average_per_run=float(spent) / runs if spent is not None and runs else None,
        most_expensive_run=None if pd.isna(most) else float(most),
        unpriced_quantity=total(rows, "unpriced_quantity"),
        change=change,
    )


def with_totals(rows: pd.DataFrame, as_of: AsOf) -> pd.DataFrame:
    """Rows of `jobs/daily` in the order of days, with `total_cost` and `is_complete`."""
    rows["total_cost"] = rows[["dbu_cost", "vm_cost"]].sum(axis=1, min_count=1)
    rows["is_complete"] = [day < as_of.complete_until for day in rows["usage_date"]]
    return rows.sort_values("usage_date", ignore_index=True)
