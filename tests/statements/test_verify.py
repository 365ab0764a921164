"""What a change of a query saved: the same fingerprint in whole weeks before and after it, on bills."""

from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest

from lib.statements.fingerprint import fingerprint
from lib.statements.verify import verified
from tests.account import Account
from tests.statements.test_cost import START, account, bill, event, ran

TEXT = "SELECT a FROM t WHERE b = 7"
DONE = (START + timedelta(days=22)).date()
DAY = 86_400


def spent(tmp_path: Path, after: float, *, until: int = 45) -> Account:
    """An hour a day at 8.40: 1,800 busy seconds until the change, `after` seconds since; on Sundays nothing at all."""
    days = [day for day in range(until) if (START + timedelta(days=day)).weekday() != 6]
    busy = {day: 1800.0 if START.date() + timedelta(days=day) < DONE else after for day in days}
    return account(
        tmp_path,
        [bill(24 * day) for day in days],
        [
            ran(day, day * DAY, seconds, seconds, statement_text=f"select A from t where b={day}  -- of the day")
            for day, seconds in busy.items()
            if seconds
        ],
        [event(day * DAY + s, kind, n) for day in days for s, kind, n in ((0, "RUNNING", 1), (3600, "STOPPED", 0))],
    )


def seen(found: Account, complete_until: date, name: str = "") -> tuple[D | None, D | None, int]:
    said = verified(
        found.warehouse, name or fingerprint(TEXT), "ws1", DONE, complete_until, currency="USD", base="list"
    )
    return said.saving, said.cost_before, said.days_after


@pytest.mark.parametrize(("after", "left"), [(900, D("0.5")), (3600, D(2)), (0, D(0))])
def test_whole_weeks_before_and_after_at_the_cost_of_thirty_days(tmp_path: Path, after: float, left: D) -> None:
    """Six days of 4.20 a week: 108 in thirty days; half as much, twice as much, and nobody runs it any more."""
    found = spent(tmp_path, after)
    assert seen(found, DONE + timedelta(days=6)) == (None, None, 6)
    for days, counted in ((7, 7), (13, 7), (20, 14)):
        saving, before, of_days = seen(found, DONE + timedelta(days=days))
        assert (before, of_days) == (D("108.00"), counted)
        assert saving == D("108.00") * (1 - left)


def test_a_query_that_the_history_does_not_know_has_no_saving(tmp_path: Path) -> None:
    assert seen(spent(tmp_path, 900), DONE + timedelta(days=7), "0" * 16)[0] is None
