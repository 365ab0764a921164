"""How far each day lies from what the days before let expect, in units in which 2, 2.5 and 3 mean medium, high and critical.

Three channels look at every day with nothing but earlier days in hand: the day itself, two days together (a job that ran
on over the weekend), and the last seven days against the six weeks before (a small shift, a slow drift). The largest counts.

Arrays are `(days, series)`, scaled to about one, NaN where unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, following, run

UNIT = 1.9
"""Robust standard deviations in one unit of the score: 2 / 2.5 / 3 are 3.8 / 4.75 / 5.7 of them."""
WARM = 2 * WEEK
"""Days a series must have had before a day is judged."""
FITTED = 1.5
"""Errors of the first two weeks, which the starting values were fitted to, are taken so much larger."""
RECENT, WINSORISED, LONG = 8 * WEEK, 17 * WEEK, 26 * WEEK
"""Days the usual error is read from, the frequent large ones, and the unusual ones."""
LAWS = (0.0, 0.5, 1.0)
"""How the noise may grow with the expected amount: not at all, with its root, in proportion."""
OFFSET = 0.02
"""Share of the mean that is added before logarithms are taken, so that zeros have one."""
FLOOR = 0.15
"""What was expected counts as at least this share of the level where errors are compared with it."""
LEAST = 0.02
"""A typical error is at least this share of the level."""
LEAST_WEEK = 0.015
"""… and a week's typical departure at least this share."""
OWN_WEEKDAY = 0.35
"""Share of the weekday's own errors in what is typical."""
RANK = 3
"""A day must stand out from the third largest of half a year's weekly largest errors on its side …"""
RANK_SIZE = 2.0
"""… which is taken as so many standard deviations."""
PAIR, WEEKLY = 0.95, 0.95
"""Scores of two days together and of a whole week, against those of a day: they look often at the same days."""
RESTS, RESTING_PAIR = 0.85, 1.2
"""Days that usually cost less than this share of the level, and the score of a rise on two of them."""
WEEKS_BEFORE = 6
DAY, TWO_DAYS, SEVEN_DAYS = 0, 1, 2
"""The channels."""


@dataclass(frozen=True)
class Scores:
    """Every day judged: `(days, series)`."""

    score: Array
    """With its sign; 0 where nothing is judged."""
    expected: Array
    usual: "Usual"
    channel: Array
    """Which channel spoke: DAY, TWO_DAYS or SEVEN_DAYS."""


@dataclass(frozen=True)
class Usual:
    """The error that would surprise nobody, for each day from the days before: `(days, series)` each.

    In the measure of the law that explained the series' errors best so far: amounts, their roots or their logarithms.
    """

    above: Array
    below: Array
    """Infinite where nothing can be judged yet."""
    law: Array
    base: Array
    """What was expected, at least FLOOR of the level."""

    def amount(self, deviations: float | Array) -> Array:
        """An error of so many typical ones (below where negative) as an amount."""
        size = np.abs(deviations) * np.where(np.asarray(deviations) < 0, self.below, self.above)
        size = np.where(np.isfinite(size), size, 0) * np.sign(deviations)
        root = np.maximum(np.sqrt(self.base) + size / 2, 0) ** 2 - self.base
        grown = self.base * np.expm1(np.clip(size, -50, 50))
        return np.choose(self.law, [size, root, grown])


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
        typical = np.where(error > 0, usual.above, usual.below)
        day = np.where(age >= WARM, np.clip(error / typical, -1e6, 1e6), 0.0)
        day[off] = np.maximum(day[off], 0)
        told = (np.abs(day) > 2 * UNIT) | ~np.isfinite(taught)
        untold = np.where(told, expected, y)
        week = _seven_days(untold, age, np.nan_to_num(np.abs(y)))
        found = np.stack([day, _two_days(day, expected), WEEKLY * week])
    channel = np.abs(found).argmax(0)
    score = np.take_along_axis(found, channel[None], 0)[0] / UNIT
    return Scores(np.where(np.isfinite(y), score, 0.0), expected, usual, channel)


def usual_errors(y: Array, expected: Array, age: Array, learned: Array) -> tuple[Usual, Array]:
    """What is usual, worked out once a week, and every day's error under each law: `(laws, days, series)`.

    learned: days that count.
    """
    days, series = y.shape
    level = np.maximum(_running(np.abs(expected[0])), 1e-9)
    base = np.maximum(expected, FLOOR * level)
    error = np.nan_to_num(y - expected)
    came = np.maximum(base + error, FLOOR * FLOOR * level)
    root = 2 * np.sqrt(base[1]) * (np.sqrt(came[1] / base[1]) - 1)
    by_law = np.stack([error[0], root, np.log(came[2] / base[2])]).astype(np.float32)
    log_came = np.log(came[0]).astype(np.float32)
    least = LEAST * level * np.stack([np.ones_like(level), 1 / np.sqrt(base[1]), 1 / base[2]])
    counted = np.where(learned, np.where(age < WARM, np.float32(FITTED), 1), 0).astype(np.float32)
    by_law_learned = by_law * counted
    negative = np.logical_or.accumulate(y < 0, 0)
    laws = np.zeros((days, series), np.int8)
    sides = np.full((days, series), np.inf), np.full((days, series), np.inf)
    for begin in range(WARM, days, WEEK):
        past = slice(max(begin - RECENT, 0), begin)
        usable = (age[past] >= 0) & learned[past]
        count = np.maximum((age[past] >= 0).sum(0), 1)
        law = np.where(negative[begin - 1], 0, _best_law(np.abs(by_law_learned[:, past]), log_came[past], usable))
        reach = slice(max(begin - LONG, 0), begin)
        everything = np.take_along_axis(by_law_learned[:, reach], law[None, None], 0)[0]
        long = np.where(age[reach] >= 0, everything, np.float32(np.nan))
        recent = long[-RECENT:]
        middle, upper = _quantiles(np.abs(recent), (0.5, 0.95))
        core = np.maximum(1.4826 * middle, 0.5 * upper / 1.96)
        ahead = slice(begin, min(begin + WEEK, days))
        laws[ahead] = law
        near = long[-WINSORISED:]
        both = np.maximum(_winsorised(np.abs(near), 6 * core) / np.sqrt(2), 0.5 * core)
        own = _own_weekday(everything, ahead.stop - begin)
        floor = np.take_along_axis(least[:, ahead], law[None, None], 0)[0]
        for sign, out in zip((1, -1), sides, strict=True):
            usual = np.sqrt(_winsorised(sign * near, 6 * core) * both)
            mixed = np.maximum(_with_weekday(usual, own), _rank(sign * long) / RANK_SIZE)
            out[ahead] = np.maximum(mixed * _youth(count), floor)
    return Usual(*sides, laws, np.take_along_axis(base, laws[None], 0)[0]), by_law


