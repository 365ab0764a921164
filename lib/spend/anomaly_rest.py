"""Working days and days of rest: a weekend that was worked through, and a working day that was a day off.

Both compare a day with what the other kind of day usually costs, not with the noise of its weekday. Arrays are
`(days, series)`, scaled to about one, NaN where unknown; nothing but earlier days is used for a day.
"""

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, median

RESTS = 0.85
"""Days rest that usually cost less than this share of the level."""
USUALLY = 0.7
"""Two days are judged together where they rested in at least this share of the weeks before."""
FIRST_WEEKS = 6
"""Weeks that give the starting values; nothing is judged in them."""
PACE = 0.1
"""What one week counts for in the usual share and its spread."""
WINSOR = 2.5
"""A week teaches up to so many typical departures."""
LEAST = 0.015
"""A typical departure of the share is at least this."""
HALF_WAY = 0.5
"""A run-on reaches at least so much of the way from rest to work."""
NEAR_REST, BELOW_REST = 1 / 3, 0.5
"""A day off lies within this part of the way from rest to work, and above this share of rest."""
AT_MOST = 2
"""So many days off in a week; with more, something else is going on."""


def run_on(y: Array, taught: Array, expected: Array, level: Array) -> Array:
    """How far two days of rest lie above their usual share, in standard deviations, told on the second; else 0.

    Their cost as a share of itself and of the five days before is compared with that share in the weeks gone by: a level that
    wanders moves both and changes nothing, and the scale is that of days of rest alone.

    y: what came; taught: the same without special days; expected: of each day; level: the mean until then.
    """
    days = len(y)
    out = np.zeros(y.shape)
    rests = expected < RESTS * level
    pair = rests[1:] & rests[:-1]
    for weekday in range(WEEK):
        ends = np.arange(weekday + WEEK, days, WEEK)
        usually = _running(pair[ends - 1])
        mine = np.flatnonzero((usually >= USUALLY).any(0))
        if len(mine):
            rest = (y[np.ix_(ends, mine)] + y[np.ix_(ends - 1, mine)]) / 2
            work = median(np.stack([taught[np.ix_(ends - back, mine)] for back in range(2, WEEK)]))
            out[np.ix_(ends, mine)] = np.where(usually[:, mine] >= USUALLY, _above(rest, work), 0)
    return out


def _running(rested: Array) -> Array:
    """Share of the weeks before in which a pair of days rested: `(weeks, series)`."""
    out, share = np.zeros(rested.shape), np.zeros(rested.shape[1])
    for week, now in enumerate(rested):
        out[week] = share
        share = share + PACE * (now - share)
    return out


def _above(rest: Array, work: Array) -> Array:
    """How far each week's rest lies above its usual share of rest and work: `(weeks, series)`; 0 short of half way to work."""
    share = rest / np.maximum(rest + work, 1e-9)
    out = np.zeros(share.shape)
    usual, spread, full, weeks = (np.zeros(share.shape[1]) for _ in range(4))
    for week, now in enumerate(share):
        half = usual + HALF_WAY * (0.5 - usual)
        departure = now - usual
        reached = (now > half) & (rest[week] > half / (1 - half) * full) & (weeks >= FIRST_WEEKS)
        out[week] = np.where(reached, departure / np.maximum(spread, LEAST), 0)
        known = np.isfinite(now)
        pace = np.where(known, np.maximum(PACE, 1 / (weeks + 1)), 0)
        limit = np.where(weeks < FIRST_WEEKS, np.inf, WINSOR * np.maximum(spread, LEAST))
        learned = np.clip(np.where(known, departure, 0), -limit, limit)
        usual = usual + pace * learned
        spread = spread + np.where(weeks > 0, pace, 0) * (1.2533 * np.abs(learned) - spread)
        full = full + pace * (np.where(known, work[week], full) - full)
        weeks = weeks + known
    return out


def days_off(y: Array, expected: Array, level: Array) -> Array:
    """Working days that cost about what days of rest cost, at most AT_MOST in seven: taken for holidays.

    What falls far below the days of rest is none, and a series that never rests has none. Arguments as above.
    """
    rests = expected < RESTS * level
    count = _last_week(rests)
    rest = _last_week(np.where(rests, expected, 0)) / np.maximum(count, 1)
    alike = ~rests & (rest > 0) & (y >= BELOW_REST * rest) & (y <= rest + NEAR_REST * (expected - rest))
    return alike & (_last_week(alike) <= AT_MOST)


def _last_week(values: Array) -> Array:
    """Sum of the seven days up to each."""
    total = np.cumsum(values, 0, dtype=float)
    total[WEEK:] -= total[:-WEEK].copy()
    return total
