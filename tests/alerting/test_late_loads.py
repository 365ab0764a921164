"""A freshness rule that is tried on days gone by sees loads that came late, where rows say when they came in."""

from datetime import date, datetime, timedelta
from pathlib import Path

from lib.alerting.facts import AccountFacts
from lib.alerts.trial import trial
from tests.account import Account, price, usage
from tests.alerts.account import rule

FIRST = date(2026, 6, 1)
LAST = date(2026, 6, 20)
LATE = date(2026, 6, 15)
"""Usage of the 9th and after came in on this day only."""


def row(day: date) -> dict[str, object]:
    start = datetime(day.year, day.month, day.day, 23)
    came = max(day + timedelta(days=1), LATE) if day >= date(2026, 6, 9) else day + timedelta(days=1)
    return usage(
        1, usage_date=day, usage_start_time=start, usage_end_time=start + timedelta(hours=1), ingestion_date=came
    )


def test_a_load_that_came_late_is_told_though_no_day_is_missing(tmp_path: Path):
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 3)]
    account = Account(
        tmp_path, {"system.billing.usage": [row(day) for day in days], "system.billing.list_prices": [price()]}
    )
    facts = AccountFacts(account.warehouse, FIRST - timedelta(days=60), LAST + timedelta(days=1), present=False)
    tried = trial(rule("freshness", hours=72), facts, LAST, days=15)
    late = [one for one in tried.told if one.reading.group.key == "system.billing.usage"]
    # at noon two days after the 10th, the newest row is of the 8th at 23: 85 hours; on the 15th all is there again
    assert late[0].day == date(2026, 6, 10)
    assert {one.day for one in late} <= {date(2026, 6, day) for day in (10, 11, 12)}
    assert "late loads are not assessed" in tried.untold
