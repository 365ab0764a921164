"""The naive way with the ledger's own answer: all rows of the tables it takes into pandas, merge, group.

It is written as one would write it who knows pandas well: whole columns at once, only columns that are needed, rows cut to
the period before work is done on them. It has list, account and rule prices, machines estimated from the node timeline and
split over usage, runs whose slices and repairs are put together, and shares of shared compute. What it does not know: cloud
bills and job spend tables (the accounts measured have none), more than one currency, usage whose table is not there.
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from bench.same_answer.machines import cluster_days, orphans, with_machines
from bench.same_answer.prices import discount, priced
from bench.same_answer.runs import by_job, job_names, results_by_job, run_totals, runs_of, tasks_of
from bench.same_answer.shared import shared_cost
from bench.same_answer.tables import (
    JOB,
    JOB_USAGE,
    MACHINE_USAGE,
    RUNS,
    TASKS,
    WORKSPACES,
    Tables,
    of_job,
    wider,
    within,
)
from lib.spend.period import Period
from lib.warehouse.store import Pointer

__all__ = ["SameAnswer", "agreement", "discount"]

SAME = 1e-4


class SameAnswer:
    """Asks as a script or a simple dashboard does: each question begins from nothing."""

    def __init__(self, files: Pointer, *, every: bool) -> None:
        """`every`: all rows are loaded and the days cut out in pandas; else the database cuts them out."""
        self.tables = Tables(files, every=every)

    def spend(self, period: Period, keys: list[str]) -> pd.DataFrame:
        """Spend by some columns and unit: quantity, list and contract cost, VM cost."""
        tables = self.tables
        tables.forget()
        usage = priced(tables, MACHINE_USAGE, period)
        machines = cluster_days(tables, usage, period)
        rows = pd.concat([with_machines(usage, machines), orphans(tables, machines)])
        rows = rows.rename(columns={"cost": "contract_cost"})
        money = ["usage_quantity", "list_cost", "contract_cost", "unpriced_quantity", "vm_cost"]
        return rows.groupby([*keys, "usage_unit"], dropna=False)[money].sum(min_count=1).reset_index()

    def jobs(self, period: Period, wide: Period, previous: Period | None) -> dict[str, pd.DataFrame]:
        """The jobs table and its days. `wide` is the window in which runs are followed, `previous` what is compared with."""
        tables = self.tables
        tables.forget()
        every_usage = priced(tables, JOB_USAGE, wide)
        usage = with_machines(every_usage, cluster_days(tables, every_usage, wide))
        usage = usage[(usage["product"] == "JOBS") & usage["job_id"].notna()]
        inside = within(usage, "day", period)
        table = by_job(inside)
        if previous:
            before = within(usage, "day", previous).groupby(JOB)["total_cost"].sum()
            table = table.join(before.rename("previous_cost"))
        slices = tables.rows(RUNS, "start_time", wider(wide))
        runs = results_by_job(run_totals(usage, runs_of(slices, wide), period), period)
        shared = shared_cost(tables, within(every_usage, "day", period), period).groupby(JOB)["shared_cost"].sum()
        table = table.join(runs, how="outer").join(shared, how="outer").reset_index()
        table = table.merge(job_names(tables, slices), on=JOB, how="left")
        table = table.merge(tables.load(WORKSPACES), on="workspace_id", how="left")
        money = ["usage_quantity", "cost", "vm_cost"]
        return {"table": table, "daily": inside.groupby("day")[money].sum(min_count=1).reset_index()}

    def job(self, period: Period, wide: Period, workspace_id: str, job_id: str) -> dict[str, pd.DataFrame]:
        """One job: its SKUs, days, runs, tasks, and what it used of shared compute."""
        tables = self.tables
        tables.forget()
        every_usage = priced(tables, JOB_USAGE, wide)
        clusters = every_usage.loc[of_job(every_usage, workspace_id, job_id), "cluster_id"].unique()
        beside = every_usage[every_usage["cluster_id"].isin(clusters)]
        usage = with_machines(beside, cluster_days(tables, beside, wide, clusters))
        usage = usage[of_job(usage, workspace_id, job_id) & (usage["product"] == "JOBS")]
        inside = within(usage, "day", period)
        money = ["usage_quantity", "list_cost", "cost", "vm_cost"]
        slices = tables.rows(RUNS, "start_time", wider(wide))
        names = job_names(tables, slices)
        slices = slices[of_job(slices, workspace_id, job_id)]
        shared = shared_cost(tables, within(every_usage, "day", period), wide)
        shared = shared[of_job(shared, workspace_id, job_id)]
        tasks = tables.rows(TASKS, "start_time", period)
        return {
            "name": names[of_job(names, workspace_id, job_id)],
            "skus": inside.groupby(["sku_name", "usage_unit"], dropna=False)[money].sum(min_count=1).reset_index(),
            "daily": inside.groupby("day")[money].sum(min_count=1).reset_index(),
            "runs": run_totals(usage, runs_of(slices, wide), period),
            "tasks": tasks_of(tasks[of_job(tasks, workspace_id, job_id)]),
            "shared": shared.groupby(["kind", "resource_id"])[["work_s", "shared_cost"]].sum().reset_index(),
        }


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
