"""One more day arrives: what the refresh costs, against working everything out."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Plan, Row, at_most
from bench.data import TODAY, Size, context
from bench.measure import in_child, seconds

DAYS = {
    "billing.usage": "usage_date",
    "compute.node_timeline": "CAST(start_time AS DATE)",
    "lakeflow.job_run_timeline": "CAST(period_start_time AS DATE)",
    "lakeflow.job_task_run_timeline": "CAST(period_start_time AS DATE)",
    '"query".history': "CAST(start_time AS DATE)",
    "compute.warehouse_events": "CAST(event_time AS DATE)",
}
"""The tables that the ledger is worked out from, and the day of a row."""


def run(plan: Plan) -> Iterator[Row]:
    size = plan.largest
    plan.say(f"refresh, {size.name}")
    found = in_child(measured, size).value
    detail = (
        f"full build {found['full']:.1f} s, one more day {found['day']:.2f} s "
        f"({found['days']:.0f} days worked out), nothing new {found['none']:.2f} s; of processor "
        f"{found['full_cpu']:.1f} s and {found['day_cpu']:.2f} s: {100 * found['day_cpu'] / found['full_cpu']:.1f} %"
    )
    yield Row("One more day, of a full build", size.name, 100 * found["day"] / found["full"], "%", at_most(5), detail)


def measured(size: Size) -> dict[str, float]:
    """Seconds of a full build without the last complete day, of the refresh with it, and of one with nothing new.

    `_cpu`: seconds of processor, which other work on the machine does not lengthen as much.
    """
    from lib.config import load
    from lib.context import Context

    source = context(size).folder.current().account
    here = Context(load(source="demo", home=size.home / "refresh"), today=lambda: TODAY)
    here.folder.path.mkdir(parents=True, exist_ok=True)
    try:
        short, whole = here.folder.path / "account-short.duckdb", here.folder.path / "account-whole.duckdb"
        shutil.copyfile(source, short)
        _without_last_day(short)
        began = time.process_time()
        full = seconds(lambda: here.refresh(full=True, account=short))
        built = time.process_time()
        os.link(source, whole)
        told = []
        day = seconds(lambda: told.append(here.refresh(account=whole)))
        cpu = {"full_cpu": built - began, "day_cpu": time.process_time() - built}
        none = seconds(here.refresh)
        return {"full": full, "day": day, "none": none, "days": told[0].days, **cpu}
    finally:
        shutil.rmtree(here.settings.home, ignore_errors=True)


def _without_last_day(account: Path) -> None:
    from lib.warehouse.connections import open_writable

    con = open_writable(account)
    try:
        newest = con.sql("SELECT MAX(usage_date) FROM billing.usage").fetchall()[0][0]
        for table, day in DAYS.items():
            con.execute(f"DELETE FROM {table} WHERE {day} >= $newest", {"newest": newest})
        con.execute("CHECKPOINT")
    finally:
        con.close()


CASE = Case("refresh", "Incremental refresh", run)
