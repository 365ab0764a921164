"""Views of the jobs feature made by hand, as small as a report can be tested with."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from lib.jobs.job import JobView
from lib.jobs.table import Cards, JobsView, Thresholds
from lib.spend.compare import AsOf, Change, Comparison
from lib.spend.filters import Filters
from lib.spend.period import Period

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
AS_OF = AsOf(date(2026, 1, 1), date(2026, 6, 29), date(2026, 6, 30))
COMPARISON = Comparison(Period(date(2026, 6, 1), date(2026, 6, 29)), Period(date(2026, 5, 4), date(2026, 6, 1)), 2)
FILTERS = Filters(JUNE, workspaces=("100", "200"), job_name="<etl>", compare=JUNE.previous())
NAMES = ("nightly_etl", "日次売上集計ジョブ_本番", '=HYPERLINK("http://x")', "unpriced_job", "correction")
COSTS = ("1234.567890123456", "702.335000000000", "88.010000000001", None, "-12.345000000000")


def _rows() -> pa.Table:
    money, quantity = pa.decimal128(38, 12), pa.decimal128(38, 18)
    costs = [None if cost is None else Decimal(cost) for cost in COSTS]
    vm = [None if cost is None else (cost / 3).quantize(Decimal("1e-12")) for cost in costs[:2]] + [None] * 3
    whole = [cost if part is None or cost is None else cost + part for cost, part in zip(costs, vm, strict=True)]
    count = len(NAMES)
    return pa.table(
        {
            "workspace_id": ["100", "200", "100", "200", "100"],
            "workspace_name": ["production-eu", "analytics", "production-eu", "analytics", "production-eu"],
            "job_id": [str(11 + index) for index in range(count)],
            "job_name": list(NAMES),
            "owner": ["ana@example.com", None, "bo@example.com", "bo@example.com", "ana@example.com"],
            "is_serverless": [False, False, True, True, True],
            "runs": pa.array([30, 31, 4, 1, 2], pa.int64()),
            "succeeded_runs": pa.array([29, 31, 2, 1, 2], pa.int64()),
            "failed_runs": pa.array([1, 0, 2, 0, 0], pa.int64()),
            "ended_runs": pa.array([30, 31, 4, 1, 2], pa.int64()),
            "skipped_runs": pa.array([0] * count, pa.int64()),
            "dbus": pa.array([Decimal(index) + Decimal("0.5") for index in range(count)], quantity),
            "dbu_cost": pa.array(costs, money),
            "vm_cost": pa.array(vm, money),
            "vm_basis": ["estimated", "billed", None, None, None],
            "total_cost": pa.array(whole, money),
            "shared_cost": pa.array([Decimal("5.5"), None, None, None, None], money),
            "unpriced_quantity": pa.array([0, 0, 0, 7, 0], quantity),
            "failure_cost": pa.array([Decimal("41.15"), 0, 44, None, 0], money),
            "run_cost_p50": [50.0, 30.0, 22.0, None, -6.0],
            "run_cost_p95": [60.0, 31.0, 23.0, None, -6.0],
            "run_cost_max": [71.0, 32.0, 24.0, None, -6.0],
            "busy_s": [3600.0] * count,
            "last_run_at": pa.array(
                [datetime(2026, 6, 29, 4, 5, 6, tzinfo=timezone.utc)] * count, pa.timestamp("us", "UTC")
            ),
            "recent_cost": pa.array(whole, money),
            "previous_cost": pa.array([Decimal(800), Decimal(900), None, None, Decimal(1)], money),
            "names": pa.array([1] * count, pa.int64()),
            "is_deleted": [False] * count,
        }
    )


def _sum(rows: pa.Table, name: str) -> Decimal | None:
    values = [value for value in rows.column(name).to_pylist() if value is not None]
    return sum(values, Decimal(0)) if values else None


def _floats(rows: pa.Table) -> pd.DataFrame:
    columns = [c.cast(pa.float64()) if pa.types.is_decimal(c.type) else c for c in rows.itercolumns()]
    table = pa.table(columns, names=rows.schema.names).to_pandas()
    before = table["previous_cost"].fillna(0.0)
    return table.assign(
        display_name=table["job_name"].fillna(table["job_id"]),
        cost_per_run=table["total_cost"] / table["runs"],
        success_rate=table["succeeded_runs"] / table["ended_runs"],
        change=table["recent_cost"].fillna(0.0) - before,
        change_share=((table["recent_cost"].fillna(0.0) - before) / before).where(before > 0),
        is_high=table["total_cost"] >= 500,
        is_rising=False,
        vm_label=table["vm_basis"].fillna(""),
    )


def jobs_view(*, empty: bool = False) -> JobsView:
    """Five jobs: estimated and billed VM cost, one new, one unpriced, one correction; or none at all."""
    rows = _rows().slice(0, 0) if empty else _rows()
    jobs = _floats(rows)
    whole = _sum(rows, "total_cost")
    daily = pd.DataFrame(
        {
            "usage_date": [JUNE.start + timedelta(days=day) for day in range(0 if empty else 30)],
            "dbu_cost": [50.0 + day for day in range(0 if empty else 30)],
            "vm_cost": [20.0] * (0 if empty else 30),
        }
    )
    daily["total_cost"] = daily["dbu_cost"] + daily["vm_cost"]
    daily["is_complete"] = [day < AS_OF.complete_until for day in daily["usage_date"]]
    cards = Cards(
        jobs=len(jobs),
        runs=int(jobs["runs"].sum()),
        total_cost=whole,
        dbu_cost=_sum(rows, "dbu_cost"),
        vm_cost=_sum(rows, "vm_cost"),
        shared_cost=_sum(rows, "shared_cost"),
        failure_cost=_sum(rows, "failure_cost"),
        dbus=_sum(rows, "dbus"),
        average_per_run=float(whole) / 68 if whole is not None else None,
        most_expensive_run=None if empty else 71.0,
        unpriced_quantity=_sum(rows, "unpriced_quantity"),
        change=None if empty else Change(float(whole or 0), 1701.0),
    )
    return JobsView(FILTERS, AS_OF, None if empty else COMPARISON, Thresholds(), rows, jobs, cards, daily)


def job_view(runs: int = 40) -> JobView:
    """One job with runs of all results, two SKUs, tasks and a shared cluster."""
    made = pd.DataFrame(
        [
            {
                "run_id": str(9_000_000 + index),
                "started_at": pd.Timestamp(2026, 6, 29, 2, tz="UTC") - pd.Timedelta(hours=17 * index),
                "final_state": ("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "TIMED_OUT", "FAILED")[index % 5],
                "attempts": 1 + index % 2,
                "busy_s": 600.0 + index,
                "dbus": 4.5,
                "dbu_cost": 2.25,
                "vm_cost": 1.125,
                "vm_basis": "estimated",
                "total_cost": 3.375,
                "period_cost": 3.375,
                "unpriced_quantity": 0.0,
                "failure_cost": 0.0 if index % 5 < 3 else 3.375,
            }
            for index in range(runs)
        ],
        columns=["run_id", "started_at", "final_state", "attempts", "busy_s", "dbus", "dbu_cost", "vm_cost", "vm_basis",
                 "total_cost", "period_cost", "unpriced_quantity", "failure_cost"],
    )  # fmt: skip
    skus = pd.DataFrame(
        {
            "product": ["JOBS", "JOBS"], "sku_name": ["PREMIUM_JOBS_COMPUTE", "PREMIUM_JOBS_SERVERLESS_COMPUTE_EU"],
            "usage_unit": ["DBU", "DBU"], "is_serverless": [False, True], "price_source": ["list", "list"],
            "usage_quantity": [180.0, 3.0], "cost": [90.0, 2.0], "vm_cost": [45.0, float("nan")],
            "vm_basis": ["estimated", None],
        }
    )  # fmt: skip
    days = jobs_view().daily
    return JobView(
        filters=FILTERS,
        as_of=AS_OF,
        job={"workspace_id": "100", "workspace_name": "production-eu", "job_id": "11", "job_name": NAMES[1],
             "run_as": "ana@example.com", "is_deleted": False},
        dbu_cost=92.0,
        vm_cost=45.0,
        vm_basis="estimated",
        shared_cost=5.5,
        total_cost=137.0,
        dbus=183.0,
        skus=skus,
        sku_rows=pa.Table.from_pandas(skus, preserve_index=False),
        tasks=pd.DataFrame({"task_key": ["load", "<check>"], "task_runs": [runs, runs], "failed_task_runs": [0, 2],
                            "work_s": [900.0, 100.0], "work_share": [0.9, 0.1], "estimated_cost": [123.3, 13.7]}),
        shared=pd.DataFrame({"resource_kind": ["cluster"], "resource_id": ["0601-a"], "resource_name": [None],
                             "work_s": [60.0], "shared_cost": [5.5]}),
        totals={"dbus": Decimal(183), "list_cost": Decimal(92), "cost": Decimal(92), "vm_cost": Decimal(45),
                "total_cost": Decimal(137)},
        run_rows=pa.table({}),
        runs=made,
        daily=days,
        no_run_cost=2.0 if runs else 137.0,
    )  # fmt: skip
