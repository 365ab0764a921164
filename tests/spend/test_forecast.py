"""The forecaster on generated series: never worse than last week again, bands that hold, and every odd series."""

from datetime import date, timedelta

import numpy as np
import pytest

from bench.series import FAMILIES, generate
from lib.spend.anomaly_scan import scan
from lib.spend.forecast import forecast
from lib.spend.forecast_series import RUN_RATE_NOTE, STOPPED_NOTE, UNKNOWN_NOTE

PROOF = 20261126
"""A seed nothing was chosen by."""


def judged(values, length, horizon):
    """Per family: error against last week again, and the share of days inside the 95 % band."""
    out = {}
    for name, series in values.items():
        series = series[:, -(length + horizon) :]
        past, came = series[:, :length], series[:, length:]
        scale = np.abs(past[:, 7:] - past[:, :-7]).mean(1)
        good = scale > 1e-9
        made = forecast(past, horizon)
        again = np.tile(past[:, -7:], (1, horizon // 7 + 1))[:, :horizon]
        ratio = (np.abs(made.median - came).mean(1)[good] / scale[good]).mean()
        ratio /= (np.abs(again - came).mean(1)[good] / scale[good]).mean()
        out[name] = ratio, ((came >= made.low95 - 1e-9) & (came <= made.high95 + 1e-9)).mean()
    return out


@pytest.mark.parametrize(("length", "horizon"), [(14, 30), (28, 7), (90, 30), (365, 30), (365, 90)])
def test_it_beats_last_week_again_and_its_bands_hold(length, horizon):
    found = judged(generate(PROOF, 60, 455), length, horizon)
    ratios = {name: ratio for name, (ratio, _) in found.items()}
    assert set(ratios) == set(FAMILIES)
    assert np.mean(list(ratios.values())) < 0.95
    assert max(ratios.values()) < 1.06, ratios
    assert 0.93 <= np.mean([inside for _, inside in found.values()]) <= 0.975


def test_a_series_is_forecast_the_same_alone_and_among_others():
    values = generate(3, 40, 200)["office"]
    together, alone = forecast(values, 30), forecast(values[7], 30)
    assert np.allclose(together.median[7], alone.median[0], rtol=1e-4)
    assert np.allclose(together.high95[7], alone.high95[0], rtol=1e-3)


def test_its_own_account_of_its_errors_is_honest():
    """The coverage the back-test promises is the coverage that comes."""
    promised, came = [], []
    for series in generate(PROOF + 1, 40, 395).values():
        made = forecast(series[:, :365], 30)
        future = series[:, 365:]
        promised.append(made.backtest.coverage.mean())
        came.append(((future >= made.low95 - 1e-9) & (future <= made.high95 + 1e-9)).mean())
    assert abs(np.mean(promised) - np.mean(came)) < 0.03


def test_a_large_first_and_last_of_the_month_is_found_and_put_back():
    first = date(2025, 9, 1)
    days = [first + timedelta(days=number) for number in range(425)]
    rng = np.random.default_rng(PROOF)
    cost = 10 * np.array([1, 1, 1, 1, 1, 0.3, 0.3])[[day.weekday() for day in days]] * rng.lognormal(0, 0.08, 425)
    cost += [40 * (day.day == 1) + 25 * ((day + timedelta(days=1)).day == 1) for day in days]
    made = forecast(cost[:365], 60, first_day=first)
    assert np.abs(made.median[0] - cost[365:]).mean() < 1
    assert made.total[0] == pytest.approx(cost[365:].sum(), rel=0.02)


def test_no_day_of_the_month_is_found_in_what_has_none():
    first = date(2025, 9, 1)
    for name in ("office", "spiky", "intermittent", "weekly_job", "sticky"):
        values = generate(PROOF, 50, 365)[name]
        assert np.allclose(forecast(values, 40, first_day=first).median, forecast(values, 40).median)


def test_planned_events_and_holidays_teach_nothing_and_come_back():
    rng = np.random.default_rng(4)
    cost = 100 * rng.lognormal(0, 0.05, 130)
    events = np.zeros(130, bool)
    events[[20, 50, 80, 99, 110]] = True
    cost[events] *= 0.2
    made = forecast(cost[:100], 30, events=events)
    assert made.median[0, 10] == pytest.approx(20, rel=0.2)
    assert made.median[0, 9] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((3, 100)),
        np.ones((2, 365)),
        np.where(np.arange(60) % 20 == 0, 1e200, 3.0)[None],
        np.arange(5.0)[None],
        np.r_[np.zeros(95), np.ones(5)][None],
        -np.abs(np.random.default_rng(0).normal(5, 1, (2, 60))),
        np.random.default_rng(0).normal(5, 1, (2, 60)) * 1e12,
        np.random.default_rng(0).normal(5, 1, (2, 60)) * 1e-9,
        np.ones((1, 14)),
        np.ones((1, 1)),
        np.where(np.random.default_rng(1).random((3, 120)) < 0.3, np.nan, 10.0),
        np.where(np.arange(60) < 55, np.nan, 3.0)[None],
        np.zeros((0, 30)),
    ],
)
def test_odd_series_have_finite_forecasts_in_order(values):
    with np.errstate(all="raise", under="ignore"):
        made = forecast(values, 30)
    assert made.median.shape == (len(values), 30)
    for low, high in ((made.low95, made.low80), (made.low80, made.median), (made.median, made.high80)):
        assert (low <= high + 1e-9 * np.abs(high)).all()
    assert np.isfinite(made.high95).all()
    assert (made.high80 <= made.high95 * (1 + 1e-9) + 1e-9 * np.abs(made.high95)).all()


