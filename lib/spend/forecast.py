"""What daily costs will be: many series at once, with bands, and with the error the same method made in the past.

A series is forecast by a blend of smoothing filters and plain means. How much each counts, whether the blend may be used
at all, and how wide the bands are is decided by forecasts replayed from past week ends of that series alone: a series'
forecast never depends on which other series it stands beside. `docs/statistics.md` explains the method and measures it.

Pure numpy; the calendar comes in as an argument.
"""

from datetime import date

import numpy as np

from lib.spend import forecast_windows as windows
from lib.spend.forecast_bands import bands, deviation, drift
from lib.spend.forecast_calendar import calendar_effects
from lib.spend.forecast_filters import WEEK, Array, Gains, bank, run
from lib.spend.forecast_level import of_this_level, skew, starts, this_level, to_mean, total_spread
from lib.spend.forecast_replay import (
    Errors,
    errors,
    evidence,
    keep_to_the_plain,
    members_at,
    origins,
    replay,
    softmax,
)
from lib.spend.forecast_series import Series, ready, run_rate, silent, stopped
from lib.spend.forecast_values import Backtest, Forecasts, choose, first_days, together

LEAST_DAYS = 2 * WEEK
"""Below this many days of history there is only a run-rate."""
CHUNK = 256
"""Series worked out together, so that a day's arrays stay in the processor's cache."""


def forecast(values: Array, horizon: int, *, first_day: date | None = None, events: Array | None = None) -> Forecasts:
    """Forecast every series.

    values: `(series, days)`, whole days only, oldest first, NaN where unknown. first_day: the date of the first column, for
    days of the month. events: marks of holidays and planned events, of length days + horizon.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    if horizon < 1:
        raise ValueError("a forecast goes at least one day ahead")
    gains = bank()
    reach = max(horizon, WEEK)
    if events is not None:
        events = np.concatenate([events, np.zeros(reach - horizon, bool)])
    parts = [
        _some(values[begin : begin + CHUNK], reach, first_day, events, gains)
        for begin in range(0, max(len(values), 1), CHUNK)
    ]
    made = parts[0] if len(parts) == 1 else together(parts)
    return made if reach == horizon else first_days(made, horizon)


def _some(values: Array, horizon: int, first_day: date | None, events: Array | None, gains: Gains) -> Forecasts:
    """Forecast up to CHUNK series."""
    series = ready(values)
    short = series.length < LEAST_DAYS
    made = run_rate(series, horizon)
    if short.all():
        return made
    long = _blend(series, horizon, first_day, events, gains)
    long = silent(stopped(long, series), series)
    return choose(short, made, long) if short.any() else long


def _blend(series: Series, horizon: int, first_day: date | None, events: Array | None, gains: Gains) -> Forecasts:
    days = len(series.y)
    effects = calendar_effects(series.y, horizon, first_day, events)
    y = np.where(effects.special, np.nan, series.y).astype(np.float32)
    first = np.minimum(series.first, max(days - LEAST_DAYS, 0))
    filtered = run(y, first, gains, set(origins(days, horizon)))
    past = replay(y, first, filtered, gains, horizon)
    log = evidence(y, filtered, gains, past)
    weights = softmax(log)
    floor = series.floor
    missed = errors(y, first, past, weights, gains, horizon, floor)
    kept = keep_to_the_plain(weights, missed.mae, past, gains)
    if kept is not weights and (kept != weights).any():
        weights = kept
        missed = errors(y, first, past, weights, gains, horizon, floor)
    now = members_at(y, days - 1, filtered)
    middle = np.maximum(now.blend(weights, gains, horizon), floor)
    sd = np.hypot(deviation(now, log, filtered, gains, horizon, past.used), drift(y, horizon, past.used))
    made = bands(missed, sd, series.length)
    since = np.maximum(this_level(y, middle, sd[0]), first)
    usual = of_this_level(missed, list(past.members), since)
    average = to_mean(middle, usual, sd, skew(y[-4 * WEEK :], since - max(days - 4 * WEEK, 0), middle), floor)
    middle, average = np.maximum(middle + effects.median, floor), np.maximum(average + effects.mean, floor)
    spread = total_spread(missed, sd, middle, average)
    unit = series.unit[:, None]
    low80, low95 = (np.maximum(middle - width, floor) for width in made.below)
    high80, high95 = (middle + width for width in made.above)
    start80, start95 = starts(y, first)
    high80, high95 = np.maximum(high80, start80), np.maximum(high95, start95)
    total = average.sum(0)
    return Forecasts(
        median=middle.T * unit,
        mean=average.T * unit,
        low80=low80.T * unit,
        high80=high80.T * unit,
        low95=low95.T * unit,
        high95=high95.T * unit,
        total=total * series.unit,
        total_low95=np.maximum(total - spread, np.where(floor == 0, 0, -np.inf)) * series.unit,
        total_high95=(total + spread) * series.unit,
        model=_model(weights, gains),
        note=("",) * len(series.unit),
        backtest=_backtest(series, missed, made.coverage, past.used),
    )


def _model(weights: Array, gains: Gains) -> tuple[str, ...]:
    """In words, members of one name put together."""
    names = gains.names + windows.NAMES
    known = tuple(dict.fromkeys(names))
    by_name = np.stack([weights[[name == one for name in names]].sum(0) for one in known])
    out = []
    for number, (best, second) in enumerate(np.argsort(-by_name, 0)[:2].T):
        alone = by_name[best, number] > 0.5
        out.append(known[best] if alone else f"blend of {known[best]}, {known[second]} and others")
    return tuple(out)


def _backtest(series: Series, missed: Errors, coverage: Array, used: Array) -> Backtest:
    y = series.y
    mae = missed.mae
    week = np.abs(y[WEEK:] - y[:-WEEK])
    naive = np.nansum(week, 0) / np.maximum(np.isfinite(week).sum(0), 1)
    recent = y[-(WEEK * 17) :]
    level = np.nansum(np.abs(recent), 0) / np.maximum(np.isfinite(recent).sum(0), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(level > 0, mae / level, np.nan)
        scaled = np.where(naive > 0, mae / naive, np.nan)
    return Backtest(mae * series.unit, relative, scaled, coverage, used)
