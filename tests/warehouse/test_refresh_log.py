"""The log of loads and refreshes has what worked, what found nothing new and what failed."""

from datetime import date
from pathlib import Path

import pytest

from lib.config import load
from lib.context import Context
from lib.demo import DemoSpec
from lib.errors import AppError
from lib.ledger.refresh import Refreshed
from lib.spend.period import Period
from lib.warehouse.refresh_log import KEPT, NAME, RefreshLog


def test_a_demo_and_what_came_after_it(tmp_path: Path) -> None:
    context = Context(load(source="demo", home=tmp_path))
    context.make_demo(DemoSpec(seed=1, today=date(2026, 6, 30), days=60, scale=0.02))
    context.refresh()
    context.refresh()
    context.refresh(full=True)
    full, nothing, rest, demo = context.refresh_log.entries()
    assert (demo.kind, demo.result, demo.full) == ("demo", "done", True)
    assert demo.days >= 60
    assert demo.last_day is not None
    assert demo.last_day >= date(2026, 6, 29)
    assert demo.rows["spend_daily"] > 0
    assert (nothing.kind, nothing.result, nothing.days) == ("refresh", "nothing new", 0)
    assert (full.kind, full.result, full.rows) == ("refresh", "done", {**demo.rows, **rest.rows})
    assert full.at >= nothing.at >= rest.at >= demo.at


def test_what_failed_is_there_with_its_reason(tmp_path: Path) -> None:
    context = Context(load(source="demo", home=tmp_path))
    with pytest.raises(AppError):
        context.refresh()
    (failed,) = context.refresh_log.entries()
    assert (failed.result, failed.detail) == ("failed", "There is no data yet.")


def test_the_log_stays_small_and_readable(tmp_path: Path) -> None:
    log = RefreshLog(tmp_path)
    (tmp_path / NAME).write_text("not JSON\n" * (KEPT + 20))
    with log.attempt("import") as attempt:
        attempt.refreshed = Refreshed(
            (Period(date(2026, 6, 1), date(2026, 6, 3)),), rows={"spend_daily": 4, "job_runs": 0}
        )
    assert len((tmp_path / NAME).read_text().splitlines()) == KEPT
    (entry,) = log.entries()
    assert (entry.days, entry.first_day, entry.last_day, entry.rows) == (
        2,
        date(2026, 6, 1),
        date(2026, 6, 2),
        {"spend_daily": 4},
    )
    assert RefreshLog(tmp_path / "elsewhere").entries() == []
