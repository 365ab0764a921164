"""Rolling back-test: forecasts as they would have been made at past week ends, and what they say about each member.

The same replay chooses the members' weights, decides whether the blend may be used at all, and calibrates the bands.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.spend import forecast_windows as windows
from lib.spend.forecast_filters import WEEK, Array, Filtered, Gains

ORIGINS = 16
"""Past week ends a forecast is replayed from at most …"""
NEAR, SPARSE, YEAR = 6, 4, 52
"""… the newest of them each week, which say what works now, those before every so many weeks, which say what can happen."""
FAR = 45
"""Horizons beyond this are replayed from every second week, so that the replay reaches further back."""
LEAST_HISTORY = 2 * WEEK
"""Days a series must have had before a replayed forecast says something about its members."""
ONE_STEP = 0.1
"""Weight of one day's one-step error among the filters."""
SURPRISE, BEARABLE, WORST_DAY = 0.5, 5.0, 3.0
"""A member whose errors of the last week add up to so many typical errors more than the best one's has missed a change."""
BOOST = 4.0
"""The first replay counts for more than the later ones: it is all a short history has."""
TREND_PRIOR = -1.0
"""A trend has to earn its place: it pays seldom within a month."""


@dataclass(frozen=True)
class Members:
    """All members at the end of one day: the next seven days `(7, members, series)`, and the trends of those that have one."""

    profile: Array
    trend: Array

    def paths(self, gains: Gains, horizon: int) -> Array:
        """What each member says about 1 … horizon days ahead: `(horizon, members, series)`."""
        days = self.profile[np.arange(horizon) % WEEK]
        days[:, trending(gains)] += trend_days(gains, horizon)[:, :, None] * self.trend
        return days

    def blend(self, weights: Array, gains: Gains, horizon: int) -> Array:
        """The weighted mean of the members: `(horizon, series)`."""
        week = np.einsum("kmn,mn->kn", self.profile, weights)
        return week[np.arange(horizon) % WEEK] + trend_days(gains, horizon) @ (weights[trending(gains)] * self.trend)


@dataclass(frozen=True)
class Replay:
    """Members at past week ends, newest first, and how far off they were."""

    members: Mapping[int, Members]
    """By the last day they knew."""
    error: Array
    """Mean absolute error over the horizon: `(members, series)`; 0 where nothing could be replayed."""
    used: Array
    """Replayed week ends that count: `(series,)`."""


def origins(days: int, horizon: int) -> list[int]:
    """The past days a forecast is replayed from, newest first; whole weeks before the last day."""
    weeks = (
        [2 * n + 1 for n in range(ORIGINS)]
        if horizon > FAR
        else [*range(1, NEAR + 1), *range(NEAR + SPARSE, YEAR, SPARSE)]
    )
    return [day for week in weeks[:ORIGINS] if (day := days - 1 - week * WEEK) >= LEAST_HISTORY - 1]


def members_at(y: Array, day: int, filtered: Filtered) -> Members:
    """Every member at the end of `day`."""
    state = filtered.states[day]
    profile = np.concatenate([state.profile(day + 1), windows.profiles(y, day)], 1)
    return Members(profile, np.concatenate([state.trend, windows.slope(y, day)[None].astype(np.float32)]))


def trending(gains: Gains) -> slice:
    """The members with a trend: the last filters, and the first plain one."""
    return slice(gains.trends.start, gains.count + windows.DRIFT + 1)


def trend_days(gains: Gains, horizon: int) -> Array:
    """How many days of trend have come together after 1 … horizon days: `(horizon, members with a trend)`."""
    damping = np.float64(windows.DAMPING)
    drift = np.cumsum(damping ** np.arange(1, horizon + 1), dtype=np.float64)
    return np.concatenate([gains.trend_days(horizon), drift[:, None].astype(np.float32)], 1)


def replay(y: Array, first: Array, filtered: Filtered, gains: Gains, horizon: int) -> Replay:
    """Forecast from past week ends and measure every member against what came."""
    days, series = y.shape
    made = {day: members_at(y, day, filtered) for day in origins(days, horizon)}
    total = np.zeros((gains.count + len(windows.NAMES), series))
    counted, used = np.zeros(series), np.zeros(series)
    for day, members in made.items():
        came = y[day + 1 : day + 1 + horizon]
        counts = np.isfinite(came) & (day - first >= LEAST_HISTORY - 1)
        off = members.paths(gains, len(came))
        np.subtract(off, np.where(counts, came, 0)[:, None], out=off)
        np.abs(off, out=off)
        total += off.sum(0) if counts.all() else np.einsum("hmn,hn->mn", off, counts.astype(np.float32))
        counted += counts.sum(0)
        used += counts.any(0)
    return Replay(made, total / np.maximum(counted, 1), used)


