"""Twenty-four exponential-smoothing filters run over many daily series at once.

A filter keeps a level, seven weekday offsets and, for some, a damped trend. Filters differ in how fast they learn. What a
filter learns from one day is clipped at one typical error, so that a spike does not move it; when most of a week lies on
one side, the clip opens and the level jumps: that is a new level, not a row of outliers.

Arrays are `(filters, series)` or `(days, series)`, float32, with every series scaled to about one. NaN is a day
nobody knows; it teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WEEK = 7
START_WEEKS = 4
"""Weeks the starting values are read from."""
LEVEL_GAINS = (0.03, 0.08, 0.15, 0.3, 0.5, 0.8)
WEEKDAY_GAINS = (0.05, 0.15, 0.3)
FOLLOWING_GAINS = (0.05, 0.2)
TRENDS = (
    (0.15, 0.1, 0.05, 0.98),
    (0.3, 0.1, 0.1, 0.98),
    (0.5, 0.1, 0.1, 0.95),
    (0.5, 0.1, 0.2, 0.98),
    (0.8, 0.1, 0.2, 0.98),
    (0.3, 0.1, 0.03, 0.995),
)
"""Level gain, weekday gain, trend gain, damping a day."""
QUICK, QUICK_CLIP = 0.5, 3.0
"""Filters of this pace, followed day by day, learn from up to so many typical errors: what wanders is theirs."""
OPENS_AFTER = 7
"""Days on one side after which the clip opens, doubling every day."""
JUMP_DAYS, JUMP_SIZE = 5, 2.0
"""A new level: so many of the last seven days beyond one error on one side, and their mean beyond so many."""
JUMP_BELIEF = 0.75
"""The new level is so much the mean of the days on that side, and for the rest the mean of the week."""
WINSOR = 2.5
"""Errors count up to so many typical errors when filters are judged."""
MOST = 1e9
"""Larger days, in usual ones, count as so large."""
SMALLEST = 5e-3
"""Smallest typical error, as a share of the series' mean."""
FORGET, FORGET_FOLLOWING = np.float32(0.995), np.float32(0.97)
"""What is left of an error's weight each day: over a whole history, and when filters are followed day by day."""
FOLLOWING = 0.1
"""Half the weight of a day's error when filters are blended day by day."""

Array = np.ndarray


@dataclass(frozen=True)
class Gains:
    """What makes each filter: arrays `(filters,)`; only the last `trends` of them have a trend."""

    level: Array
    weekday: Array
    trend: Array
    damping: Array
    clip: Array
    """Typical errors up to which it learns from one day."""

    @property
    def count(self) -> int:
        """How many filters."""
        return len(self.level)

    @property
    def trends(self) -> slice:
        """The filters that have a trend."""
        return slice(int(np.argmax(self.damping > 0)), self.count)

    @property
    def names(self) -> tuple[str, ...]:
        """Each filter in words."""
        return tuple(
            f"smoothing at pace {a:g}" + (" with trend" if p else "")
            for a, p in zip(self.level.tolist(), self.damping.tolist(), strict=True)
        )

    def trend_days(self, horizon: int) -> Array:
        """How many days of trend have come together after 1 … horizon days: `(horizon, trend filters)`."""
        damping = self.damping[self.trends].astype(np.float64)
        days = np.arange(1, horizon + 1)[:, None]
        return (damping * (1 - damping**days) / (1 - damping)).astype(np.float32)

    def variance(self, horizon: int) -> Array:
        """Variance of the error 1 … horizon days ahead, in one-day variances: `(horizon, filters)`."""
        gain = np.repeat(self.level[None].astype(np.float64), max(horizon - 1, 0), 0)
        if horizon > 1:
            gain[:, self.trends] += self.trend[self.trends] * self.trend_days(horizon - 1)
            gain += self.weekday * (np.arange(1, horizon) % WEEK == 0)[:, None]
        return np.concatenate([np.ones((1, self.count)), 1 + np.cumsum(gain**2, 0)])


def bank() -> Gains:
    """The filters of the forecast: every pair of gains, then those with a trend."""
    return _gains([(a, g, 0.0, 0.0) for a in LEVEL_GAINS for g in WEEKDAY_GAINS] + list(TRENDS))


def following() -> Gains:
    """The filters that are followed day by day: fewer do as well, and the quick ones take more from one day."""
    rows = [(a, g, 0.0, 0.0) for a in LEVEL_GAINS for g in FOLLOWING_GAINS] + [TRENDS[1]]
    return _gains(rows, quick_clip=QUICK_CLIP)


