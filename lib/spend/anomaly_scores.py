"""How far each day lies from what the days before let expect, in units in which 2, 2.5 and 3 mean medium, high and critical.

Three channels look at every day with nothing but earlier days in hand: the day itself, two days together (a job that ran
on over the weekend), and the last seven days against the six weeks before (a small shift, a slow drift). The largest counts.

Arrays are `(days, series)`, scaled to a mean of about one, NaN where unknown.
"""

from dataclasses import dataclass

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, bank, median, run

UNIT = 1.7
"""Robust standard deviations in one unit of the score: 2 / 2.5 / 3 are 3.4 / 4.25 / 5.1 of them."""
WARM = 2 * WEEK
"""Days a series must have had before a day is judged."""
FITTED = 1.5
"""Errors of the first two weeks, which the starting values were fitted to, are taken so much larger."""
RECENT, WINSORISED, LONG = 8 * WEEK, 17 * WEEK, 26 * WEEK
"""Days the usual error is read from, the frequent large ones, and the unusual ones."""
LAWS = (0.0, 0.5, 1.0)
"""How the noise may grow with the expected amount: not at all, with its root, in proportion."""
LEAST = 0.02
"""A typical error is at least this share of the level."""
OWN_WEEKDAY = 0.35
"""Share of the weekday's own errors in what is typical."""
RANK = 3
"""A day must stand out from the third largest of half a year's weekly largest errors on its side …"""
RANK_SIZE = 2.0
"""… which is taken as so many standard deviations."""
PAIR, WEEKLY = 0.9, 0.9
"""Scores of two days together and of a whole week, against those of a day: they look often at the same days."""
WEEKS_BEFORE = 6
DAY, TWO_DAYS, SEVEN_DAYS = 0, 1, 2
"""The channels."""


@dataclass(frozen=True)
class Scores:
    """Every day judged: `(days, series)`."""

    score: Array
    """With its sign; 0 where nothing is judged."""
    expected: Array
    above: Array
    """One unit of the score above what was expected, in the series' unit; infinite where nothing can be judged yet."""
    below: Array
    channel: Array
    """Which channel spoke: DAY, TWO_DAYS or SEVEN_DAYS."""


def scores(y: Array, first: Array, *, shift: Array | None = None, unjudged: Array | None = None) -> Scores:
    """Score every day.

    first: each series' first day that counts, `(series,)`. shift: known effects of special days, `(days, series)`; such days
    teach nothing. unjudged: days (`(days,)` or `(days, series)`) that neither teach nor are judged.
    """
    shift = np.zeros_like(y) if shift is None else shift
    taught = np.where(shift != 0, np.nan, y)
    if unjudged is not None:
        quiet = np.broadcast_to(unjudged if unjudged.ndim == 2 else unjudged[:, None], y.shape)
        taught = np.where(quiet, np.nan, taught)
        y = np.where(quiet, np.nan, y)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        filtered = run(taught.astype(np.float32), first, bank(), set(), follow=True)
        expected = filtered.expected.astype(np.float64)
        age = np.arange(len(y))[:, None] - first
        error = np.where(age >= 0, np.nan_to_num(y - expected - shift), 0)
        learned = np.where(np.isfinite(taught), error, 0)
        above, below = typical_error(np.where(age < WARM, FITTED * learned, learned), expected, age)
        typical = np.where(error > 0, above, below)
        day = np.where(age >= WARM, np.clip(error / typical, -1e6, 1e6), 0.0)
        told = (learned > 2 * UNIT * above) | (learned < -2 * UNIT * below) | ~np.isfinite(taught)
        untold = np.where(told, expected, y)
        week = _seven_days(untold, age, np.nan_to_num(np.abs(y)))
    found = np.stack([day, PAIR * _two_days(day), WEEKLY * week])
    channel = np.abs(found).argmax(0)
    score = np.take_along_axis(found, channel[None], 0)[0] / UNIT
    return Scores(np.where(np.isfinite(y), score, 0.0), expected + shift, above * UNIT, below * UNIT, channel)


