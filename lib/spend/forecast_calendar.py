"""Days that are not like others of their weekday: a fixed day of the month, holidays, planned events.

Such a day teaches the forecast nothing; what it costs more (or less) than the weekday is learned apart, and put back on
future days of the same kind. A day of the month counts only when it stands out in month after month.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, median

FROM_START = range(1, 29)
"""Days of the month counted from its first."""
FROM_END = range(1, 4)
"""Days counted from the last of the month, which is 1."""
LEAST_MONTHS = 4
LEAST_MARKED = 2
"""So many marked days of the past say what one costs."""
USUAL_WEEKS, RESTS = 8, 0.85
"""A weekday rests that usually costs less than this share of the mean day."""
STANDS_OUT, CONSISTENTLY = 4.0, 2.5
"""In typical differences: the median month, and the month at the lower quarter."""


@dataclass(frozen=True)
class Effects:
    """What special days do. `(days, series)` marks of days to be left out; amounts to add to the horizon."""

    special: Array
    past: Array
    """What the special days of the past cost beyond their weekday, as far as a day of the month explains it."""
    median: Array
    """`(horizon, series)`."""
    mean: Array


def calendar_effects(y: Array, horizon: int, first_day: date | None, events: Array | None) -> Effects:
    """Find days of the month that stand out, and learn what marked days (holidays, events) cost more or less.

    y: `(days, series)`, NaN where unknown; events: marks of length days + horizon, None for none.
    """
    days, series = y.shape
    special, past_amount = np.zeros((days, series), bool), np.zeros((days, series))
    middle, mean = np.zeros((horizon, series)), np.zeros((horizon, series))
    if (first_day is None or days < LEAST_MONTHS * 28) and (events is None or not events.any()):
        return Effects(special, past_amount, middle, mean)
    beyond, scale = _beyond_weekday(y)
    if first_day is not None and days >= LEAST_MONTHS * 28:
        for marks in _month_days(first_day, days + horizon):
            found, amount, average = _stands_out(beyond, scale, np.flatnonzero(marks[:days]))
            if found.any():
                special |= marks[:days, None] & found
                past_amount += np.where(marks[:days, None] & found, amount, 0)
                middle += np.where(marks[days:, None] & found, amount, 0)
                mean += np.where(marks[days:, None] & found, average, 0)
    if events is not None and events.any():
        special[events[:days]] = True
        amount = _of_marked_days(y, beyond, events)
        middle += amount
        mean += amount
    return Effects(special, past_amount, middle, mean)


def _of_marked_days(y: Array, beyond: Array, events: Array) -> Array:
    """What marked days to come will cost more or less than their weekday: `(horizon, series)`.

    The middle of marked days before; days of rest and working days apart, because a holiday on a Sunday changes little.
    """
    days, series = y.shape
    weeks = min(days // WEEK, USUAL_WEEKS)
    out = np.zeros((len(events) - days, series))
    if not weeks:
        return out
    usual = np.nan_to_num(median(y[-weeks * WEEK :].reshape(weeks, WEEK, series)))
    at = (np.arange(len(events)) - (days - weeks * WEEK)) % WEEK
    rests = (usual < RESTS * usual.mean(0))[at]
    for resting in (False, True):
        alike = rests == resting
        times = np.where(alike[:days], beyond, np.nan)[events[:days]]
        if len(times) < LEAST_MARKED:
            continue
        enough = np.isfinite(times).sum(0) >= LEAST_MARKED
        amount = np.where(enough, np.nan_to_num(median(times)), 0)
        out += np.where(alike[days:] & events[days:, None], amount, 0)
    return out


def _beyond_weekday(y: Array) -> tuple[Array, Array]:
    """Each day against the same weekday of two weeks before and after, `(days, series)`, and its typical size `(series,)`.

    The middle of four days, so that another special day among them does not count.
    """
    around = np.full((4, *y.shape), np.nan, y.dtype)
    for number, weeks in enumerate((1, 2)):
        shift = weeks * WEEK
        if len(y) > shift:
            around[number, shift:], around[number + 2, :-shift] = y[:-shift], y[shift:]
    known = np.isfinite(around).sum(0)
    total = np.nansum(around, 0)
    inner = total - np.fmin.reduce(around) - np.fmax.reduce(around)
    middle = np.where(known >= 3, inner / np.maximum(known - 2, 1), total / np.maximum(known, 1))
    beyond = y - np.where(known > 0, middle, np.nan)
    size = np.abs(beyond)
    typical = np.maximum(1.4826 * np.nan_to_num(median(size)), 0.5 * _mean(size))
    return beyond, np.maximum(typical, 1e-3)


def _mean(values: Array) -> Array:
    known = np.isfinite(values).sum(0)
    return np.nansum(values, 0) / np.maximum(known, 1)


def _stands_out(beyond: Array, scale: Array, rows: Array) -> tuple[Array, Array, Array]:
    """Which series stand out on these days, and by how much (median, mean): `(series,)` each.

    The newest time must be told better by the times before than by nothing.
    """
    series = beyond.shape[1]
    none = np.zeros(series, bool), np.zeros(series), np.zeros(series)
    if len(rows) < LEAST_MONTHS:
        return none
    times = beyond[rows]
    known = np.isfinite(times).sum(0) >= LEAST_MONTHS
    amount = np.nan_to_num(median(times))
    direction = np.sign(amount)
    ordered = np.sort(times * direction, 0)
    lower = ordered[max(len(rows) // 4 - 1, 0)]
    earlier = np.nan_to_num(median(times[:-1]))
    newest = np.nan_to_num(times[-1])
    found = known & (np.abs(amount) > STANDS_OUT * scale) & (lower > CONSISTENTLY * scale)
    found &= np.abs(newest - earlier) < np.abs(newest)
    return found, np.where(found, amount, 0), np.where(found, _mean(times), 0)


def _month_days(first_day: date, days: int) -> list[Array]:
    """Marks of every day of the month, from its start and from its end: each of length `days`."""
    dates = [first_day + timedelta(days=number) for number in range(days)]
    start = np.array([day.day for day in dates])
    left = np.array(
        [(day.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - day.toordinal() for day in dates]
    )
    return [start == number for number in FROM_START] + [left == number for number in FROM_END]