def test_what_was_never_negative_is_not_forecast_negative():
    assert (forecast(generate(1, 20, 90)["spiky"], 30).low95 >= 0).all()


def test_less_than_two_weeks_is_a_run_rate_and_says_so():
    made = forecast(np.array([[10.0, 12, 11, 9, 10]]), 7)
    assert made.note == (RUN_RATE_NOTE,)
    assert made.model == ("run-rate",)
    assert made.mean[0] == pytest.approx(10.4)


def test_what_nobody_knows_is_no_zero():
    made = forecast(np.stack([np.full(50, np.nan), np.where(np.arange(50) < 30, 5.0, np.nan)]), 7)
    assert np.isnan(made.mean[0]).all()
    assert np.isnan(made.total_high95[0])
    assert made.note == (UNKNOWN_NOTE, "its last 20 days are not known")
    assert made.mean[1] == pytest.approx(5)


def test_a_short_history_that_drifts_has_room_for_going_on():
    days = np.arange(14)
    still, moving = 100 + 2 * np.sin(days * 2.3), 100 + 2 * np.sin(days * 2.3) + 1.5 * days
    made = forecast(np.array([still, moving]), 30)
    width = made.high95 - made.low95
    assert made.high95[1, -1] > 100 + 1.5 * 43
    assert width[1, -1] > 2 * width[0, -1]
    longer = forecast(np.r_[moving - 21, moving, moving + 21][None], 30)
    assert (longer.high95 - longer.low95)[0, -1] < width[1, -1]


def test_a_series_of_zeros_is_forecast_as_zeros():
    made = forecast(np.zeros((1, 90)), 30)
    assert not made.high95.any()
    assert not scan(np.zeros((1, 90))).high.any()


def test_a_series_that_rests_when_it_likes_has_room_for_a_start():
    rng = np.random.default_rng(8)
    cost = np.where(rng.random((200, 58)) < 0.2, 100.0, 0.0)
    made = forecast(cost[:, :28], 30)
    assert (cost[:, 28:] <= made.high95).mean() > 0.93
    assert made.mean.sum() == pytest.approx(cost[:, 28:].sum(), rel=0.15)


def test_a_new_workload_is_judged_by_its_own_days():
    made = forecast(np.r_[np.zeros(95), np.full(5, 20.0)][None], 7)
    assert made.mean[0] == pytest.approx(20)


def test_a_stopped_workload_is_forecast_as_nothing():
    rng = np.random.default_rng(2)
    made = forecast(np.r_[rng.lognormal(3, 0.1, 100), np.zeros(20)][None], 30)
    assert made.note == (STOPPED_NOTE,)
    assert (made.median == 0).all()
    assert (made.mean < 0.5).all()


@pytest.mark.parametrize("noise", [0, 0.01])
@pytest.mark.parametrize("ago", [14, 21, 28, 60, 90])
def test_a_jump_is_no_bias_of_the_days_after_it(ago, noise):
    days = np.r_[np.full(180 - ago, 100.0), np.full(ago, 200.0)]
    values = days * (1 + noise * np.random.default_rng(3).standard_normal(180))
    made = forecast(values[None], 30)
    assert made.mean.mean() == pytest.approx(200, rel=0.04)
    assert made.total[0] == pytest.approx(30 * 200, rel=0.04)
    assert made.median.mean() == pytest.approx(200, rel=0.02)


def test_a_level_that_tripled_a_week_ago_is_believed():
    rng = np.random.default_rng(5)
    week = np.array([1, 1, 1, 1, 1, 0.3, 0.3])
    cost = np.tile(week, 20) * 100 * rng.lognormal(0, 0.05, 140)
    cost[-8:] *= 3
    assert forecast(cost, 7).median[0] == pytest.approx(300 * week, rel=0.25)
