"""What is due, by any clock."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import InputError
from lib.schedules import Cron, Due, Every, Tried, decide, due

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURLY = Every(HOUR)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(timezone.utc))
PLANS = st.sampled_from(
    [HOURLY, Every(timedelta(minutes=7)), Every(DAY), Cron("30 2 * * *", "Europe/Berlin"), Cron("0 7 1 * *"),
     Cron("15 8 * * 1-5", "America/New_York"), Cron("0 9 31 * *", "Asia/Kolkata")]
)  # fmt: skip


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))


def test_hourly_falls_on_the_hour() -> None:
    assert due(HOURLY, None, NOW) == Due(NOW.replace(minute=0))
    assert due(HOURLY, NOW.replace(minute=0), NOW) is None
    assert due(HOURLY, NOW.replace(minute=0), NOW + HOUR / 2) == Due(NOW.replace(hour=10, minute=0))


def test_a_long_sleep_makes_no_storm() -> None:
    assert due(HOURLY, NOW.replace(minute=0) - 5 * HOUR, NOW) == Due(NOW.replace(minute=0), missed=4)


def test_a_clock_that_jumps_back_runs_nothing_twice() -> None:
    assert due(HOURLY, NOW.replace(minute=0), NOW - 3 * HOUR) is None


def test_wall_clock_in_spring_and_autumn() -> None:
    plan = Cron("30 2 * * *", "Europe/Berlin")
    skipped = plan.after(berlin(2026, 3, 28, 12))
    assert skipped == berlin(2026, 3, 29, 3, 30)
    assert plan.after(skipped) == berlin(2026, 3, 30, 2, 30)
    first = plan.after(berlin(2026, 10, 24, 12))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc), "the first of the two"
    assert plan.after(first) == berlin(2026, 10, 26, 2, 30), "not once more"


def test_month_ends() -> None:
    last_day = Cron("0 9 31 * *")
    assert [last_day.after(datetime(2026, month, 28, tzinfo=timezone.utc)).month for month in (1, 2, 4)] == [1, 3, 5]
    leap = Cron("0 0 29 2 *")
    assert leap.after(NOW).isoformat() == "2028-02-29T00:00:00+00:00"


@given(PLANS, MOMENTS)
def test_latest_and_after_fit_together(plan: Every | Cron, moment: datetime) -> None:
    latest, after = plan.latest(moment), plan.after(moment)
    assert latest <= moment < after
    assert plan.latest(after) == after
    assert plan.after(latest) == after
    assert plan.latest(after - timedelta(seconds=1)) == latest


@given(PLANS, MOMENTS, st.lists(st.floats(0.01, 90), min_size=1, max_size=25))
def test_each_due_time_is_done_or_counted_once(plan: Every | Cron, start: datetime, naps: list[float]) -> None:
    last, now, done, missed = plan.latest(start), start, [], 0
    for nap in naps:
        now += timedelta(hours=nap)
        if found := due(plan, last, now):
            assert last < found.at <= now
            last = found.at
            done.append(found.at)
            missed += found.missed
    expected, step = 0, plan.after(start)
    while step <= now and expected < 900:
        expected, step = expected + 1, plan.after(step)
    if expected < 900:
        assert len(done) + missed == expected


def test_failures_are_tried_again_later_and_given_up() -> None:
    failed_once = Tried(NOW - HOUR, failures=1, ended=NOW)
    assert decide(HOURLY, failed_once, NOW + timedelta(minutes=4), retries=2) is None
    assert decide(HOURLY, failed_once, NOW + timedelta(minutes=5), retries=2)
    assert decide(HOURLY, Tried(NOW - HOUR, 3, NOW), NOW + HOUR, retries=2), "a new due time begins anew"
    assert decide(HOURLY, Tried(NOW - HOUR, 1, NOW), NOW, retries=0)


@pytest.mark.parametrize("line", ["", "x", "* * * *", "60 * * * *", "* * * * * *", "@daily"])
def test_lines_that_are_none(line: str) -> None:
    with pytest.raises(InputError):
        Cron(line)


def test_zones_that_are_none() -> None:
    with pytest.raises(InputError, match="time zone"):
        Cron("0 7 * * *", "Mars/Olympus")
