"""Compute that several things share: each has its part, and what is nobody's stays so."""

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lib.jobs.table import jobs
from lib.spend.filters import Filters
from tests.account import Account, at, node_minutes, price, run_slice, usage
from tests.ledger.traps.rows import AS_OF, JUNE, PRICES, USAGE, cluster


def warehouse_hour(statements: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """An hour of a warehouse that cost 12, on all the hour."""
    event = {"account_id": "acc-1", "workspace_id": "ws1", "warehouse_id": "w1"}
    return {
        USAGE: [usage(12, billing_origin_product="SQL", warehouse_id="w1")],
        PRICES: [price("1")],
        "system.compute.warehouse_events": [
            event | {"event_type": "RUNNING", "cluster_count": 1, "event_time": at("2026-06-10 10:00")},
            event | {"event_type": "STOPPED", "cluster_count": 0, "event_time": at("2026-06-10 11:00")},
        ],
        "system.query.history": statements,
    }


def statement(
    id_: str, start: str, end: str, *, job: str | None = None, task_ms: int = 1000, **values: Any
) -> dict[str, Any]:
    info = {"job_id": job, "job_run_id": "r1"} if job else {}
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "statement_id": id_, "start_time": at(start), "end_time": at(end),
        "update_time": at(end), "compute": {"type": "WAREHOUSE", "warehouse_id": "w1"}, "total_task_duration_ms": task_ms,
        "execution_status": "FINISHED", "query_source": {"job_info": info}, "from_result_cache": False,
    } | values  # fmt: skip


def task(job: str, start: str, end: str) -> dict[str, Any]:
    row = run_slice(
        start, end, job_id=job, run_id=f"t-{job}", job_run_id=f"r-{job}", task_key="main", compute_ids=["c1"]
    )
    return {k: v for k, v in row.items() if k not in ("trigger_type", "run_type")}


def spend_row(run: str, ec2: str, **values: Any) -> dict[str, Any]:
    return {
        "cluster_id": "c1",
        "job_id": "j1",
        "run_id": run,
        "usage_date": date(2026, 6, 10),
        "ec2_cost": D(ec2),
        "databricks_cost": D(10),
    } | values


def test_20_26_31_and_32_a_job_gets_its_share_of_a_warehouse_hour(tmp_path: Path) -> None:
    rows = [
        statement("s1", "2026-06-10 10:00", "2026-06-10 10:15", job="j1", task_ms=3000),
        statement(
            "s1", "2026-06-10 10:00", "2026-06-10 10:15", job="j1", task_ms=9000, update_time=at("2026-06-10 10:05")
        ),
        statement("s2", "2026-06-10 10:15", "2026-06-10 10:30", task_ms=1000),
        statement("s3", "2026-06-10 10:30", "2026-06-10 10:59", task_ms=0, waiting_at_capacity_duration_ms=29 * 60_000),
    ]
    account = Account(tmp_path, warehouse_hour(rows))
    assert account.naive('SELECT count(*) FROM "query".history WHERE query_source.job_info IS NOT NULL') == 4
    [share] = account.rows("base/shared_job_cost")
    # busy half of the hour, three quarters of the work: 12 × 1/2 × 3/4
    assert (share["job_id"], share["resource_kind"], float(share["shared_list_cost"])) == (
        "j1",
        "warehouse",
        pytest.approx(4.5),
    )


def test_25_jobs_share_an_all_purpose_cluster_and_leave_the_rest_to_it(tmp_path: Path) -> None:
    account = Account(tmp_path, {
        USAGE: [usage(12, billing_origin_product="ALL_PURPOSE", cluster_id="c1")],
        PRICES: [price("1")],
        "system.compute.clusters": [cluster()],
        "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 60),
        "system.lakeflow.job_task_run_timeline": [
            task("j1", "2026-06-10 10:00", "2026-06-10 10:20"), task("j2", "2026-06-10 10:10", "2026-06-10 10:20"),
            task("j3", "2026-06-10 10:20", "2026-06-10 10:30"),
        ],
    })  # fmt: skip
    assert account.naive("SELECT 3 * sum(usage_quantity) FROM billing.usage") == 36
    shares = {row["job_id"]: float(row["shared_list_cost"]) for row in account.rows("base/shared_job_cost")}
    # half an hour busy of one: 6 of 12 are the jobs', by 20, 10 and 10 minutes
    assert shares == pytest.approx({"j1": 3.0, "j2": 1.5, "j3": 1.5})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.cards.total_cost is None, "an estimate is never part of the total"


def test_a_cluster_days_bill_is_split_over_its_runs_not_repeated(tmp_path: Path) -> None:
    rows = [usage(q, job_id="j1", job_run_id=r, cluster_id="c1") for r, q in (("r1", 1), ("r2", 2), ("r3", 3))]
    bill = [spend_row(run, "30") for run in ("r1", "r2", "r3")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "external.databricks_job_spends": bill})
    assert account.naive("SELECT sum(ec2_cost) FROM external.databricks_job_spends") == 90
    runs = {row["run_id"]: float(row["vm_cost"]) for row in account.rows("base/job_run_cost")}
    assert runs == pytest.approx({"r1": 5.0, "r2": 10.0, "r3": 15.0})
    assert account.total("vm_cost") == 30
    assert {row["vm_basis"] for row in account.rows("base/job_run_cost")} == {"billed"}


def test_an_account_known_by_its_spend_table_only(tmp_path: Path) -> None:
    bill = [spend_row("r1", "30"), spend_row("r2", "30", databricks_cost=D(20)), spend_row("r9", "7", cluster_id="c2")]
    account = Account(tmp_path, {"external.databricks_job_spends": bill})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (view.cards.dbu_cost, view.cards.vm_cost, view.cards.runs) == (D(40), D(37), 3)
