"""Jobs by name, runs whose slices and repairs are put together, and their tasks."""

import pandas as pd

from bench.same_answer.tables import BILLED_NAMES, JOB, JOBS, RUN, Tables, within
from lib.spend.period import Period

FAILED = ["FAILED", "ERROR", "TIMED_OUT"]


def job_names(tables: Tables, slices: pd.DataFrame) -> pd.DataFrame:
    """What each job is called: its newest name, else what its usage or its runs called it."""
    changes = tables.load(JOBS).sort_values("change_time")
    named = changes.groupby(JOB).agg(
        job_name=("name", "last"),
        owner=("owner", "last"),
        is_deleted=("is_deleted", "last"),
        names=("name", "nunique"),
    )
    billed_names = tables.load(BILLED_NAMES).sort_values("usage_start_time").groupby(JOB)["billed_name"].last()
    run_names = slices[slices["run_name"].notna()].sort_values("start_time").groupby(JOB)["run_name"].last()
    names = named.join(billed_names, how="outer").join(run_names, how="outer")
    names["job_name"] = names["job_name"].fillna(names["billed_name"]).fillna(names["run_name"])
    return names.reset_index()


def by_job(usage: pd.DataFrame) -> pd.DataFrame:
    usage = usage.sort_values("day")
    usage["dbu_quantity"] = usage["usage_quantity"].where(usage["usage_unit"] == "DBU")
    return usage.groupby(JOB).agg(
        owner=("owner", "last"), is_serverless=("is_serverless", "last"), dbus=("dbu_quantity", "sum"),
        list_cost=("list_cost", "sum"), dbu_cost=("cost", "sum"), vm_cost=("vm_cost", "sum"),
        total_cost=("total_cost", "sum"), unpriced_quantity=("unpriced_quantity", "sum"),
    )  # fmt: skip


def runs_of(slices: pd.DataFrame, wide: Period) -> pd.DataFrame:
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
    return within(runs.reset_index(), "started_at", wide)


def run_totals(usage: pd.DataFrame, runs: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Runs that did or cost something in the period: whole cost, and its part inside the period."""
    usage = usage[usage["run_id"].notna()]
    days = (
        usage.groupby([*RUN, "day"])[["usage_quantity", "cost", "vm_cost", "total_cost"]].sum(min_count=1).reset_index()
    )
    money = ["cost", "vm_cost", "total_cost"]
    whole = days.groupby(RUN)[money].sum(min_count=1)
    inside = within(days, "day", period)
    part = inside[inside["usage_quantity"] != 0].groupby(RUN)["total_cost"].sum().rename("period_cost")
    totals = runs.merge(whole.join(part, how="left").reset_index(), on=RUN, how="outer")
    begun = (totals["started_at"] >= pd.Timestamp(period.start)) & (totals["started_at"] < pd.Timestamp(period.end))
    return totals[totals["period_cost"].notna() | begun]


def results_by_job(runs: pd.DataFrame, period: Period) -> pd.DataFrame:
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


def tasks_of(tasks: pd.DataFrame) -> pd.DataFrame:
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