def evidence(y: Array, filtered: Filtered, gains: Gains, past: Replay) -> Array:
    """Log weights of the members: `(members, series)`.

    Filters by their one-step errors, everybody by the replay, by the last week (somebody who missed a change of level is
    out), and as long as there is no replay, weekday-aware members by how much of a weekday pattern there is.
    """
    count = gains.count
    one_step = -0.5 * ONE_STEP * np.minimum(filtered.counted, 200) * np.log(filtered.error2 / filtered.error2.min(0))
    plain = np.repeat(np.quantile(one_step, 0.7, axis=0)[None], len(windows.NAMES), 0)
    log = np.concatenate([one_step, plain])
    log[trending(gains)] += TREND_PRIOR
    unproven = np.maximum(0, 1 - past.used / 3)
    aware = windows.WEEKDAY_AWARE[:, None]
    fits = np.where(aware, np.clip(filtered.seasonal, 0.1, 1), np.clip(1 - filtered.seasonal, 0.02, 1))
    log[count:] += unproven * np.log(fits)
    floor = past.error + 1e-6
    log -= np.where(past.used > 0, (past.used + BOOST / (1 + past.used / 4)) * np.log(floor / floor.min(0)), 0)
    return log - _surprise(y, filtered)


def _surprise(y: Array, filtered: Filtered) -> Array:
    """Penalty for what a member missed in the last week: `(members, series)`."""
    days = len(y)
    typical = np.sqrt(filtered.error2).min(0)
    cap = WORST_DAY * typical
    missed = np.minimum(filtered.last_week, cap).sum(0)
    plain = np.zeros((len(windows.NAMES), y.shape[1]))
    for day in range(max(days - 1 - WEEK, 0), days - 1):
        plain += np.minimum(np.nan_to_num(np.abs(y[day + 1] - windows.next_day(y, day))), cap)
    missed = np.concatenate([missed, plain]) / typical
    return SURPRISE * np.maximum(missed - missed.min(0) - BEARABLE, 0)


def softmax(log: Array) -> Array:
    """Weights that add up to one over the members."""
    weights = np.exp(log - log.max(0))
    return weights / weights.sum(0)


@dataclass(frozen=True)
class Errors:
    """Replayed errors of a blend: `(rows, series)`, NaN where it does not count; `ahead` is each row's days ahead, from 0."""

    error: Array
    ahead: Array
    origin: Array
    """Which replayed week end a row belongs to, 0 = newest."""

    @property
    def known(self) -> Array:
        """Errors that count: `(series,)`."""
        return np.isfinite(self.error).sum(0)

    @property
    def mae(self) -> Array:
        """Mean absolute error, NaN where nothing was replayed: `(series,)`."""
        return np.where(self.known > 0, np.nansum(np.abs(self.error), 0) / np.maximum(self.known, 1), np.nan)


def errors(y: Array, first: Array, past: Replay, weights: Array, gains: Gains, horizon: int, floor: Array) -> Errors:
    """What the blend would have missed by at each past week end. floor: the least a series can be, -inf for none."""
    rows, ahead, origin = [], [], []
    for number, (day, members) in enumerate(past.members.items()):
        came = y[day + 1 : day + 1 + horizon]
        said = np.maximum(members.blend(weights, gains, len(came)), floor)
        rows.append(np.where(day - first >= LEAST_HISTORY - 1, came - said, np.nan))
        ahead.append(np.arange(len(came)))
        origin.append(np.full(len(came), number))
    if not rows:
        return Errors(np.empty((0, y.shape[1])), np.empty(0, int), np.empty(0, int))
    return Errors(np.concatenate(rows), np.concatenate(ahead), np.concatenate(origin))


ENOUGH = 4
"""Replayed week ends from which a loss against a plain member counts."""
MARGIN = {windows.RUN_RATE: 0.97, windows.LAST_WEEK: 0.95}
"""A plain member takes over when its error is below this share of the blend's; closer than that is a tie."""


def keep_to_the_plain(weights: Array, blend_error: Array, past: Replay, gains: Gains) -> Array:
    """Weights with the better plain member alone wherever the blend lost against it in the replay."""
    plain = gains.count + np.array(list(MARGIN))
    claimed = past.error[plain] / np.array(list(MARGIN.values()))[:, None]
    best = plain[np.argmin(claimed, 0)]
    series = np.arange(weights.shape[1])
    loses = (past.used >= ENOUGH) & (claimed.min(0) < blend_error)
    weights = np.where(loses, 0, weights)
    weights[best[loses], series[loses]] = 1
    return weights
