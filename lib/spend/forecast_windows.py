"""The plain members of the forecast: last week again, means and medians of the last weeks. They keep the filters honest.

Arrays are `(days, series)`; each member is a profile of the next seven days, repeated for as long as the forecast goes; the
first one drifts on top.
"""

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, median

WEEKS = 8
DRIFT, LAST_WEEK, RUN_RATE = 0, 1, 8
DAMPING = 0.98
"""What is left of the drift each day."""
"""Where they are in NAMES; the last two are those a forecast must not lose against."""
NAMES = (
    "weekday pattern with drift",
    "last week again",
    "weekday median, 4 weeks",
    "weekday median, 8 weeks",
    "weekday mean, 4 weeks",
    "weekday mean, 8 weeks",
    "weekday pattern at the last two weeks' level",
    "median, 28 days",
    "mean, 28 days",
)
WEEKDAY_AWARE = np.array([True] * 7 + [False] * 2)


def profiles(y: Array, day: int) -> Array:
    """The seven days after `day` as each member sees them, knowing nothing later: `(7, members, series)`."""
    series = y.shape[1]
    seen = y[max(day + 1 - WEEKS * WEEK, 0) : day + 1]
    missing = WEEKS * WEEK - len(seen)
    if missing:
        seen = np.concatenate([np.full((missing, series), np.nan, y.dtype), seen])
    weeks = seen.reshape(WEEKS, WEEK, series)
    last4 = weeks[-4:]
    complete = bool(np.isfinite(seen).all())
    mean = np.mean if complete else _known_mean
    overall = np.nan_to_num(mean(seen, 0))
    mean8 = _or(mean(weeks, 0), overall)
    median8 = _or(_median(weeks, complete), mean8)
    two_weeks = _or(mean(seen[-2 * WEEK :], 0), overall)
    flat = seen[-4 * WEEK :]
    out = np.empty((WEEK, len(NAMES), series), np.float32)
    middle = median8.mean(0)
    by_level = median8 / np.where(middle > 0, middle, np.inf)
    at_hand = np.where(middle > 0, two_weeks * by_level, median8)
    out[:, 0] = at_hand + slope(y, day) * np.where(middle > 0, (WEEK - 0.5) * by_level, WEEK - 0.5)
    out[:, 1] = _or(weeks[-1], mean8)
    out[:, 2] = _or(_median(last4, complete), median8)
    out[:, 3] = median8
    out[:, 4] = _or(mean(last4, 0), mean8)
    out[:, 5] = mean8
    out[:, 6] = at_hand
    out[:, 7] = _or(_median(flat, complete), overall)
    out[:, 8] = _or(mean(flat, 0), overall)
    return out


def slope(y: Array, day: int) -> Array:
    """Change a day from the two weeks before the last two to the last two, from one week to the next in the first month."""
    weeks = 2 if day + 1 >= 4 * WEEK else 1
    span = weeks * WEEK
    if day + 1 < 2 * span:
        return np.zeros(y.shape[1])
    now, before = (_known_mean(y[day + 1 - end : day + 1 - end + span], 0) for end in (span, 2 * span))
    return np.nan_to_num((now - before) / span)


def next_day(y: Array, day: int) -> Array:
    """What each member says about the day after `day`: `(members, series)`."""
    return profiles(y, day)[0]


def _median(values: Array, complete: bool) -> Array:
    return np.median(values, 0) if complete else median(values)


def _known_mean(values: Array, axis: int) -> Array:
    known = np.isfinite(values).sum(axis)
    return np.where(known > 0, np.nansum(values, axis) / np.maximum(known, 1), np.nan)


def _or(values: Array, instead: Array) -> Array:
    return np.where(np.isfinite(values), values, instead)
