"""How far each day lies from what the days before let expect, in units in which 2, 2.5 and 3 mean medium, high and critical.

Four channels look at every day with nothing but earlier days in hand: the day itself, two days together, the last seven
days against the six weeks before (a small shift, a slow drift), and days of rest against the working days before them (a
job that ran on over the weekend). The largest counts.

Arrays are `(days, series)`, scaled to about one, NaN where unknown.
"""

from dataclasses import dataclass

import numpy as np

from lib.spend.anomaly_rest import RESTS, days_off, run_on
from lib.spend.anomaly_usual import FLOOR, LONG, WARM, Usual, quantiles, running_mean, usual_errors
from lib.spend.forecast_filters import WEEK, Array, following, run

UNIT = 1.9
"""Robust standard deviations in one unit of the score: 2 / 2.5 / 3 are 3.8 / 4.75 / 5.7 of them."""
TOLD = 2.0 * UNIT
"""Standard deviations from which a day is told, as usually set."""
FALLS = 0.5
"""Beyond what is told, a fall counts for so much: high where a rise were critical. It costs nobody money."""
OFFSET = 0.02
"""Share of the mean that is added before logarithms are taken, so that zeros have one."""
LEAST_WEEK = 0.015
"""A week's typical departure is at least this share of the level."""
PAIR, WEEKLY = 0.95, 0.95
"""Scores of two days together and of a whole week, against those of a day: they look often at the same days."""
RESTING, RESTING_PAIR = 1.15, 1.2
"""… of a run-on, and of a rise on two days that usually rest: one look a week instead of one a day."""
WEEKS_BEFORE = 6
DAY, TWO_DAYS, SEVEN_DAYS, REST = range(4)
"""The channels."""


@dataclass(frozen=True)
class Scores:
    """Every day judged: `(days, series)`."""

    score: Array
    """With its sign; 0 where nothing is judged."""
    expected: Array
    usual: Usual
    channel: Array
    """Which channel spoke: DAY, TWO_DAYS, SEVEN_DAYS or REST."""


def scores(
    y: Array, first: Array, *, shift: Array | None = None, unjudged: Array | None = None, off: Array | None = None
) -> Scores:
    """Score every day.

    first: each series' first day that counts, `(series,)`. shift: known effects of special days, `(days, series)`; such days
    teach nothing. unjudged: days (`(days,)` or `(days, series)`) that neither teach nor are judged. off: days (`(days,)`)
    that teach nothing, and on which only a rise is told.
    """
    shift = np.zeros_like(y) if shift is None else shift
    off = np.zeros(len(y), bool) if off is None else off
    taught = np.where((shift != 0) | off[:, None], np.nan, y)
    if unjudged is not None:
        quiet = np.broadcast_to(unjudged if unjudged.ndim == 2 else unjudged[:, None], y.shape)
        taught = np.where(quiet, np.nan, taught)
        y = np.where(quiet, np.nan, y)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        logs = np.log(np.maximum(taught, 0) + OFFSET)
        both = run(
            np.concatenate([taught, logs], 1).astype(np.float32), np.tile(first, 2), following(), set(), follow=True
        )
        added, grown = np.split(both.expected.astype(np.float64), 2, 1)
        expected = np.stack([added, added, np.exp(grown) - OFFSET]) + shift
        age = np.arange(len(y))[:, None] - first
        judged = (age >= 0) & np.isfinite(y)
        learned = judged & np.isfinite(taught)
        usual, by_law = usual_errors(np.where(judged, y, np.nan), expected, age, learned)
        expected = np.take_along_axis(expected, usual.law[None], 0)[0]
        error = np.take_along_axis(by_law, usual.law[None], 0)[0]
        day = np.where(age >= WARM, np.clip(error / usual.typical(error), -1e6, 1e6), 0.0)
        day = _beyond_the_largest(day, error / usual.rare(error))
        level = running_mean(np.abs(expected))
        free = days_off(y, expected, level) & (day < -TOLD / 2) | off[:, None]
        day = np.where(free, np.maximum(day, 0), day)
        told = (np.abs(day) > TOLD) | free | ~np.isfinite(taught)
        week = _seven_days(np.where(told, expected, y), age, np.nan_to_num(np.abs(y)))
        rest = run_on(y, np.where(judged, taught, np.nan), expected, level)
        found = np.stack([day, _two_days(day, expected < RESTS * level), WEEKLY * week, RESTING * rest])
    channel = np.abs(found).argmax(0)
    score = np.take_along_axis(found, channel[None], 0)[0]
    score = np.where(score < -TOLD, FALLS * (score + TOLD) - TOLD, score) / UNIT
    return Scores(np.where(np.isfinite(y), score, 0.0), expected, usual, channel)


def _beyond_the_largest(day: Array, against_largest: Array) -> Array:
    """Beyond what is told, a day counts against the largest error of half a year: tails of real costs are heavier than normal."""
    size = np.where(np.abs(day) > TOLD, np.clip(np.abs(against_largest), TOLD, np.abs(day)), np.abs(day))
    return np.copysign(size, day)


def _two_days(day: Array, rests: Array) -> Array:
    """Two days together, on the same side and both large: one large day is not told again on the next.

    A rise on two days that usually rest counts for more: a job that ran on over the weekend.
    """
    pair = np.zeros_like(day)
    together = (day[1:] + day[:-1]) / np.sqrt(2)
    same = day[1:] * day[:-1] > 0
    limit = 2 * np.minimum(np.abs(day[1:]), np.abs(day[:-1]))
    weight = np.where(rests[1:] & rests[:-1] & (together > 0), RESTING_PAIR, PAIR)
    pair[1:] = np.where(same, np.clip(together, -limit, limit), 0) * weight
    return pair


def _seven_days(filled: Array, age: Array, size: Array) -> Array:
    """The mean of seven days against the middle of the six weeks before, in its own typical departures.

    filled: days, with what was expected in place of what the day itself already tells. size: what the days really were, for
    the least that is told.
    """
    days, series = filled.shape
    out = np.zeros((days, series))
    start = (WEEKS_BEFORE + 3) * WEEK - 1
    if days <= start:
        return out
    total = np.cumsum(np.concatenate([np.zeros((1, series)), filled]), 0)
    mean = np.full((days, series), np.nan, np.float32)
    mean[WEEK - 1 :] = (total[WEEK:] - total[:-WEEK]) / WEEK
    before = np.full((WEEKS_BEFORE, days, series), np.nan, np.float32)
    for weeks in range(1, WEEKS_BEFORE + 1):
        before[weeks - 1, weeks * WEEK :] = mean[: -weeks * WEEK]
    middle = np.median(before, 0)
    base = np.maximum(middle, FLOOR * np.maximum(running_mean(size), 1e-9))
    known = age >= (WEEKS_BEFORE + 1) * WEEK - 1
    departure = np.where(known, np.log(np.maximum(1 + (mean - middle) / base, FLOOR)), np.nan).astype(np.float32)
    for begin in range(start, days, WEEK):
        past = np.abs(departure[max(begin - LONG, 0) : begin])[::-3]
        count = np.maximum(np.isfinite(past).sum(0) * 3, 1)
        half, upper = quantiles(past, (0.5, 0.9))
        usual = np.maximum(1.4826 * half, upper / 1.645) * (1 + 14.0 / count)
        usual = np.where(count >= 2 * WEEK, np.maximum(usual, LEAST_WEEK), np.inf)
        ahead = slice(begin, begin + WEEK)
        out[ahead] = np.nan_to_num(departure[ahead]) / usual
    return out
