"""Jobs and runs: slices and repairs are one run, a job is one whatever it is called, a run not ended has not failed."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

from lib.jobs.runs import many, runs
from lib.jobs.table import jobs
from lib.spend.filters import Filters
from tests.account import Account, at, price, run_slice, usage
from tests.ledger.traps.rows import AS_OF, JUNE, PRICES, USAGE


def job_row(name: str = "nightly", changed: str = "2026-01-01 00:00", **values: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-1",
        "workspace_id": "ws1",
        "job_id": "j1",
        "name": name,
        "change_time": at(changed),
    } | values


SLICED = [
    run_slice("2026-06-10 10:00", "2026-06-10 11:00", None),
    run_slice("2026-06-10 11:00", "2026-06-10 11:30", "FAILED"),
    run_slice("2026-06-10 14:00", "2026-06-10 15:00", None),
    run_slice("2026-06-10 15:00", "2026-06-10 15:30", "SUCCEEDED"),
]
"""One run: an hour and a half that failed, repaired after a wait of two and a half hours."""


def test_10_one_job_id_in_two_workspaces_is_two_jobs(tmp_path: Path) -> None:
    rows = [usage(10, job_id="j1", job_run_id="r1"), usage(5, job_id="j1", job_run_id="r2", workspace_id="ws2")]
    names = [job_row("ours"), job_row("theirs", workspace_id="ws2")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": names})
    assert account.naive("SELECT count(DISTINCT usage_metadata.job_id) FROM billing.usage") == 1
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert list(zip(view.jobs["job_name"], view.jobs["total_cost"], strict=True)) == [("ours", 10.0), ("theirs", 5.0)]


def test_11_to_13_and_15_slices_and_repairs_are_one_run(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {
            USAGE: [usage(12, job_id="j1", job_run_id="r1")],
            PRICES: [price("1")],
            "system.lakeflow.job_run_timeline": SLICED,
        },
    )
    assert account.naive("SELECT count(*) FROM lakeflow.job_run_timeline") == 4
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage u JOIN lakeflow.job_run_timeline t ON t.run_id = u.usage_metadata.job_run_id"
        )
        == 48
    )
    assert (
        account.naive("SELECT epoch(max(period_end_time) - min(period_start_time)) FROM lakeflow.job_run_timeline")
        == 5.5 * 3600
    )
    share_of_rows = "SELECT count_if(result_state = 'FAILED') / count(*) FROM lakeflow.job_run_timeline"
    assert account.naive(share_of_rows) == D("0.25"), "a quarter failed, by rows; half of them are of no known result"
    [run] = account.rows("base/job_runs")
    assert (run["attempts"], run["final_state"], run["busy_s"], run["failed_attempt_s"]) == (
        2,
        "SUCCEEDED",
        3 * 3600,
        1.5 * 3600,
    )
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (view.cards.runs, view.cards.total_cost, view.cards.failure_cost) == (1, D(12), D(6))
    assert view.jobs["success_rate"].tolist() == [1.0]


def test_12_a_run_that_has_not_ended_is_running_not_failed(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [], PRICES: [], "system.lakeflow.job_run_timeline": SLICED[:1]})
    assert account.naive("SELECT count(*) FROM lakeflow.job_run_timeline WHERE result_state = 'SUCCEEDED'") == 0
    assert [run["final_state"] for run in account.rows("base/job_runs")] == ["RUNNING"]


def test_14_a_task_run_is_found_by_its_job_run(tmp_path: Path) -> None:
    task = run_slice(
        "2026-06-10 10:00", "2026-06-10 11:00", run_id="t9", job_run_id="r1", task_key="load", compute_ids=["c1"]
    )
    tasks = [{k: v for k, v in task.items() if k not in ("trigger_type", "run_type")}]
    account = Account(tmp_path, {USAGE: [], PRICES: [], "system.lakeflow.job_task_run_timeline": tasks})
    assert account.naive("SELECT count(*) FROM lakeflow.job_task_run_timeline WHERE run_id = 'r1'") == 0
    found = account.rows("runs/tasks", workspace_id="ws1", job_id="j1", run_id="r1")
    assert [(row["task_key"], row["task_run_id"], row["work_s"]) for row in found] == [("load", "t9", 3600.0)]


def test_29_jobs_of_one_name_stay_two(tmp_path: Path) -> None:
    rows = [usage(1, job_id="j1", job_run_id="r1"), usage(2, job_id="j2", job_run_id="r2")]
    account = Account(
        tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": [job_row(), job_row(job_id="j2")]}
    )
    by_name = """SELECT count(*) FROM (SELECT name, sum(usage_quantity) FROM billing.usage u
        JOIN lakeflow.jobs j ON j.job_id = u.usage_metadata.job_id GROUP BY name)"""
    assert account.naive(by_name) == 1
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert list(zip(view.jobs["job_name"], view.jobs["total_cost"], strict=True)) == [
        ("nightly", 2.0),
        ("nightly", 1.0),
    ]


def test_a_run_over_midnight_and_months_has_its_whole_cost(tmp_path: Path) -> None:
    rows = [
        usage(15, start="2026-05-31 23:00", job_id="j1", job_run_id="r1"),
        usage(30, start="2026-06-01 00:00", job_id="j1", job_run_id="r1"),
    ]
    slices = [
        run_slice("2026-05-31 23:00", "2026-06-01 00:00", None),
        run_slice("2026-06-01 00:00", "2026-06-01 01:00"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.job_run_timeline": slices})
    june = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (june.cards.total_cost, june.cards.runs, june.cards.most_expensive_run) == (D(30), 1, 45.0)


def test_a_renamed_job_is_one_job_with_its_newest_name(tmp_path: Path) -> None:
    rows = [usage(1, job_id="j1", job_run_id="r1"), usage(2, start="2026-06-20 10:00", job_id="j1", job_run_id="r2")]
    versions = [job_row("before"), job_row("after", "2026-06-15 00:00"), job_row("between", "2026-06-12 00:00")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": versions})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.jobs[["job_name", "runs", "total_cost"]].values.tolist() == [["after", 2, 3.0]]


def test_a_one_time_submit_is_named_by_its_usage(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {
            USAGE: [usage(1, job_id="j7", job_run_id="r1", run_name="adhoc backfill")],
            PRICES: [price("1")],
            "system.lakeflow.jobs": [],
        },
    )
    assert jobs(account.warehouse, Filters(JUNE), AS_OF).jobs["job_name"].tolist() == ["adhoc backfill"]


def test_skipped_runs_are_not_runs(tmp_path: Path) -> None:
    slices = [
        run_slice("2026-06-10 10:00", "2026-06-10 10:00", "SKIPPED", run_id="r2"),
        run_slice("2026-06-10 10:00", "2026-06-10 11:00"),
    ]
    account = Account(
        tmp_path,
        {
            USAGE: [usage(1, job_id="j1", job_run_id="r1")],
            PRICES: [price("1")],
            "system.lakeflow.job_run_timeline": slices,
        },
    )
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.jobs[["runs", "skipped_runs", "success_rate"]].values.tolist() == [[1, 1, 1.0]]


def test_a_run_whose_usage_has_not_arrived_costs_nothing_known_not_zero(tmp_path: Path) -> None:
    runs = [
        run_slice("2026-06-10 10:00", "2026-06-10 11:00", "SUCCEEDED", run_id="r1"),
        run_slice("2026-06-11 10:00", "2026-06-11 11:00", "SUCCEEDED", run_id="r2"),
    ]
    rows = [usage(10, job_id="j1", job_run_id="r1")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.job_run_timeline": runs})
    each = """SELECT median(coalesce(q, 0)) FROM lakeflow.job_run_timeline t LEFT JOIN (
        SELECT usage_metadata.job_run_id AS run_id, sum(usage_quantity) AS q FROM billing.usage GROUP BY ALL) USING (run_id)"""
    assert account.naive(each) == 5
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.cards.runs == 2
    assert view.jobs["run_cost_p50"].tolist() == [10.0]


def test_the_flat_list_has_each_run_once_whatever_its_job_was_called(tmp_path: Path) -> None:
    """A run of two days and two clusters is one line with its whole cost; three names of a job multiply nothing."""
    days = [usage(15, job_id="j1", job_run_id="r1", start="2026-06-10 10:00", cluster_id="c1"),
            usage(30, job_id="j1", job_run_id="r1", start="2026-06-11 10:00", cluster_id="c2"),
            usage(7, job_id="j2", job_run_id="r2")]  # fmt: skip
    names = [job_row(name, f"2026-0{n}-01 00:00") for n, name in enumerate(("a", "b", "c"), 1)]
    account = Account(tmp_path, {USAGE: days, PRICES: [price("1")], "system.lakeflow.jobs": names})
    assert (
        account.naive("SELECT count(*) FROM billing.usage u JOIN lakeflow.jobs j ON j.job_id = u.usage_metadata.job_id")
        == 6
    )
    view = Filters(JUNE)
    rows = runs(account.warehouse, view, None, "-total_cost").to_pylist()
    assert [(row["run_id"], row["job_name"], row["total_cost"]) for row in rows] == [
        ("r1", "c", D(45)),
        ("r2", None, D(7)),
    ]
    assert many(jobs(account.warehouse, view, AS_OF)) == 2