def typical_error(error: Array, expected: Array, age: Array) -> tuple[Array, Array]:
    """The error that would surprise nobody, above and below, for each day from the days before: `(days, series)` each.

    Worked out once a week. The noise law is the one that explained the series' errors best so far.
    """
    days, series = error.shape
    error, expected = error.astype(np.float32), expected.astype(np.float32)
    level = np.maximum(_running(np.abs(expected)), np.float32(1e-9))
    size = np.maximum(expected, 0.15 * level) / level
    log_size = np.log(size)
    by_law = np.stack([error, error / np.sqrt(size), error / size])
    sides = np.full((days, series), np.inf), np.full((days, series), np.inf)
    for begin in range(WARM, days, WEEK):
        past = slice(max(begin - RECENT, 0), begin)
        usable = age[past] >= 0
        count = np.maximum(usable.sum(0), 1)
        law = _best_law(np.abs(by_law[:, past]), log_size[past], usable, count)
        reach = slice(max(begin - LONG, 0), begin)
        everything = np.take_along_axis(by_law[:, reach], law[None, None], 0)[0]
        long = np.where(age[reach] >= 0, everything, np.float32(np.nan))
        recent = long[-RECENT:]
        core = 1.4826 * _quantile(np.abs(recent), 0.5)
        ahead = slice(begin, min(begin + WEEK, days))
        own = _own_weekday(everything, ahead.stop - begin)
        factor = size[ahead] ** np.array(LAWS, np.float32)[law] * _youth(count)
        for sign, out in zip((1, -1), sides, strict=True):
            usual = np.maximum(core, 0.8 * _quantile(sign * recent, 0.95) / 1.645)
            usual = np.maximum(usual, _winsorised(sign * long[-WINSORISED:], 6 * usual))
            mixed = np.maximum(_with_weekday(usual, own), _rank(sign * long) / RANK_SIZE)
            out[ahead] = np.maximum(mixed * factor, LEAST * level[ahead])
    return sides


def _youth(count: Array) -> Array:
    """How much wider what is usual has to be taken when few days are known."""
    return 1 + 2.0 / count + 130.0 / count**2


def _best_law(size: Array, log_size: Array, usable: Array, count: Array) -> Array:
    """The law under which the past errors were likeliest (Laplace): `(series,)`."""
    mean = np.where(usable, size, 0).sum(1) / count + 1e-9
    growth = np.where(usable, log_size, 0).sum(0) / count
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


def _two_days(day: Array) -> Array:
    """Two days together, on the same side and both large: one large day is not told again on the next."""
    pair = np.zeros_like(day)
    together = (day[1:] + day[:-1]) / np.sqrt(2)
    same = day[1:] * day[:-1] > 0
    limit = 2 * np.minimum(np.abs(day[1:]), np.abs(day[:-1]))
    pair[1:] = np.where(same, np.clip(together, -limit, limit), 0)
    return pair


def _seven_days(filled: Array, age: Array, size: Array) -> Array:
    """The mean of seven days less the middle of the six weeks before, in its own typical departures.

    filled: days, with what was expected in place of what the day itself already tells. size: what the days really were, for
    the least that is told.
    """
    days, series = filled.shape
    filled = filled.astype(np.float32)
    out = np.zeros((days, series))
    start = (WEEKS_BEFORE + 3) * WEEK - 1
    if days <= start:
        return out
    total = np.cumsum(np.concatenate([np.zeros((1, series)), filled]), 0, dtype=np.float64)
    mean = np.full((days, series), np.nan, np.float32)
    mean[WEEK - 1 :] = (total[WEEK:] - total[:-WEEK]) / WEEK
    before = np.full((WEEKS_BEFORE, days, series), np.nan, np.float32)
    for weeks in range(1, WEEKS_BEFORE + 1):
        before[weeks - 1, weeks * WEEK :] = mean[: -weeks * WEEK]
    known = age >= (WEEKS_BEFORE + 1) * WEEK - 1
    departure = np.where(known, mean - np.median(before, 0), np.nan)
    level = np.maximum(_running(size), 1e-9)
    for begin in range(start, days, WEEK):
        past = np.abs(departure[max(begin - LONG, 0) : begin])[::-3]
        count = np.isfinite(past).sum(0) * 3
        usual = np.maximum(1.4826 * _quantile(past, 0.5), _quantile(past, 0.9) / 1.645) * (
            1 + 14.0 / np.maximum(count, 1)
        )
        ahead = slice(begin, begin + WEEK)
        usual = np.where(count >= 2 * WEEK, np.maximum(usual, 0.015 * level[ahead]), np.inf)
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


def _quantile(values: Array, share: float) -> Array:
    """Quantile over days of what is known; 0 where nothing is."""
    if share == 0.5:
        return np.nan_to_num(median(values))
    ordered = np.sort(values, 0)
    known = np.isfinite(values).sum(0)
    place = np.minimum((share * np.maximum(known - 1, 0) + 0.5).astype(int), len(values) - 1)
    return np.nan_to_num(np.take_along_axis(ordered, place[None], 0)[0])
