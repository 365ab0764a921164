"""Forecasts and budgets of a ledger: any series, the month's end, what if, and steps."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import numpy as np
import pytest

from lib.errors import NotFound
from lib.spend.budget import Plan
from lib.store.watch import Budget, PlannedEvent
from lib.watch.budgets import counts, standings, suggestion
from lib.watch.daily import TOTAL, Key
from lib.watch.days_off import Calendar, days_off
from lib.watch.outlook import movers, outlook, steps
from tests.watch.ledger import START, WEEK, ledger, steady

US = Calendar(country="US")


@pytest.fixture
def daily():
    return ledger(
        {("1", "job", "a"): steady(1, 100), ("1", "job", "b"): steady(2, 50), ("2", "warehouse", "w"): steady(3, 200)}
    )


def test_forecast_of_the_whole_and_of_a_part(daily):
    look = outlook(daily, TOTAL, 28)
    assert look.next_day == daily.last_day + timedelta(days=1)
    assert look.made.total[0] == pytest.approx(350 * WEEK.sum() * 4, rel=0.05)
    assert outlook(daily, Key("job", "b", "1"), 28).made.total[0] == pytest.approx(50 * WEEK.sum() * 4, rel=0.05)
    with pytest.raises(NotFound):
        outlook(daily, Key("job", "nobody", "1"), 7)


def test_the_month_is_what_was_spent_and_what_is_left(daily):
    month = outlook(daily, TOTAL, 7).month
    assert month is not None
    assert month.month.start == daily.last_day.replace(day=1)
    first = (month.month.start - daily.first_day).days
    assert month.spent == pytest.approx(daily.series(TOTAL)[first:].sum())
    assert month.low <= month.total <= month.high
    assert month.total > month.spent


@pytest.fixture
def quiet(daily):
    """The same account, which rests on the holidays of the US."""
    values = daily.parts.copy()
    values[:, days_off("US", daily.first_day, daily.days)] *= 0.3
    return replace(daily, parts=values)


def test_holidays_of_a_country_are_expected(quiet):
    """Three holidays of the past were quiet; those to come will be."""
    off = days_off("US", quiet.first_day, quiet.days + 90)[quiet.days :]
    working = [n for n in np.flatnonzero(off).tolist() if quiet.day(quiet.days + n).weekday() < 5]
    assert working
    plain, knowing = (outlook(quiet, TOTAL, 90, calendar=known).made.median[0] for known in (Calendar(), US))
    assert (knowing[working] < 0.5 * plain[working]).all()


def test_budgets_know_holidays_and_what_is_planned(quiet):
    """The rest of a quarter with a holiday costs less than one without; a planned day teaches nothing."""
    today = quiet.last_day + timedelta(days=2)
    budget = Budget("all", "total", Plan(D(10**6), "quarterly"))
    [plain], [knowing] = (standings(quiet, [budget], today, known) for known in (Calendar(), US))
    assert plain.status.end is not None
    assert knowing.status.end is not None
    left = (date(2026, 7, 1) - quiet.last_day).days - 1
    off = days_off("US", quiet.first_day, quiet.days + left)[quiet.days :]
    truth = 350 * (np.resize(WEEK, quiet.days + left)[quiet.days :] * np.where(off, 0.3, 1)).sum()
    assert off.sum() == 1
    assert knowing.status.end - float(knowing.status.spent) == pytest.approx(truth, rel=0.02)
    assert plain.status.end > knowing.status.end
    values = quiet.parts.copy()
    values[:, -3] *= 40
    odd = replace(quiet, parts=values)
    day = odd.day(odd.days - 3)
    for series, told in (("", True), ("total", True), ("job:a@1", False)):
        calendar = Calendar((PlannedEvent("migration", day, day, series),), "US")
        (one,) = standings(odd, [budget], today, calendar)
        assert one.status.end is not None
        rest = one.status.end - float(one.status.spent)
        known = knowing.status.end - float(knowing.status.spent)
        assert (rest == pytest.approx(known, rel=0.02)) == told


def test_movers_know_holidays(quiet):
    plain, knowing = (movers(quiet, 90, "job", known) for known in (Calendar(), US))
    assert all(mine[2] < without[2] for mine, without in zip(knowing, plain, strict=True))


def test_what_if_something_went_away_or_doubled(daily):
    gone = outlook(daily, TOTAL, 28, what_if={Key("warehouse", "w", "2"): 0})
    assert gone.without is not None
    assert gone.made.total[0] - gone.without.total[0] == pytest.approx(200 * WEEK.sum() * 4, rel=0.05)
    twice = outlook(daily, Key("job", "a", "1"), 28, what_if={Key("job", "a", "1"): 2})
    assert twice.without is not None
    assert twice.without.total[0] == pytest.approx(2 * twice.made.total[0], rel=1e-3)
    assert outlook(daily, TOTAL, 28, what_if={Key("job", "x", "1"): 0}).without is not None


def test_weeks_are_weeks_and_months_are_whole(daily):
    look = outlook(daily, TOTAL, 90)
    weeks = steps(look.made, look.next_day, "week")
    assert all(first.weekday() == 0 for first, *_ in weeks)
    assert weeks[0][1] == pytest.approx(350 * WEEK.sum(), rel=0.06)
    assert all(low < mean < high for _, mean, low, high in weeks)
    months = steps(look.made, look.next_day, "month")
    assert all(first.day == 1 for first, *_ in months)
    assert len(steps(look.made, look.next_day, "day")) == 90


def test_three_years_by_month():
    """Monthly works with three years of data."""
    long = ledger({("1", "job", "a"): steady(1, 100, 1095)})
    look = outlook(long, TOTAL, 90)
    assert len(steps(look.made, look.next_day, "month")) >= 2


def test_movers_are_ranked(daily):
    found = movers(daily, 28, "job")
    assert [key.key for key, *_ in found] == ["a", "b"]


def test_budgets_stand_on_the_ledger(daily):
    today = daily.last_day + timedelta(days=2)
    whole = Budget("all", "total", Plan(D(5000)))
    job = Budget("b", "job:b@1", Plan(D(100000)))
    other = replace(whole, currency="EUR")
    found = standings(daily, [whole, job, other], today)
    assert [one.budget.name for one in found] == ["all", "b"]
    first = (today.replace(day=1) - daily.first_day).days
    assert float(found[0].status.spent) == pytest.approx(daily.series(TOTAL)[first:].sum())
    assert found[0].status.end is not None
    assert found[0].status.end > float(found[0].status.spent)
    assert found[1].status.state == "ok"
    assert suggestion(daily, TOTAL) > D(5000)
    promised = replace(whole, plan=Plan(D(10**9), commitment=True))
    unseen = replace(job, name="c", series="job:nobody@1")
    assert counts(standings(daily, [job, promised, unseen], today)) == {"ok": 1, "at risk": 0, "over": 0}


def test_a_period_before_the_history_is_said(daily):
    (one,) = standings(daily, [Budget("year", "total", Plan(D(10**6), "yearly"))], date(2026, 6, 5))
    assert one.before_history == (START - date(2026, 1, 1)).days
    assert np.isfinite(one.status.end or np.nan)
