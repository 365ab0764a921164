"""Bands around a forecast: the blend's own variance gives their shape, replayed errors their size.

Conformal in spirit: a band is as wide as replayed errors were, by distance ahead and by weekday, wider where little was
replayed. The upper and the lower side differ when errors do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, Filtered, Gains
from lib.spend.forecast_replay import Errors, Members, softmax

LEVELS = (0.80, 0.95)
PRIOR, PRIOR_SHORT = (1.42, 2.3), (640.0, 1320.0)
"""Half widths in standard deviations before anything was replayed, and what is added over the cube of the days of history."""
DOUBT, DOUBT_SHORT = 0.15, 0.6
"""Members that lost still count for the width: weights are flattened to this power, and less when little was replayed."""
PARTS = 3
"""The horizon is calibrated in so many parts."""
OPTIMISM = 0.09
"""The replay that gave the members their weights flatters them by about this share."""
DRIFT, DRIFT_CHANCE, DRIFT_REPLAYS = 0.8, 12.0, 2.0
"""Share of the change from week to week that may go on, the part of it that may be chance, and replays that say it better."""
TRUST = 2.0
"""Independent replays at which the replayed quantile counts half."""


@dataclass(frozen=True)
class Bands:
    """Widths below and above the forecast, `(horizon, series)`, one pair a level of LEVELS."""

    below: tuple[Array, ...]
    above: tuple[Array, ...]
    coverage: Array
    """Share of replayed days inside the 95 % band, each half of the replays judged by bands made from the other half;
    NaN without a replay: `(series,)`."""


def deviation(members: Members, log: Array, filtered: Filtered, gains: Gains, horizon: int, used: Array) -> Array:
    """Standard deviation of the error 1 … horizon days ahead by the blend's own reckoning: `(horizon, series)`.

    used: replayed week ends, `(series,)`.
    """
    doubtful = softmax((DOUBT + DOUBT_SHORT * np.maximum(0, 1 - used / 6)) * log)
    filters = doubtful[: gains.count] / np.maximum(doubtful[: gains.count].sum(0), 1e-9)
    one_day = np.maximum(filtered.error2, 0.25 * filtered.typical**2)
    own = gains.variance(horizon) @ (filters * one_day)
    middle = np.einsum("kmn,mn->kn", members.profile, softmax(log))
    apart = np.einsum("kmn,mn->kn", (members.profile - middle[:, None]) ** 2, doubtful)
    return np.sqrt(own + apart[np.arange(horizon) % WEEK])


def drift(y: Array, horizon: int, used: Array) -> Array:
    """How far a series may wander 1 … horizon days ahead when it went on as in its last two weeks: `(horizon, series)`.

    Only what is more than chance, and only as long as no replay says how far it really goes. used: as above.
    """
    moved = y[-WEEK:] - y[-2 * WEEK : -WEEK]
    known = np.maximum(np.isfinite(moved).sum(0), 1)
    mean = np.nansum(moved, 0) / known
    chance = np.nansum((moved - mean) ** 2, 0) / np.maximum(known - 1, 1) / known
    sure = np.maximum(0, 1 - DRIFT_CHANCE * chance / np.maximum(mean**2, 1e-12))
    weeks = np.arange(1, horizon + 1)[:, None] / WEEK
    return DRIFT * np.abs(mean) * sure * np.maximum(0, 1 - used / DRIFT_REPLAYS) * weeks


def bands(errors: Errors, deviation: Array, length: Array) -> Bands:
    """Calibrated widths. length: days of history, `(series,)`."""
    horizon = len(deviation)
    known = errors.known
    by_weekday = _by_weekday(errors, deviation)
    shape = deviation * by_weekday[np.arange(horizon) % WEEK]
    scaled = errors.error / shape[errors.ahead]
    lean = _lean(scaled, known)
    folded = np.abs(np.where(scaled > 0, scaled / lean, scaled * lean))
    below, above = [], []
    priors = [prior + short / length**3 for prior, short in zip(PRIOR, PRIOR_SHORT, strict=True)]
    for factor in _factors(folded, errors.ahead, known, priors, horizon):
        below.append(factor * shape / lean)
        above.append(factor * shape * lean)
    return Bands(tuple(below), tuple(above), _coverage(folded, errors.origin, known, length))


def _by_weekday(errors: Errors, deviation: Array) -> Array:
    """How much wider than the rest each day of the week is, shrunk: `(7, series)`, by days ahead modulo seven.

    Replays begin whole weeks before the end, so equal days ahead modulo seven are the same weekday.
    """
    size = np.abs(errors.error) / deviation[errors.ahead]
    known = np.isfinite(size)
    overall = np.nansum(size, 0) / np.maximum(known.sum(0), 1)
    out = np.ones((WEEK, size.shape[1]))
    if not len(size):
        return out
    for day in range(WEEK):
        rows = errors.ahead % WEEK == day
        count = known[rows].sum(0)
        mean = np.nansum(size[rows], 0) / np.maximum(count, 1)
        share = count / (count + 8.0)
        out[day] = np.where(overall > 0, share * mean / np.maximum(overall, 1e-9) + 1 - share, 1)
    return np.clip(out, 0.3, 3)


def _lean(scaled: Array, known: Array) -> Array:
    """How many times wider the upper side is than the middle of both, shrunk: `(series,)`."""
    low, high = quantiles(scaled, (0.05, 0.95))
    up, down = np.maximum(high, 0.2), np.maximum(-low, 0.2)
    trusted = known / (known + 120.0)
    return np.where(known > 0, np.clip(up / down, 0.25, 4) ** (0.5 * trusted), 1.0)


def _factors(folded: Array, ahead: Array, known: Array, priors: Sequence[Array], horizon: int) -> list[Array]:
    """Half widths in shapes for each of LEVELS, by days ahead: `(horizon, series)`; never below the prior unless much was
    replayed."""
    parts = PARTS if horizon >= PARTS * WEEK else 1
    edges = np.linspace(0, horizon, parts + 1)
    pooled = quantiles(folded, LEVELS)
    independent = known / max(horizon, WEEK)
    trusted = independent / (independent + TRUST)
    wide: list[list[Array]] = [[] for _ in LEVELS]
    for low, high in pairwise(edges):
        rows = (ahead >= low) & (ahead < high)
        here = np.isfinite(folded[rows]).any(0) if rows.any() else np.zeros(len(known), bool)
        for out, all_parts, own, prior in zip(wide, pooled, quantiles(folded[rows], LEVELS), priors, strict=True):
            found = (np.where(here, own, all_parts) + all_parts) / 2
            mixed = trusted * found + (1 - trusted) * np.maximum(prior, found)
            mixed *= 1 + OPTIMISM * trusted + 0.1 / (1 + independent)
            out.append(np.where(known > 0, np.clip(mixed, 0.5 * prior, 2.5 * prior), prior))
    return [_between(np.array(table), edges, horizon) for table in wide]


def _between(table: Array, edges: Array, horizon: int) -> Array:
    """Half widths of the parts' middles, and between them by days ahead: `(horizon, series)`."""
    if len(table) == 1:
        return np.repeat(table, horizon, 0)
    place = np.interp(np.arange(horizon), (edges[1:] + edges[:-1]) / 2, np.arange(len(table)))
    left = np.minimum(place.astype(int), len(table) - 2)
    share = (place - left)[:, None]
    return table[left] * (1 - share) + table[left + 1] * share