def _gains(rows: Sequence[tuple[float, float, float, float]], quick_clip: float = 1.0) -> Gains:
    level, weekday, trend, damping = (np.array(column, np.float32) for column in zip(*rows, strict=True))
    clip = np.where(level >= QUICK, quick_clip, 1.0).astype(np.float32)
    return Gains(level, weekday * (1 - level), trend * level, damping, clip)


@dataclass(frozen=True)
class State:
    """What the filters know at the end of a day."""

    level: Array
    """`(filters, series)`."""
    trend: Array
    """`(trend filters, series)`."""
    weekday: Array
    """`(7, filters, series)`, by day number modulo seven."""

    def profile(self, next_day: int) -> Array:
        """The seven days from `next_day` on, without trend: `(7, filters, series)`."""
        return self.weekday[(next_day + np.arange(WEEK)) % WEEK] + self.level


@dataclass(frozen=True)
class Filtered:
    """The filters after all days, and on the days that were asked for."""

    states: dict[int, State]
    """By day number."""
    error2: Array
    """Mean squared (winsorised) one-day error, older days counting less: `(filters, series)`."""
    typical: Array
    """Typical error at the end: `(filters, series)`."""
    bias: Array
    """Mean one-day error, shrunk: `(filters, series)`."""
    counted: Array
    """Days the errors were counted on, older ones less: `(series,)`."""
    last_week: Array
    """Absolute errors of the last seven days, none for those before a jump: `(7, filters, series)`."""
    seasonal: Array
    """How much of the weekday pattern of the first weeks is more than chance, 0 … 1: `(series,)`."""
    expected: Array
    """What the filters together expected of each day from the days before: `(days, series)`; empty unless followed."""


@dataclass(frozen=True)
class Start:
    """Where filters begin: `(series,)`, weekdays `(7, series)` by day number modulo seven."""

    level: Array
    weekday: Array
    typical: Array
    seasonal: Array
    trend: Array
    """A day's change, as far as the first weeks' means show one."""
    middle: Array
    """Days from the first day to where the level was measured."""


