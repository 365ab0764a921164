"""Budgets: thresholds on each side, periods and their edges, burn-down and when it runs out."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import InputError
from lib.spend.budget import Ahead, Plan, Threshold, parse_thresholds, status
from lib.spend.period import Period

NOVEMBER = date(2026, 11, 1)
NEWEST, TODAY = date(2026, 11, 20), date(2026, 11, 22)


def days(amount: str, count: int, start: date = NOVEMBER) -> dict[date, D]:
    return {start + timedelta(days=n): D(amount) for n in range(count)}


@pytest.mark.parametrize(("spent", "crossed"), [("799", False), ("800", True), ("1200", True)])
def test_a_threshold_on_each_side(spent, crossed):
    plan = Plan(D(1000), thresholds=(Threshold(D("0.8")),))
    found = status(plan, {NOVEMBER: D(spent)}, None, NEWEST, TODAY)
    assert found.crossings[0].crossed is crossed
    assert found.share == D(spent) / 1000


def test_the_forecast_crosses_before_the_money_is_gone():
    plan = Plan(D(1000), thresholds=(Threshold(D(1)), Threshold(D(1), "forecast")))
    ahead = Ahead([40.0] * 10, 350, 450)
    found = status(plan, days("40", 20), ahead, NEWEST, TODAY)
    assert found.spent == 800
    assert found.end == pytest.approx(1200)
    assert (found.end_low, found.end_high) == (pytest.approx(1150), pytest.approx(1250))
    assert found.runs_out == date(2026, 11, 25)
    assert [crossing.crossed for crossing in found.crossings] == [False, True]
    assert found.crossings[1].day == date(2026, 11, 25)
    assert (found.state, found.verdict) == ("at risk", "will go over")


def test_days_that_may_grow_count_and_are_said():
    cost = days("10", 20) | {date(2026, 11, 21): D(3), date(2026, 11, 22): D(1)}
    found = status(Plan(D(1000)), cost, None, NEWEST, TODAY)
    assert (found.spent, found.incomplete) == (200, 4)
    assert found.share == D("0.204")
    assert found.end is None
    assert found.days_left == 10


def test_other_periods_do_not_count():
    cost = {date(2026, 10, 31): D(500), NOVEMBER: D(5), date(2026, 12, 1): D(500)}
    assert status(Plan(D(100)), cost, None, NEWEST, TODAY).spent == 5


def test_a_budget_that_holds_does_not_run_out():
    found = status(Plan(D(10000)), days("10", 20), Ahead([10.0] * 40, 350, 450), NEWEST, TODAY)
    assert found.end == pytest.approx(300)
    assert found.runs_out is None
    assert found.state == "ok"
    assert [point.even for point in found.points][-1] == pytest.approx(10000)


def test_a_commitment_that_will_not_be_used_up():
    plan = Plan(D(10000), commitment=True)
    assert status(plan, days("10", 20), Ahead([10.0] * 10, 90, 110), NEWEST, TODAY).verdict == "will not be used up"


@pytest.mark.parametrize(
    ("span", "day", "start", "end"),
    [
        ("monthly", date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ("quarterly", date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
        ("yearly", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
        ("daily", TODAY, TODAY, TODAY + timedelta(days=1)),
    ],
)
def test_periods_and_their_edges(span, day, start, end):
    assert Plan(D(1), span).period(day) == Period(start, end)


def test_a_period_of_its_own():
    plan = Plan(D(100), "custom", date(2026, 11, 10), date(2026, 11, 19))
    found = status(plan, days("10", 30), None, NEWEST, TODAY)
    assert (found.spent, found.days_left, found.end) == (100, 0, 100)
    assert found.state == "over"
    assert found.runs_out == date(2026, 11, 19)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": D(0)},
        {"amount": D(1), "span": "weekly"},
        {"amount": D(1), "span": "custom"},
        {"amount": D(1), "span": "custom", "first_day": date(2026, 2, 1), "last_day": date(2026, 1, 1)},
        {"amount": D(1), "span": "custom", "first_day": date(2020, 1, 1), "last_day": date(2026, 1, 1)},
        {"amount": D(1), "thresholds": (Threshold(D(0)),)},
    ],
)
def test_what_is_no_budget_is_refused(wrong):
    with pytest.raises(InputError):
        Plan(**wrong)


def test_thresholds_as_people_type_them():
    assert parse_thresholds("80, 50%, 100f, 80") == (
        Threshold(D("0.5")),
        Threshold(D("0.8")),
        Threshold(D(1), "forecast"),
    )
    with pytest.raises(InputError):
        parse_thresholds("eighty")


@given(st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=30), st.integers(1, 100000))
def test_spent_is_the_exact_sum_and_the_burn_down_ends_there(amounts, budget):
    cost = {NOVEMBER + timedelta(days=n): amount for n, amount in enumerate(amounts)}
    found = status(Plan(D(budget)), cost, Ahead([0.0] * 31, 0, 0), date(2026, 11, 30), date(2026, 11, 30))
    assert found.spent == sum(amounts)
    assert found.points[-1].spent == pytest.approx(float(sum(amounts)))
    assert (found.runs_out is None) == (float(sum(amounts)) < budget - 1e-9) or float(sum(amounts)) == pytest.approx(
        budget
    )