def _youth(count: Array) -> Array:
    """How much wider what is usual has to be taken when few days are known."""
    return 1 + 2.0 / count + 130.0 / count**2


def _best_law(size: Array, log_came: Array, usable: Array) -> Array:
    """The law under which the past errors were likeliest (Laplace): `(series,)`."""
    count = np.maximum(usable.sum(0), 1)
    mean = size.sum(1) / count + 1e-9
    growth = np.where(usable, log_came, 0).sum(0) / count
    return (np.log(mean) + np.array(LAWS)[:, None] * growth).argmin(0)


def _winsorised(values: Array, limit: Array) -> Array:
    """Root mean square of one side, each value counting up to the limit: frequent big misses make a wide scale."""
    known = np.isfinite(values)
    cut = np.clip(np.where(known, values, 0), 0, limit)
    return np.sqrt(2 * (cut**2).sum(0) / np.maximum(known.sum(0), 1))


def _rank(values: Array) -> Array:
    """The RANK-th largest of the weeks' largest: `(series,)`. A week counts once, however long something went on."""
    weeks = len(values) // WEEK
    if weeks < RANK + 1:
        return np.zeros(values.shape[1])
    filled = np.where(np.isfinite(values), values, 0)[-weeks * WEEK :]
    largest = filled.reshape(weeks, WEEK, -1).max(1)
    return np.maximum(np.partition(largest, weeks - RANK, axis=0)[weeks - RANK], 0)


def _own_weekday(scaled: Array, ahead: int) -> Array | None:
    """Errors of the weekdays ahead, up to eight of each: `(weeks, ahead, series)`; None with less than four weeks."""
    weeks = min(len(scaled) // WEEK, 8)
    return np.abs(scaled[-weeks * WEEK :]).reshape(weeks, WEEK, -1)[:, :ahead] if weeks >= 4 else None


def _with_weekday(usual: Array, own: Array | None) -> Array:
    """What is usual, drawn towards what is usual on the weekday: `(ahead, series)` or `(series,)`."""
    if own is None:
        return usual
    mine = np.maximum(1.2533 * np.minimum(own, 3 * usual).mean(0), 0.3 * usual)
    return usual ** (1 - OWN_WEEKDAY) * mine**OWN_WEEKDAY


def _two_days(day: Array, expected: Array) -> Array:
    """Two days together, on the same side and both large: one large day is not told again on the next.

    A rise on two days that usually rest counts for more: a job that ran on over the weekend.
    """
    pair = np.zeros_like(day)
    together = (day[1:] + day[:-1]) / np.sqrt(2)
    same = day[1:] * day[:-1] > 0
    limit = 2 * np.minimum(np.abs(day[1:]), np.abs(day[:-1]))
    rests = expected < RESTS * _running(np.abs(expected))
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
    base = np.maximum(middle, FLOOR * np.maximum(_running(size), 1e-9))
    known = age >= (WEEKS_BEFORE + 1) * WEEK - 1
    departure = np.where(known, np.log(np.maximum(1 + (mean - middle) / base, FLOOR)), np.nan).astype(np.float32)
    for begin in range(start, days, WEEK):
        past = np.abs(departure[max(begin - LONG, 0) : begin])[::-3]
        count = np.maximum(np.isfinite(past).sum(0) * 3, 1)
        half, upper = _quantiles(past, (0.5, 0.9))
        usual = np.maximum(1.4826 * half, upper / 1.645) * (1 + 14.0 / count)
        usual = np.where(count >= 2 * WEEK, np.maximum(usual, LEAST_WEEK), np.inf)
        ahead = slice(begin, begin + WEEK)
        out[ahead] = np.nan_to_num(departure[ahead]) / usual
    return out


def _running(values: Array) -> Array:
    """A slow mean that knows only the days before: `(days, series)`."""
    out = np.empty_like(values)
    mean = values[:WARM].mean(0)
    for day, now in enumerate(values):
        out[day] = mean
        mean = mean + 0.05 * (now - mean)
    return out


def _quantiles(values: Array, shares: Sequence[float]) -> list[Array]:
    """Quantiles over days of what is known; 0 where nothing is."""
    ordered = np.sort(values, 0)
    known = np.isfinite(values).sum(0)
    out = []
    for share in shares:
        place = np.minimum((share * np.maximum(known - 1, 0) + 0.5).astype(int), len(values) - 1)
        out.append(np.nan_to_num(np.take_along_axis(ordered, place[None], 0)[0]))
    return out