def starting_values(y: Array, first: Array, weeks_at_most: int = START_WEEKS) -> Start:
    """Robust means of the first two to four weeks, at most half, after each series' first day.

    The weekday pattern is shrunk by what chance alone would make of it.
    """
    days, series = y.shape
    at = first[None] + np.arange(START_WEEKS * WEEK)[:, None]
    begin = np.clip((days - first) // 2, 2 * WEEK, weeks_at_most * WEEK)
    block = np.where((at < days) & (at < first + begin), np.take_along_axis(y, np.minimum(at, days - 1), 0), np.nan)
    weeks = block.reshape(START_WEEKS, WEEK, series).astype(np.float64)
    enough = np.isfinite(weeks).sum(1) >= 4
    weeks = np.where(enough[:, None], weeks, np.nan)
    count = enough.sum(0)
    means = _mean(weeks, 1)
    level = np.where(count >= 3, median(means), np.nan_to_num(_mean(means, 0)))
    offsets = np.nan_to_num(median(weeks - means[:, None]))
    offsets -= offsets.mean(0)
    rest = weeks - means[:, None] - offsets
    chance = np.nansum(rest**2, (0, 1)) / np.maximum((count - 1) * (WEEK - 1), 1)
    pattern = (offsets**2).sum(0) / (WEEK - 1)
    share = np.clip(1 - chance / np.maximum(count, 1) / np.maximum(pattern, 1e-12), 0, 1)
    seasonal = np.where(count >= 2, share, 0.5)
    offsets *= seasonal**0.7
    typical = 1.2533 * np.nan_to_num(_mean(np.abs(weeks - level - offsets).reshape(-1, series), 0))
    weekday = np.empty_like(offsets)
    np.put_along_axis(weekday, (first[None] + np.arange(WEEK)[:, None]) % WEEK, offsets, 0)
    steps = np.diff(means, axis=0)
    step = np.nan_to_num(median(steps))
    doubt = np.maximum(typical, SMALLEST) ** 2 * 2 / WEEK
    believed = np.clip(1 - 4 * doubt / np.maximum(step**2, 1e-12), 0, 1)
    trend = believed * step / WEEK
    middle = (np.minimum(count, begin / WEEK) * WEEK - 1) / 2
    return Start(np.nan_to_num(level), weekday, np.maximum(typical, SMALLEST), seasonal, trend, middle)


def run(y: Array, first: Array, gains: Gains, keep: set[int], *, follow: bool = False) -> Filtered:
    """Run every filter over every day.

    y: `(days, series)` scaled, NaN where unknown; first: each series' first day that counts; keep: days whose state is wanted;
    follow: also blend, day by day, what the filters expected, each counting by its errors until then.
    """
    days, series = y.shape
    running = _Running(y, first, gains, follow=follow)
    blended = np.empty((days if follow else 0, series), np.float32)
    states: dict[int, State] = {}
    for day in range(days):
        expected, moved = running.expected(day)
        if follow:
            blended[day] = _blend(expected, running.loss, running.counted)
        error = running.error(day, expected)
        running.watch_sides(day, error)
        learned = running.learned(error)
        running.count(day, error)
        running.move(day, learned, moved)
        running.jump()
        if day in keep or day == days - 1:
            states[day] = State(running.level.copy(), running.trend.copy(), running.weekday.copy())
    return running.result(states, blended)


class _Running:
    """The filters between two days: arrays `(filters, series)` that change from day to day."""

    def __init__(self, y: Array, first: Array, gains: Gains, *, follow: bool) -> None:
        self.days, series = y.shape
        shape = (gains.count, series)
        start = starting_values(y, first, 2 if follow else START_WEEKS)
        self.first, self.last_first = first, int(first.max(initial=0))
        self.trends = gains.trends
        self.rise, self.learn, self.bears = (part[:, None] for part in (gains.level, gains.weekday, gains.clip))
        self.slope, self.damping = (part[gains.trends][:, None] for part in (gains.trend, gains.damping))
        self.forget = FORGET_FOLLOWING if follow else FORGET
        self.level = _spread(start.level, shape)
        self.level[self.trends] -= (start.trend * (start.middle + 1)).astype(np.float32)
        self.trend = np.repeat(start.trend[None].astype(np.float32), len(self.slope), 0)
        self.weekday = np.repeat(start.weekday[:, None].astype(np.float32), gains.count, 1)
        self.typical = _spread(start.typical, shape)
        self.seasonal = start.seasonal
        zeros = np.zeros(shape, np.float32)
        self.loss, self.bias, self.same_side, self.sides, self.errors = (zeros.copy() for _ in range(5))
        self.side_ring, self.error_ring, self.last_week = (np.zeros((WEEK, *shape), np.float32) for _ in range(3))
        self.counted = np.zeros(series)
        length = self.days - first
        self.warm = first + np.where(length < 4 * WEEK, WEEK, 2 * WEEK)
        self.pace = np.where(length > 6 * WEEK, 0.06, 0.12).astype(np.float32)
        self.unknown = ~np.isfinite(y)
        self.known_value = np.where(self.unknown, 0, y).astype(np.float32)
        self.gaps = self.unknown.any(1)

    def expected(self, day: int) -> tuple[Array, Array]:
        """What the filters expect of a day, and the trend in it."""
        moved = self.damping * self.trend
        if day < self.last_first:
            moved[:, day < self.first] = 0
        expected = self.level + self.weekday[day % WEEK]
        expected[self.trends] += moved
        return expected, moved

    def error(self, day: int, expected: Array) -> Array:
        """What the day was beyond that; 0 where nobody knows it."""
        error = self.known_value[day] - expected
        if self.gaps[day]:
            error[:, self.unknown[day]] = 0
        return error

    def watch_sides(self, day: int, error: Array) -> None:
        """On which side the last days lay: how many in a row, and of the last seven."""
        k = day % WEEK
        side = (error > self.typical).astype(np.float32) - (error < -self.typical)
        goes_on = (side * self.same_side > 0) | ((self.same_side == 0) & (side != 0))
        self.same_side = np.where(goes_on, self.same_side + side, side)
        self.sides += side - self.side_ring[k]
        self.errors += error - self.error_ring[k]
        self.side_ring[k], self.error_ring[k] = side, error

    def learned(self, error: Array) -> Array:
        """The part of the error that teaches."""
        clip = self.bears * self.typical
        longest = np.abs(self.same_side) - OPENS_AFTER
        if longest.max() > 0:
            clip = clip * np.exp2(np.clip(longest, 0, 12))
        return np.clip(error, -clip, clip)

    def count(self, day: int, error: Array) -> None:
        """The day in each filter's record: its loss, its bias, its typical error."""
        unknown, typical = self.unknown[day], self.typical
        winsor = WINSOR * typical
        judged = np.clip(error, -winsor, winsor)
        counts = (day >= self.warm) & ~unknown
        self.loss = self.loss * self.forget + judged * judged * counts
        self.counted = self.counted * float(self.forget) + counts
        self.bias = self.bias * FORGET + np.clip(error, -20 * typical, 20 * typical) * counts
        if self.days - day <= WEEK:
            self.last_week[day - self.days + WEEK] = np.abs(error)
        change = self.pace * (1.2533 * np.abs(judged) - typical)
        if self.gaps[day]:
            change[:, unknown] = 0
        self.typical = np.maximum(typical + change, np.float32(SMALLEST))

    def move(self, day: int, learned: Array, moved: Array) -> None:
        """Level, trend and weekday pattern after the day."""
        self.level = self.level + self.rise * learned
        self.level[self.trends] += moved
        trend = moved + self.slope * learned[self.trends]
        self.trend = np.where(day < self.first, self.trend, trend) if day < self.last_first else trend
        self.weekday[day % WEEK] += self.learn * learned

    def jump(self) -> None:
        """A new level wherever most of a week lay far on one side; what was watched begins anew there."""
        jumps = (np.abs(self.sides) >= JUMP_DAYS) & (np.abs(self.errors) > JUMP_SIZE * WEEK * self.typical)
        if not jumps.any():
            return
        _jump(jumps, self.level, self.weekday, self.typical, self.side_ring, self.error_ring, self.sides, self.rise)
        watched = (self.side_ring, self.error_ring, self.sides, self.errors, self.same_side, self.last_week)
        for memory in watched:
            memory[..., jumps] = 0

    def result(self, states: dict[int, State], blended: Array) -> Filtered:
        """Everything that was found."""
        total = np.maximum(self.counted, 1e-6).astype(np.float32)
        loss, bias = self.loss / total + np.float32(1e-9), self.bias / (total + 3)
        return Filtered(states, loss, self.typical, bias, self.counted, self.last_week, self.seasonal, blended)


def _blend(expected: Array, loss: Array, counted: Array) -> Array:
    """The filters' mean, each counting by its errors so far: `(series,)`."""
    relative = np.log(loss + np.float32(1e-9))
    relative -= relative.min(0)
    weights = np.exp(-relative * (FOLLOWING * counted).astype(np.float32))
    return (weights * expected).sum(0) / weights.sum(0)


def _jump(
    jumps: Array, level: Array, weekday: Array, typical: Array, side: Array, error: Array, sides: Array, rise: Array
) -> None:
    """Take the errors of the last week on the jump's side as a change of level, in place.

    How the errors go along with the weekday pattern says whether the pattern grew with the level (a workload that
    doubled) or stayed (another workload came on top).
    """
    at = np.nonzero(jumps)
    pattern, errors = weekday[:, at[0], at[1]], error[:, at[0], at[1]]
    mean = errors.mean(0)
    onside = side[:, at[0], at[1]] * np.sign(sides[at]) > 0
    size = JUMP_BELIEF * (errors * onside).sum(0) / onside.sum(0) + (1 - JUMP_BELIEF) * mean
    grew = ((errors - mean) * pattern).sum(0) / ((pattern**2).sum(0) + 2 * typical[at] ** 2)
    weekday[:, at[0], at[1]] = pattern * (1 + np.clip(grew, -0.9, 4))
    level[at] += size * (1 - rise[at[0], 0])


def median(values: Array) -> Array:
    """Median over the first axis of what is known; NaN where nothing is."""
    ordered = np.sort(values, 0)
    known = np.isfinite(values).sum(0)
    below = np.take_along_axis(ordered, np.maximum((known - 1) // 2, 0)[None], 0)[0]
    above = np.take_along_axis(ordered, np.minimum(known // 2, len(values) - 1)[None], 0)[0]
    return np.where(known > 0, (below + above) / 2, np.nan)


def usual_size(values: Array) -> Array:
    """The middle of what costs something, whatever its sign; 0 where nothing does: `(series,)` of `(series, days)`.

    Filters work on series of about one; a middle, so that one enormous day does not make all others small.
    """
    size = np.abs(values).T
    return np.nan_to_num(median(np.where(size > 0, size, np.nan)))


def to_about_one(values: Array, size: Array) -> Array:
    """Series in units of their usual size: `(days, series)`. What is beyond all measure counts up to MOST of them."""
    return np.clip(values / np.where(size > 0, size, 1.0)[:, None], -MOST, MOST).T


def _mean(values: Array, axis: int) -> Array:
    """Mean of what is known; NaN where nothing is."""
    known = np.isfinite(values).sum(axis)
    return np.where(known > 0, np.nansum(values, axis) / np.maximum(known, 1), np.nan)


def _spread(values: Array, shape: tuple[int, int]) -> Array:
    return np.broadcast_to(values.astype(np.float32), shape).copy()