def _coverage(folded: Array, origin: Array, known: Array, length: Array) -> Array:
    """Share of replayed days inside bands that other replays made."""
    inside = np.zeros(len(known))
    if origin.size == 0 or origin.max() < 1:
        return np.full(len(known), np.nan)
    trusted = known / (known + 60.0)
    for half in (0, 1):
        mine = origin % 2 == half
        other = quantile(folded[~mine], LEVELS[1])
        limit = trusted * other + (1 - trusted) * np.maximum(other, PRIOR[1] + PRIOR_SHORT[1] / length**3)
        inside += (folded[mine] <= limit).sum(0)
    return np.where(known > 0, inside / np.maximum(known, 1), np.nan)


def quantile(values: Array, share: float | Array) -> Array:
    """Quantile over the rows of what is known; 0 where nothing is: `(series,)`. share: one, or one a series."""
    return quantiles(values, (share,))[0]


def quantiles(values: Array, shares: Sequence[float | Array]) -> list[Array]:
    """Several of them: values are put in order once."""
    if not len(values):
        return [np.zeros(values.shape[1]) for _ in shares]
    ordered = np.sort(values, 0)
    known = np.isfinite(values).sum(0)
    out = []
    for share in shares:
        place = share * np.maximum(known - 1, 0)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.maximum(known - 1, 0))
        below = np.take_along_axis(ordered, low[None], 0)[0]
        above = np.take_along_axis(ordered, high[None], 0)[0]
        out.append(np.where(known > 0, below + (above - below) * (place - low), 0.0))
    return out
