"""What must hold for any series: units, order, weeks and later days change nothing about what is said."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.spend.anomaly_scan import scan
from lib.spend.forecast import forecast

WEEK = np.array([1, 1.1, 1, 0.9, 1, 0.4, 0.3])
MONDAY = date(2026, 1, 5)


@st.composite
def panels(draw):
    """A few series of many kinds: quiet, heavy-tailed, resting, with gaps, with a step, with an enormous day."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    days, series = draw(st.integers(20, 110)), draw(st.integers(1, 5))
    values = np.resize(WEEK, days) * rng.lognormal(3, draw(st.sampled_from([0.02, 0.3, 1.2])), (series, days))
    if draw(st.booleans()):
        values *= rng.random((series, days)) < 0.4
    if draw(st.booleans()):
        values[:, days // 2 :] *= 3
    if draw(st.booleans()):
        values[0, rng.integers(0, days)] *= 1e4
    if draw(st.booleans()):
        values[rng.random((series, days)) < 0.1] = np.nan
    if draw(st.booleans()):
        values -= 15
    return values


quick = settings(max_examples=15, deadline=None)


@quick
@given(panels(), st.integers(-30, 40))
def test_the_unit_of_money_changes_nothing(values, power):
    """Powers of two, so that no digit is lost on the way."""
    factor = 2.0**power
    made, other = forecast(values, 9), forecast(values * factor, 9)
    assert np.allclose(other.median, made.median * factor, rtol=1e-6)
    assert np.allclose(other.high95, made.high95 * factor, rtol=1e-6)
    assert other.model == made.model
    found, again = scan(values), scan(values * factor)
    assert np.allclose(found.score, again.score)
    assert np.allclose(found.high * factor, again.high, rtol=1e-6)
    assert [thing.kind for thing in found.anomalies] == [thing.kind for thing in again.anomalies]


@quick
@given(panels(), st.integers(1, 60))
def test_whole_weeks_later_nothing_changes(values, weeks):
    later = MONDAY + timedelta(days=7 * weeks)
    made, other = (forecast(values, 9, first_day=first) for first in (MONDAY, later))
    assert np.array_equal(made.median, other.median)
    assert np.array_equal(made.high95, other.high95)
    assert scan(values, first_day=MONDAY).anomalies == scan(values, first_day=later).anomalies


@quick
@given(panels(), st.randoms())
def test_the_order_of_series_changes_nothing(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    made, other = forecast(values, 9), forecast(values[order], 9)
    assert np.allclose(made.median[order], other.median, rtol=1e-3, atol=1e-9)
    assert np.allclose(scan(values).score[order], scan(values[order]).score, rtol=1e-3, atol=1e-3)


@quick
@given(panels())
def test_the_same_question_has_the_same_answer(values):
    one, two = forecast(values, 9), forecast(values, 9)
    assert np.array_equal(one.mean, two.mean)
    assert np.array_equal(one.low80, two.low80)
    assert scan(values).anomalies == scan(values).anomalies


@quick
@given(panels(), st.sampled_from([0.0, 1.0, 1e3, 1e6]))
def test_a_day_that_is_left_out_leaves_no_trace(values, unfinished):
    """What the last day holds does not matter for the days before it: their score and band stand."""
    more = np.concatenate([values, np.full((len(values), 1), unfinished)], 1)
    whole, part = scan(more), scan(values)
    same = np.abs(whole.score[:, :-1] - part.score) <= 0.05 + 0.05 * np.abs(part.score)
    assert same.mean() >= 0.9  # the unit is the middle of all days, so that few and wild ones move by a hair's breadth


@quick
@given(panels(), st.integers(1, 40))
def test_bands_lie_around_the_forecast_and_sums_add_up(values, horizon):
    made = forecast(values, horizon)
    for low, high in ((made.low95, made.low80), (made.low80, made.median), (made.median, made.high80)):
        assert (low <= high + 1e-6 * np.abs(high)).all()
    assert (made.high80 <= made.high95 + 1e-6 * np.abs(made.high95)).all()
    assert np.allclose(made.total, made.mean.sum(1), rtol=1e-6, atol=1e-9)
    assert (made.total_low95 <= made.total + 1e-9 * np.abs(made.total)).all()
    if not (values < 0).any():
        assert (made.low95 >= 0).all()
