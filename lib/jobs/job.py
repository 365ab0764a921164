"""One job in a period: what it is, what its cost is made of, and its runs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import NotFound
from lib.jobs.table import with_totals
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.window import wide
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, sum_or_none, total
from lib.warehouse.together import at_once, together


@dataclass(frozen=True)
class JobView:
    """A job and its period. Costs are floats in the filters' currency and base."""

    filters: Filters
    as_of: AsOf
    job: dict[str, Any]
    """The row of `jobs/job`."""
    dbu_cost: float | None
    vm_cost: float | None
    vm_basis: str | None
    shared_cost: float | None
    """Estimated, not part of the total."""
    total_cost: float | None
    dbus: float | None
    skus: pd.DataFrame
    """One row a (product, sku_name, usage_unit, is_serverless, price_source): `usage_quantity`, `cost`, `vm_cost`, …"""
    tasks: pd.DataFrame
    """One row a task: `work_s`, `task_runs`, `failed_task_runs`, and `estimated_cost`: its share by working time."""
    shared: pd.DataFrame
    """One row a shared cluster or warehouse that its tasks used: `resource_name`, `work_s`, `shared_cost`."""
    sku_rows: pa.Table
    """As `jobs/skus` gives them: exact."""
    totals: dict[str, Decimal | None]
    """The exact amounts: `dbus`, `list_cost`, `cost`, `vm_cost`, `total_cost`."""
    run_rows: pa.Table
    """As `jobs/runs` gives them: exact."""
    runs: pd.DataFrame
    """One row a run, newest first: whole cost, and `period_cost`, the part of it inside the period."""
    daily: pd.DataFrame
    """One row a day: `usage_date`, `dbu_cost`, `vm_cost`, `total_cost`, `is_complete`."""
    no_run_cost: float
    """Usage of the job in the period that names no run."""


def job(warehouse: Warehouse, filters: Filters, as_of: AsOf, workspace_id: str, job_id: str) -> JobView:
    """Read one job: six small queries asked at once; NotFound for an id that neither ran nor cost anything, ever."""
    params = wide(filters) | {"workspace_id": workspace_id, "job_id": job_id, "run_id": None, "result": filters.result}
    period = params | {"start_date": filters.period.start, "end_date": filters.period.end}
    run_rows, (sku_rows, job_rows, shared_rows, daily, task_rows) = together(
        warehouse,
        lambda: warehouse.fetch("jobs/runs", params),  # by itself: there may be many
        lambda: at_once(
            warehouse,
            lambda: warehouse.fetch("jobs/skus", period),
            lambda: warehouse.fetch("jobs/job", params),
            lambda: warehouse.fetch("jobs/shared", period),
            lambda: warehouse.fetch("jobs/days", period),
            lambda: warehouse.fetch("jobs/tasks", period),
        ),
    )
    skus, known, runs = frame(sku_rows), job_rows.to_pylist(), _runs(frame(run_rows))
    if not known and skus.empty and runs.empty:
        raise NotFound(
            f"There is no job {job_id!r} in workspace {workspace_id!r}.",
            remedy="It may be in another workspace, or outside of what was loaded. Look for it on the Jobs page.",
        )
    shared = frame(shared_rows)
    dbu_cost, vm_cost = sum_or_none(skus["cost"]), sum_or_none(skus["vm_cost"])
    parts = [part for part in (dbu_cost, vm_cost) if part is not None]
    total_cost = sum(parts) if parts else None
    in_runs = float(runs["period_cost"].sum())
    return JobView(
        filters=filters,
        as_of=as_of,
        job=known[0] if known else _unnamed(workspace_id, job_id),
        dbu_cost=dbu_cost,
        vm_cost=vm_cost,
        vm_basis=next(iter(skus["vm_basis"].dropna()), None),
        shared_cost=sum_or_none(shared["shared_cost"]),
        total_cost=total_cost,
        dbus=sum_or_none(skus.loc[skus["usage_unit"] == "DBU", "usage_quantity"]),
        skus=skus.sort_values("cost", ascending=False, na_position="last", ignore_index=True),
        tasks=_tasks(frame(task_rows), total_cost),
        shared=shared.sort_values("shared_cost", ascending=False, ignore_index=True),
        sku_rows=sku_rows,
        totals=_totals(sku_rows),
        run_rows=run_rows,
        runs=runs,
        daily=with_totals(frame(daily), as_of),
        no_run_cost=(total_cost or 0.0) - in_runs if not filters.result else 0.0,
    )


def _totals(skus: pa.Table) -> dict[str, Decimal | None]:
    dbus = skus.filter(pc.equal(skus["usage_unit"], "DBU"))
    return {
        "dbus": total(dbus, "usage_quantity"),
        "list_cost": total(skus, "list_cost"),
        "cost": total(skus, "cost"),
        "vm_cost": total(skus, "vm_cost"),
        "total_cost": total(skus, "cost", "vm_cost"),
    }


def _runs(runs: pd.DataFrame) -> pd.DataFrame:
    runs["period_cost"] = runs[["period_dbu_cost", "period_vm_cost"]].sum(axis=1, min_count=1)
    runs["failure_cost"] = runs["total_cost"] * runs["failed_share"]
    return runs


def _tasks(tasks: pd.DataFrame, total_cost: float | None) -> pd.DataFrame:
    work = tasks["work_s"].sum()
    tasks["work_share"] = tasks["work_s"] / work if work else float("nan")
    tasks["estimated_cost"] = tasks["work_share"] * (float("nan") if total_cost is None else total_cost)
    return tasks.sort_values("work_s", ascending=False, ignore_index=True)


def _unnamed(workspace_id: str, job_id: str) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id, "workspace_name": workspace_id, "workspace_url": None, "job_id": job_id,
        "job_name": None, "name_source": None, "names": 0, "run_as": None, "creator": None, "is_deleted": False,
        "description": None,
    }  # fmt: skip
