"""Presets on the days that catch mistakes, and what a period is compared with."""

from datetime import date

import pytest

from lib.errors import PeriodError
from lib.spend.compare import AsOf, Change, comparison
from lib.spend.period import PRESETS, Period, parse_day, preset


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("today", "name", "start", "end"),
    [
        ("2026-03-02", "today", "2026-03-02", "2026-03-03"),
        ("2026-03-01", "yesterday", "2026-02-28", "2026-03-01"),
        ("2026-03-02", "this_week", "2026-03-02", "2026-03-03"),  # a Monday
        ("2026-03-01", "this_week", "2026-02-23", "2026-03-02"),  # a Sunday
        ("2026-03-02", "last_week", "2026-02-23", "2026-03-02"),
        ("2026-01-01", "last_7", "2025-12-25", "2026-01-01"),
        ("2026-03-01", "last_14", "2026-02-15", "2026-03-01"),
        ("2024-03-01", "last_30", "2024-01-31", "2024-03-01"),  # over a leap day
        ("2026-03-01", "last_60", "2025-12-31", "2026-03-01"),
        ("2026-03-01", "last_90", "2025-12-01", "2026-03-01"),
        ("2026-03-01", "this_month", "2026-03-01", "2026-03-02"),
        ("2026-03-01", "last_month", "2026-02-01", "2026-03-01"),
        ("2026-01-01", "last_month", "2025-12-01", "2026-01-01"),
        ("2024-03-31", "last_month", "2024-02-01", "2024-03-01"),
    ],
)
def test_presets(today: str, name: str, start: str, end: str) -> None:
    assert preset(name, date.fromisoformat(today)) == period(start, end)


def test_every_preset_holds_days_on_every_day_of_two_years() -> None:
    for number in range(730):
        today = date.fromordinal(date(2024, 1, 1).toordinal() + number)
        assert all(preset(name, today).days >= 1 for name in PRESETS)


@pytest.mark.parametrize(("start", "end"), [("2026-06-10", "2026-06-10"), ("2026-06-11", "2026-06-10")])
def test_a_reversed_or_empty_period_is_refused(start: str, end: str) -> None:
    with pytest.raises(PeriodError, match="holds no day"):
        period(start, end)


def test_a_wrong_date_names_its_place() -> None:
    with pytest.raises(PeriodError, match="YYYY-MM-DD") as caught:
        parse_day("10.6.2026", place="from")
    assert caught.value.place == "from"


def test_unknown_preset() -> None:
    with pytest.raises(PeriodError, match="last_30"):
        preset("last_31", date(2026, 1, 1))


AS_OF = AsOf(date(2026, 1, 1), date(2026, 6, 30), date(2026, 6, 30))


def test_complete_days_only_are_compared_and_it_says_so() -> None:
    found = comparison(period("2026-06-01", "2026-07-01"), AS_OF)
    assert found is not None
    assert (found.recent, found.previous) == (period("2026-06-01", "2026-06-29"), period("2026-05-04", "2026-06-01"))
    assert found.words == "vs previous 28 days, 2 incomplete left out"


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (("2026-06-29", "2026-07-01"), "nothing is complete"),
        (("2026-01-01", "2026-02-01"), "nothing came before"),
        (("2026-01-20", "2026-02-20"), "only a part came before"),
    ],
)
def test_without_two_sides_there_is_no_comparison(shown: tuple[str, str], why: str) -> None:
    assert comparison(period(*shown), AS_OF) is None, why


@pytest.mark.parametrize(
    ("now", "before", "amount", "share"),
    [
        (12.0, 10.0, 2.0, 0.2),
        (12.0, 0.0, 12.0, None),
        (12.0, None, None, None),
        (12.0, -5.0, 17.0, None),
        (0.0, 10.0, -10.0, -1.0),
    ],
)
def test_no_percent_without_a_positive_base(
    now: float, before: float | None, amount: float | None, share: float | None
) -> None:
    assert (Change(now, before).amount, Change(now, before).share) == (amount, pytest.approx(share) if share else share)
