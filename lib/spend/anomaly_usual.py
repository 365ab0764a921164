"""The error of a day that would surprise nobody: worked out once a week from the days before, for rises and drops apart.

Arrays are `(days, series)`, scaled to about one, NaN where unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.spend.forecast_filters import WEEK, Array

WARM = 2 * WEEK
"""Days a series must have had before a day is judged."""
FITTED = 1.5
"""Errors of the first two weeks, which the starting values were fitted to, are taken so much larger."""
RECENT, WINSORISED, LONG = 8 * WEEK, 17 * WEEK, 26 * WEEK
"""Days the usual error is read from, the frequent large ones, and the unusual ones."""
LAWS = (0.0, 0.5, 1.0)
"""How the noise may grow with the expected amount: not at all, with its root, in proportion."""
FLOOR = 0.15
"""What was expected counts as at least this share of the level where errors are compared with it."""
LEAST = 0.02
"""A typical error is at least this share of the level."""
OWN_WEEKDAY = 0.35
"""Share of the weekday's own errors in what is typical."""
RANK = 3
"""A day must stand out from the third largest of half a year's weekly largest errors on its side …"""
RANK_SIZE, LARGEST_SIZE = 2.0, 2.5
"""… which is taken as so many standard deviations; the largest of them as so many."""


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
    rare_above: Array
    rare_below: Array
    """The largest error of half a year in standard deviations: what is far beyond the usual is held against it."""

    def typical(self, error: Array) -> Array:
        """The usual error on the side of each error."""
        return np.where(error > 0, self.above, self.below)

    def rare(self, error: Array) -> Array:
        """The same of the largest."""
        return np.where(error > 0, self.rare_above, self.rare_below)

    def amount(self, deviations: float | Array) -> Array:
        """An error of so many typical ones (below where negative) as an amount."""
        size = np.abs(deviations) * np.where(np.asarray(deviations) < 0, self.below, self.above)
        size = np.where(np.isfinite(size), size, 0) * np.sign(deviations)
        root = np.maximum(np.sqrt(self.base) + size / 2, 0) ** 2 - self.base
        grown = self.base * np.expm1(np.clip(size, -50, 50))
        return np.choose(self.law, [size, root, grown])


def usual_errors(y: Array, expected: Array, age: Array, learned: Array) -> tuple[Usual, Array]:
    """What is usual, worked out once a week, and every day's error under each law: `(laws, days, series)`.

    learned: days that count.
    """
    days, series = y.shape
    level = np.maximum(running_mean(np.abs(expected[0])), 1e-9)
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
    above, below, rare_above, rare_below = (np.full((days, series), np.inf) for _ in range(4))
    for begin in range(WARM, days, WEEK):
        past = slice(max(begin - RECENT, 0), begin)
        usable = (age[past] >= 0) & learned[past]
        count = np.maximum((age[past] >= 0).sum(0), 1)
        law = np.where(negative[begin - 1], 0, _best_law(np.abs(by_law_learned[:, past]), log_came[past], usable))
        reach = slice(max(begin - LONG, 0), begin)
        everything = np.take_along_axis(by_law_learned[:, reach], law[None, None], 0)[0]
        long = np.where(age[reach] >= 0, everything, np.float32(np.nan))
        recent = long[-RECENT:]
        middle, upper = quantiles(np.abs(recent), (0.5, 0.95))
        core = np.maximum(1.4826 * middle, 0.5 * upper / 1.96)
        ahead = slice(begin, min(begin + WEEK, days))
        laws[ahead] = law
        near = long[-WINSORISED:]
        both = np.maximum(_winsorised(np.abs(near), 6 * core) / np.sqrt(2), 0.5 * core)
        own = _own_weekday(everything, ahead.stop - begin)
        floor = np.take_along_axis(least[:, ahead], law[None, None], 0)[0]
        for sign, out, rare in ((1, above, rare_above), (-1, below, rare_below)):
            usual = np.sqrt(_winsorised(sign * near, 6 * core) * both)
            third, largest = _standing_out(sign * long)
            mixed = np.maximum(_with_weekday(usual, own), third / RANK_SIZE)
            out[ahead] = np.maximum(mixed * _youth(count), floor)
            rare[ahead] = largest / LARGEST_SIZE
    base_of_law = np.take_along_axis(base, laws[None], 0)[0]
    return Usual(above, below, laws, base_of_law, rare_above, rare_below), by_law


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


def _standing_out(values: Array) -> Array:
    """The RANK-th largest and the largest of the weeks' largest: `(2, series)`, 0 where too little is known.

    A week counts once, however long something went on.
    """
    weeks = len(values) // WEEK
    if weeks < RANK + 1:
        return np.zeros((2, values.shape[1]))
    filled = np.where(np.isfinite(values), values, 0)[-weeks * WEEK :]
    largest = filled.reshape(weeks, WEEK, -1).max(1)
    ordered = np.partition(largest, (weeks - RANK, weeks - 1), axis=0)
    return np.maximum(ordered[[weeks - RANK, weeks - 1]], 0)


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


def running_mean(values: Array) -> Array:
    """A slow mean that knows only the days before: `(days, series)`."""
    out = np.empty_like(values)
    mean = values[:WARM].mean(0)
    for day, now in enumerate(values):
        out[day] = mean
        mean = mean + 0.05 * (now - mean)
    return out


def quantiles(values: Array, shares: Sequence[float]) -> list[Array]:
    """Quantiles over days of what is known; 0 where nothing is."""
    ordered = np.sort(values, 0)
    known = np.isfinite(values).sum(0)
    out = []
    for share in shares:
        place = np.minimum((share * np.maximum(known - 1, 0) + 0.5).astype(int), len(values) - 1)
        out.append(np.nan_to_num(np.take_along_axis(ordered, place[None], 0)[0]))
    return out
