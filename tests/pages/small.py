"""A small account for the pages: every figure on screen can be worked out by hand from here.

50 days (2 May – 20 June 2026), two workspaces and one that only the bill knows. One DBU of jobs costs $0.15, of SQL
$0.70, of all-purpose $0.55; model serving has no price.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.account import Account, Row, at, node_minutes, price, run_slice, usage

FIRST = date(2026, 5, 2)
DAYS = 50
LAST = FIRST + timedelta(days=DAYS - 1)
HOSTILE = "<b>bold</b> & $x$ [link](javascript:alert(1)) {@total} {{x}}"
LONG = "prod_customer_orders_enrichment_and_validation_with_a_very_long_name_indeed_v2"
UNICODE = "Ежедневный отчёт по продажам"
JOBS = {
    "j1": ("nightly_etl", 10, 5),
    "j2": (LONG, 4, 0),
    "j3": (HOSTILE, 2, 0),
    "j4": (UNICODE, 1, 3),
}
"""Job id → name, DBUs a day, every how many days it fails (0: never)."""
MANY = 60
"""Small jobs of workspace dev, so that the table has pages."""


def day(number: int) -> str:
    """A day of the account as text."""
    return (FIRST + timedelta(days=number)).isoformat()


def tables() -> dict[str, list[Row]]:
    """All rows of the account."""
    return {
        "system.billing.usage": [*job_usage(), *many_usage(), *other_usage()],
        "system.billing.list_prices": [
            price("0.15"),
            price("0.70", sku_name="PREMIUM_SQL_PRO"),
            price("0.55", sku_name="PREMIUM_ALL_PURPOSE_COMPUTE"),
            price("0.14", currency_code="EUR"),
        ],
        "system.lakeflow.jobs": [*job_names()],
        "system.lakeflow.job_run_timeline": [*job_runs()],
        "system.lakeflow.job_task_run_timeline": [*job_tasks()],
        "system.compute.clusters": [cluster()],
        "system.compute.node_timeline": [*machines()],
        "system.access.workspaces_latest": [workspace("ws1", "prod"), workspace("ws2", "dev")],
    }


def dbus(job: str, number: int) -> int:
    """What a job uses on a day: nightly_etl grows by half in the last 20 days."""
    base = JOBS[job][1]
    return base * 3 // 2 if job == "j1" and number >= DAYS - 20 else base


def failed(job: str, number: int) -> bool:
    """Whether the run of a day failed."""
    every = JOBS[job][2]
    return bool(every) and number % every == 0


def job_usage() -> list[Row]:
    return [
        usage(
            dbus(job, number),
            start=f"{day(number)} 04:00",
            job_id=job,
            job_run_id=f"{job}-r{number}",
            cluster_id=f"c-{job}-{number}",
            node_type="m5.xlarge",
            run_as="ana@example.com" if job != "j4" else "etl-robot",
            custom_tags={"team": "data"} if job == "j1" else {},
        )
        for job in JOBS
        for number in range(DAYS)
    ]


def many_usage() -> list[Row]:
    return [
        usage(
            1 + index / 100,
            start=f"{day(DAYS - 10)} 05:00",
            workspace_id="ws2",
            job_id=f"m{index:02d}",
            job_run_id=f"m{index:02d}-r",
            run_as="bo@example.com",
            product_features={"is_serverless": True},
        )
        for index in range(MANY)
    ]


def other_usage() -> list[Row]:
    sql = {"sku_name": "PREMIUM_SQL_PRO", "billing_origin_product": "SQL", "run_as": "bo@example.com"}
    notebooks = {
        "sku_name": "PREMIUM_ALL_PURPOSE_COMPUTE",
        "billing_origin_product": "ALL_PURPOSE",
        "run_as": "ana@example.com",
    }
    serving = {"sku_name": "PREMIUM_MODEL_SERVING", "billing_origin_product": "MODEL_SERVING", "workspace_id": "ws9"}
    rows = []
    for number in range(DAYS):
        rows.append(usage(6, start=f"{day(number)} 09:00", warehouse_id="wh1", **sql))
        rows.append(usage(3, start=f"{day(number)} 10:00", cluster_id="shared", **notebooks))
    rows.append(usage(7, start=f"{day(DAYS - 5)} 11:00", **serving))
    rows.append(usage(-2, start=f"{day(DAYS - 6)} 09:00", warehouse_id="wh1", record_type="RETRACTION", **sql))
    return rows


def job_names() -> list[Row]:
    known = [(job, JOBS[job][0], "ws1") for job in JOBS] + [(f"m{n:02d}", f"small_{n:02d}", "ws2") for n in range(MANY)]
    return [
        {
            "account_id": "acc-1",
            "workspace_id": workspace_id,
            "job_id": job,
            "name": name,
            "change_time": at("2026-01-01 00:00"),
            "run_as_user_name": "ana@example.com",
        }
        for job, name, workspace_id in known
    ]


def job_runs() -> list[Row]:
    rows = [
        run_slice(
            f"{day(number)} 04:00",
            f"{day(number)} 04:{20 + JOBS[job][1]:02d}",
            "FAILED" if failed(job, number) else "SUCCEEDED",
            job_id=job,
            run_id=f"{job}-r{number}",
            termination_code="RUN_EXECUTION_ERROR" if failed(job, number) else "SUCCESS",
        )
        for job in JOBS
        for number in range(DAYS)
    ]
    rows += [
        run_slice(
            f"{day(DAYS - 10)} 05:00",
            f"{day(DAYS - 10)} 05:10",
            workspace_id="ws2",
            job_id=f"m{n:02d}",
            run_id=f"m{n:02d}-r",
        )
        for n in range(MANY)
    ]
    return rows


def job_tasks() -> list[Row]:
    return [
        {
            "account_id": "acc-1",
            "workspace_id": "ws1",
            "job_id": "j1",
            "run_id": f"j1-t{number}-{task}",
            "job_run_id": f"j1-r{number}",
            "task_key": task,
            "period_start_time": at(f"{day(number)} 04:{start:02d}"),
            "period_end_time": at(f"{day(number)} 04:{end:02d}"),
            "compute_ids": [f"c-j1-{number}"],
            "result_state": "FAILED" if failed("j1", number) and task == "load" else "SUCCEEDED",
        }
        for number in range(DAYS)
        for task, start, end in (("extract", 0, 10), ("load", 10, 30))
    ]


def cluster() -> Row:
    return {
        "account_id": "acc-1",
        "workspace_id": "ws1",
        "cluster_id": f"c-j1-{DAYS - 5}",
        "cluster_name": "job-etl",
        "cluster_source": "JOB",
        "driver_node_type": "m5.xlarge",
        "worker_node_type": "m5.xlarge",
        "worker_count": 0,
        "dbr_version": "16.4.x-scala2.12",
        "enable_elastic_disk": False,
        "change_time": at("2026-01-01 00:00"),
        "change_date": date(2026, 1, 1),
        "create_time": at("2026-01-01 00:00"),
    }


def machines() -> list[Row]:
    return [
        row
        for number in range(DAYS)
        for row in node_minutes(f"{day(number)} 04:00", 30, cluster_id=f"c-j1-{number}", instance_id=f"i{number}")
    ]


def workspace(workspace_id: str, name: str) -> Row:
    return {
        "account_id": "acc-1",
        "workspace_id": workspace_id,
        "workspace_name": name,
        "workspace_url": f"https://{name}.cloud.example.com",
        "status": "RUNNING",
        "create_time": datetime.fromisoformat("2025-01-01T00:00:00+00:00"),
    }


def make(home: Path, **changed: Any) -> Account:
    """The account as the source `files` under a home folder."""
    return Account(home / "files", tables() | changed)


if __name__ == "__main__":
    import sys

    make(Path(sys.argv[1]))
