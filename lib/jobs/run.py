"""One run, to the bottom: attempts, tasks, clusters, SKU lines and the usage rows themselves."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.errors import NotFound
from lib.jobs.table import Thresholds
from lib.spend.filters import Filters
from lib.spend.period import DAY
from lib.spend.window import wide
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.warehouse.together import at_once


@dataclass(frozen=True)
class RunView:
    """A run with everything that makes its cost. Costs are floats in the filters' currency and base."""

    filters: Filters
    job: dict[str, Any]
    run: dict[str, Any]
    """The row of `jobs/runs`: whole cost, also of days outside the period."""
    run_row: dict[str, Any]
    """The same, exact."""
    marks: tuple[str, ...]
    """`compute-heavy`, `databricks-heavy` (over 70 % of the cost on one side), `high cost`."""
    attempts: pd.DataFrame
    """One row an attempt, with `estimated_cost`: the run's cost by wall time."""
    tasks: pd.DataFrame
    clusters: pd.DataFrame
    """One row a (cluster_id, usage_date): configuration at the time of the run, node hours, `run_vm_cost`."""
    skus: pd.DataFrame
    """One row a (sku_name, usage_unit, price, price_source): `usage_quantity`, `cost`."""
    shared: pd.DataFrame
    usage: pd.DataFrame
    """The usage rows, each with its price."""
    usage_rows: pa.Table
    """The same, exact."""


def run(
    warehouse: Warehouse,
    filters: Filters,
    workspace_id: str,
    job_id: str,
    run_id: str,
    thresholds: Thresholds = Thresholds(),
) -> RunView:
    """Read one run; NotFound when it neither ran nor cost anything around the period."""
    params = wide(filters) | {"workspace_id": workspace_id, "job_id": job_id, "run_id": run_id, "result": None}
    around = {"period_start": params["start_date"], "period_end": params["end_date"]}
    run_rows = warehouse.fetch("jobs/runs", params | around)
    found = frame(run_rows)
    if found.empty:
        raise NotFound(
            f"There is no run {run_id!r} of job {job_id!r} in workspace {workspace_id!r} around this period.",
            remedy="Widen the period, or look for the run on the job's page.",
        )
    params |= _days_of(run_rows.to_pylist()[0])
    row: dict[str, Any] = {key: (None if _missing(value) else value) for key, value in found.iloc[0].to_dict().items()}
    usage_rows, job_rows, attempts, tasks, clusters, shared = at_once(
        warehouse,
        lambda: warehouse.fetch("runs/usage", params),
        lambda: warehouse.fetch("jobs/job", params),
        lambda: warehouse.fetch("runs/attempts", params),
        lambda: warehouse.fetch("runs/tasks", params),
        lambda: warehouse.fetch("runs/clusters", params),
        lambda: warehouse.fetch("jobs/shared", params),
    )
    usage = frame(usage_rows)
    usage["cost"] = usage["contract_cost" if filters.base == "contract" else "list_cost"]
    usage["price"] = usage["contract_price" if filters.base == "contract" else "list_price"]
    known = job_rows.to_pylist()
    return RunView(
        filters=filters,
        job=known[0] if known else {"workspace_id": workspace_id, "job_id": job_id, "job_name": None},
        run=row,
        run_row=run_rows.to_pylist()[0],
        marks=_marks(row, thresholds),
        attempts=_attempts(frame(attempts), row["total_cost"]),
        tasks=frame(tasks),
        clusters=_clusters(frame(clusters)),
        skus=_skus(usage),
        shared=frame(shared),
        usage=usage,
        usage_rows=usage_rows,
    )


def _days_of(run: dict[str, Any]) -> dict[str, object]:
    """The days to read for a run: its own, and one more for usage that starts in its last hour; else the whole window."""
    if run["run_date"] is None or run["ended_at"] is None or run["final_state"] == "RUNNING":
        return {}
    return {"start_date": run["run_date"], "end_date": run["ended_at"].date() + 2 * DAY}


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _marks(row: dict[str, Any], thresholds: Thresholds) -> tuple[str, ...]:
    whole, dbu, vm = row["total_cost"], row["dbu_cost"], row["vm_cost"]
    if not whole:
        return ()
    marks = []
    if vm is not None and vm / whole > 0.7:
        marks.append("compute-heavy")
    if vm is not None and dbu is not None and dbu / whole > 0.7:
        marks.append("databricks-heavy")
    if whole >= float(thresholds.high_cost):
        marks.append("high cost")
    return tuple(marks)


def _attempts(attempts: pd.DataFrame, total_cost: float | None) -> pd.DataFrame:
    busy = attempts["busy_s"].sum()
    share = attempts["busy_s"] / busy if busy else float("nan")
    attempts["estimated_cost"] = share * (float("nan") if total_cost is None else total_cost)
    return attempts.sort_values("attempt", ignore_index=True)


def _clusters(clusters: pd.DataFrame) -> pd.DataFrame:
    share = (clusters["run_dbus"] / clusters["cluster_dbus"]).where(clusters["cluster_dbus"] > 0)
    return clusters.assign(run_share=share, run_vm_cost=clusters["cluster_vm_cost"] * share)


def _skus(usage: pd.DataFrame) -> pd.DataFrame:
    keys = ["sku_name", "usage_unit", "price", "price_source"]
    summed = usage.groupby(keys, dropna=False, sort=False)[["usage_quantity", "cost"]].sum(min_count=1).reset_index()
    return summed.sort_values("cost", ascending=False, na_position="last", ignore_index=True)
