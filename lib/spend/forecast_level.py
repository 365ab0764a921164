"""From the middle of what days will cost to their mean, their sum, and what a day may cost at most."""

from dataclasses import replace

import numpy as np

from lib.spend.forecast_bands import quantile
from lib.spend.forecast_filters import WEEK, Array, median
from lib.spend.forecast_replay import Errors

STARTS_DAYS = 4 * WEEK
RESTS, EXPLAINED = 0.3, 0.6
"""A series rests often when this share of its last days costs nothing, and weekdays explain it from this share on."""
OTHER_LEVEL, OTHER_ERRORS = 0.25, 3.0
"""A day lies at another level when it is off what its weekday costs now by this share of a day's mean, and by so many errors."""


def this_level(y: Array, middle: Array, sd: Array) -> Array:
    """The first day after the last week that lay at another level, every day of it on one side: `(series,)`.

    sd: the error of one day ahead.
    """
    ago = np.arange(-len(y), 0)
    rest = y - middle[ago % WEEK]
    far = np.maximum(OTHER_LEVEL * np.abs(middle[:WEEK]).mean(0), OTHER_ERRORS * sd)
    since = np.zeros(y.shape[1], int)
    for beyond in (rest > far, rest < -far):
        counted = np.cumsum(np.concatenate([np.zeros((1, y.shape[1]), int), beyond]), 0)
        ends = counted[WEEK:] - counted[:-WEEK] == WEEK
        last = np.where(ends.any(0), len(y) - ends[::-1].argmax(0), 0)
        since = np.maximum(since, last)
    return since


def of_this_level(missed: Errors, begun: list[int], since: Array) -> Errors:
    """Without what forecasts from before the level of now missed of days at that level: the jump, and no bias.

    begun: the last day that each replayed forecast knew; since: the first day of the level, `(series,)`.
    """
    if not len(missed.error):
        return missed
    origin = np.array(begun)[missed.origin][:, None]
    jumped = (origin < since) & (origin + 1 + missed.ahead[:, None] >= since)
    return replace(missed, error=np.where(jumped, np.nan, missed.error))


def to_mean(middle: Array, missed: Errors, sd: Array, one_day: Array, floor: Array) -> Array:
    """Middle to mean: what was missed on average in the replays, and day by day where little was replayed.

    What happened once counts up to a limit: an accident is not part of what days cost on average.
    """
    known = missed.known
    limit = np.maximum(8 * sd[missed.ahead], 2 * quantile(np.abs(missed.error), 0.98))
    replayed = np.nansum(np.clip(missed.error, -limit, limit), 0) / np.maximum(known, 1)
    trusted = known / (known + 30.0)
    return np.maximum(middle + trusted * replayed + (1 - trusted) * one_day, floor)


def starts(y: Array, first: Array) -> tuple[Array, Array]:
    """What a day may cost at most (80 and 95 %) in series that often cost nothing, whenever they like: `(series,)` each.

    Filters take a few large days for accidents, and a pause for the end. Where weekdays explain which days cost something,
    and in series that hardly rest, -inf.
    """
    recent = y[-STARTS_DAYS:]
    recent = np.where(np.arange(len(y) - len(recent), len(y))[:, None] >= first, recent, np.nan)
    known = np.isfinite(recent).sum(0)
    cost = recent > 0
    share = cost.sum(0) / np.maximum(known, 1)
    weeks = len(recent) // WEEK
    by_weekday = cost[-weeks * WEEK :].reshape(weeks, WEEK, -1).mean(0)
    explained = ((by_weekday - share) ** 2).mean(0) > EXPLAINED * share * (1 - share)
    rests = (share > 0) & (share <= 1 - RESTS) & ~explained & (np.fmin.reduce(recent, initial=0) >= 0)

    def most(level: float) -> Array:
        return np.where(rests, quantile(recent, np.minimum(level * (known + 1) / np.maximum(known, 1), 1)), -np.inf)

    return most(0.80), most(0.95)


def skew(recent: Array, first: Array, middle: Array) -> Array:
    """How far the mean of the last days lies beyond their middle, as far as that is more than chance: `(series,)`.

    recent: up to four weeks, `(days, series)`; first: its first day that counts; middle: the forecast, whose first week is
    the weekday pattern.
    """
    ago = np.arange(-len(recent), 0)
    rest = np.where(ago[:, None] + len(recent) >= first, recent, np.nan) - middle[ago % WEEK]
    count = np.maximum(np.isfinite(rest).sum(0), 1)
    mean = np.nansum(rest, 0) / count
    spread = np.sqrt(np.nansum((rest - mean) ** 2, 0) / count)
    skew = mean - np.nan_to_num(median(rest))
    chance = (0.75 * spread) ** 2 / count
    return skew * skew**2 / np.maximum(skew**2 + chance, 1e-12)


def total_spread(missed: Errors, sd: Array, middle: Array, average: Array) -> Array:
    """Half the width of the 95 % band of the sum over the horizon: `(series,)`.

    Between days that miss independently and days that all miss together; replayed sums say where in between.
    """
    horizon = len(sd)
    prior = 2.6 * sd.mean(0) * horizon**0.8
    if not len(missed.error):
        return prior
    sums = []
    shift = (average - middle).mean(0)
    for number in range(int(missed.origin.max()) + 1):
        rows = missed.error[missed.origin == number]
        length = len(rows)
        if length * 2 >= horizon or number < 2:
            sums.append((np.nansum(rows, 0) - shift * length) * (horizon / length) ** 0.9 + 0 * rows[0])
    sizes = np.array(sums)
    known = np.isfinite(sizes).sum(0)
    independent = known * min(1.0, WEEK / horizon) + 1
    rms = np.sqrt(np.nansum(sizes**2, 0) / np.maximum(known, 1))
    found = np.maximum(2.3 * rms, quantile(np.abs(sizes), 0.95))
    trusted = np.where(known > 1, independent / (independent + 4.0), 0)
    return trusted * found + (1 - trusted) * np.maximum(prior, found)
