"""What happened to daily costs: scored days become things to tell, each once.

A thing goes on from its first telling day to its last: a spike, several days, a fall to nothing, a new level (told with the
level), a slow drift, a workload that is new or has gone. What comes back to where it was ends the thing and is not
another. Pure numpy; `docs/statistics.md` explains the method and measures it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from lib.spend.anomaly_scores import SEVEN_DAYS, UNIT, scores
from lib.spend.forecast_calendar import calendar_effects
from lib.spend.forecast_filters import WEEK, Array, median

Severity = Literal["medium", "high", "critical"]
Kind = Literal["spike", "days", "weekend run-on", "nothing", "level shift", "slow drift", "new", "vanished"]
SEVERITIES: tuple[Severity, ...] = ("medium", "high", "critical")
KIND_WORDS: dict[Kind, str] = {
    "spike": "one day out of line",
    "days": "several days out of line",
    "weekend run-on": "ran on over the weekend",
    "nothing": "fell to nothing",
    "level shift": "a new level",
    "slow drift": "slow drift",
    "new": "new",
    "vanished": "gone",
}

CHUNK = 512
APART = 3
"""Alarms of at most so many days apart are one thing."""
SHIFT_DAYS = WEEK
"""A level counts as new when it lasted so many days (or to the end, with at least five of them)."""
RETURN_DAYS = 35
"""A level that goes back within so many days has ended; later, going back is news."""
ECHO_DAYS = 3 * WEEK
"""So long after a new level was told, alarms on the same side belong to it."""
NEW_AFTER = 4 * WEEK
"""A workload is new when it begins after so many days of nothing."""
GONE_DAYS = WEEK


@dataclass(frozen=True)
class Sensitivity:
    """From which score on which severity is told, and what is too small to tell."""

    medium: float = 2.0
    high: float = 2.5
    critical: float = 3.0
    least_amount: float = 0.0
    """Money: smaller departures on the worst day are not told."""
    least_share: float = 0.0
    """Departures below this share of what was expected are not told."""

    def severity(self, score: float) -> Severity | None:
        """The severity of a score, None below medium; a score on the line belongs to the higher one."""
        size = abs(score) + 1e-9
        for name, limit in (("critical", self.critical), ("high", self.high), ("medium", self.medium)):
            if size >= limit:
                return name  # type: ignore[return-value]
        return None


@dataclass(frozen=True)
class Anomaly:
    """One thing to tell. Days are column numbers; amounts are in the unit that came in."""

    series: int
    day: int
    """The first day it could be told."""
    last: int
    """The last day it went on."""
    worst: int
    """The day with the highest score; value, expected, low and high are that day's."""
    value: float
    expected: float
    low: float
    high: float
    score: float
    severity: Severity
    kind: Kind
    impact: float
    """What all its days together cost more (or less) than expected."""
    level: float | None = None
    """The new level a day, for a new level; else None."""
    open: bool = False
    """Still going on at the end."""

    @property
    def direction(self) -> Literal["rise", "drop"]:
        """More, or less, than expected."""
        return "rise" if self.score > 0 else "drop"

    @property
    def change(self) -> float | None:
        """Departure on the worst day as a share of what was expected; None without a base."""
        return (self.value - self.expected) / self.expected if self.expected > 0 else None


@dataclass(frozen=True)
class Scan:
    """Everything found in `(series, days)`: scores and bands of every day, and the things to tell, newest first."""

    score: Array
    expected: Array
    low: Array
    high: Array
    anomalies: tuple[Anomaly, ...]


def scan(
    values: Array,
    *,
    first_day: date | None = None,
    sensitivity: Sensitivity = Sensitivity(),
    events: Array | None = None,
    holidays: Array | None = None,
) -> Scan:
    """Judge every day of every series with nothing but earlier days in hand.

    values: `(series, days)`, whole days only, oldest first, NaN where unknown. events: planned days (`(days,)` or one row a
    series), not judged; holidays: days on which less is nothing to tell.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    parts = [
        _judge(values[begin : begin + CHUNK], first_day, _rows(events, begin), holidays)
        for begin in range(0, max(len(values), 1), CHUNK)
    ]
    found = [np.concatenate([part[number] for part in parts]) for number in range(5)]
    score, expected, above, below, channel = found
    low, high = expected - sensitivity.medium * below, expected + sensitivity.medium * above
    lowest = np.nanmin(np.where(np.isfinite(values), values, np.inf), axis=1, initial=np.inf)
    low = np.where((lowest >= 0)[:, None], np.maximum(low, 0), low)
    expected = np.where((lowest >= 0)[:, None], np.maximum(expected, 0), expected)
    told = [
        thing
        for number in range(len(values))
        for thing in _things(number, values[number], score[number], expected[number], low[number], high[number],
                             channel[number], first_day, sensitivity)
    ]  # fmt: skip
    told.sort(key=lambda thing: (-thing.day, -abs(thing.score), thing.series))
    return Scan(score, expected, low, high, tuple(told))


def _rows(marks: Array | None, begin: int) -> Array | None:
    return marks if marks is None or marks.ndim == 1 else marks[begin : begin + CHUNK]


def _judge(values: Array, first_day: date | None, events: Array | None, holidays: Array | None) -> tuple[Array, ...]:
    """Score, expected, one unit above, one unit below, channel: `(series, days)` each."""
    series, days = values.shape
    if not series or not days:
        empty = np.zeros((series, days))
        return empty, empty, empty, empty, empty
    known = np.isfinite(values)
    size = np.where(known, np.abs(values), 0).sum(1) / np.maximum(known.sum(1), 1)
    unit = np.where(size > 0, size, 1.0)
    first = _first(values)
    y = (values / unit[:, None]).T
    y = np.where(np.arange(days)[:, None] < first, np.nan, y)
    effects = calendar_effects(y, 1, first_day, None)
    shift = effects.past if effects.special.any() else None
    judged = scores(y, first, shift=shift, unjudged=None if events is None else events.T, off=holidays)
    score = judged.score
    if events is not None:
        score = np.where(np.broadcast_to(events.T if events.ndim == 2 else events[:, None], score.shape), 0, score)
    money = unit[:, None]
    medium = 2.0 * UNIT
    bands = (np.abs(judged.usual.amount(side * medium)).T * money / 2 for side in (1, -1))
    return score.T, judged.expected.T * money, *bands, judged.channel.T


def _first(values: Array) -> Array:
    """Each series' first day that counts: `(series,)`; zeros of four weeks or more at the start do not."""
    known = np.isfinite(values)
    from_day = np.where(known.any(1), known.argmax(1), values.shape[1])
    something = known & (values != 0)
    begins = np.where(something.any(1), something.argmax(1), from_day)
    steady = something.sum(1) >= 0.5 * (values.shape[1] - begins)
    return np.where((begins - from_day >= NEW_AFTER) & steady, begins, from_day)


def _things(
    number: int,
    value: Array,
    score: Array,
    expected: Array,
    low: Array,
    high: Array,
    channel: Array,
    first_day: date | None,
    sensitivity: Sensitivity,
) -> Iterator[Anomaly]:
    """What there is to tell about one series, oldest first."""
    yield from _new(number, value, sensitivity)
    days = len(value)
    scale = float(np.nanmax(np.abs(value), initial=0))
    ended, level_since, side_told, base_before = -1, -ECHO_DAYS, 0.0, 0.0
    for begin, end in _episodes(np.abs(score) >= sensitivity.medium - 1e-9):
        if begin <= ended:
            continue
        top = begin + int(np.abs(score[begin : end + 1]).argmax())
        side = np.sign(score[top])
        worst = begin + int(np.nanargmax(np.nan_to_num((value - expected)[begin : end + 1] * side)))
        if begin - level_since <= ECHO_DAYS and side == side_told:
            continue
        if begin - level_since <= RETURN_DAYS and side == -side_told and _back(value, begin, base_before):
            level_since = -ECHO_DAYS
            continue
        severity = sensitivity.severity(float(score[top]))
        gap = float(value[worst] - expected[worst])
        unit = float((high - low)[worst]) / 4
        small = gap * side <= max(0.3 * unit, 1e-6 * scale) or abs(gap) < max(
            sensitivity.least_amount, sensitivity.least_share * abs(expected[worst])
        )
        if severity is None or small:
            continue
        level, since = _new_level(value, begin, side, unit * (0.3 if channel[begin] == SEVEN_DAYS else 0.9))
        loud = np.flatnonzero((value - expected)[begin : end + 1] * side > 0.25 * unit)
        last = begin + int(loud[-1])
        kind = _kind(value, expected, begin + int(loud[0]), last, side, first_day)
        if level is not None:
            drifts = channel[begin] == SEVEN_DAYS and _creeps(value, begin, side)
            kind = "slow drift" if drifts else "level shift"
            last, level_since, side_told = since, begin, side
            base_before = float(np.nanmedian(value[max(begin - 4 * WEEK, 0) : max(begin, 1)]))
            ended = end
        gone = kind == "nothing" or (level is not None and abs(level) < 1e-9)
        if gone and days - begin >= GONE_DAYS and not np.nansum(np.abs(value[begin + 1 :])):
            kind, last, level = "vanished", days - 1, None
        span = slice(begin, last + 1)
        usual = expected[span] if level is None else np.resize(_before(value, begin), last + 1 - begin)
        yield Anomaly(
            number,
            begin,
            last,
            worst,
            float(value[worst]),
            float(expected[worst]),
            float(low[worst]),
            float(high[worst]),
            float(score[top]),
            severity,
            kind,
            float(np.nansum(value[span] - usual)),
            level,
            last >= days - 1,
        )


def _episodes(told: Array) -> list[tuple[int, int]]:
    """Alarms at most APART days from each other, as first and last day."""
    found: list[tuple[int, int]] = []
    for day in np.flatnonzero(told).tolist():
        if found and day - found[-1][1] <= APART:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


def _new_level(value: Array, begin: int, side: float, least: float) -> tuple[float | None, int]:
    """The level the days from `begin` on stay at, and until when; None when they go back.

    Weekday by weekday against the weeks before, in proportion where there was something before. least: the smallest step.
    """
    base = _before(value, begin)
    after = np.nan_to_num(value[begin:])
    if len(after) < 5:
        return None, begin
    against = np.resize(base, len(after))
    if (base > 0.02 * base.mean()).all() and base.mean() > 0:
        moved, step_in_money = after / against - 1, base.mean()
    else:
        moved, step_in_money = after - against, 1.0
    week = moved[:SHIFT_DAYS]
    step = float(np.median(week))
    beyond = moved * side > 0.5 * abs(step)
    stays = beyond[:SHIFT_DAYS].sum() >= min(5, len(week)) and week[-2:].mean() * side > 0.4 * abs(step)
    if step * side <= 0 or abs(step) * step_in_money < least or not stays:
        return None, begin
    gone_back = [n for n in range(SHIFT_DAYS, len(after) - 2) if not beyond[n : n + 3].any()]
    until = gone_back[0] if gone_back else len(after)
    return float(after[:until][-4 * WEEK :].mean()), begin + until - 1


def _before(value: Array, begin: int) -> Array:
    """The weekday pattern of the four weeks before `begin`, from that weekday on: seven days."""
    past = value[max(begin - 4 * WEEK, 0) : begin]
    weeks = len(past) // WEEK
    if not weeks:
        return np.full(WEEK, float(np.nanmedian(past)) if len(past) else 0.0)
    return np.nan_to_num(median(past[-weeks * WEEK :].reshape(weeks, WEEK)))


def _back(value: Array, begin: int, base: float) -> bool:
    """Is the week from `begin` nearer to the old level than to the days just before?"""
    now = float(np.nanmedian(value[begin : begin + WEEK]))
    just = float(np.nanmedian(value[max(begin - WEEK, 0) : begin]))
    return abs(now - base) <= abs(now - just)


def _creeps(value: Array, begin: int, side: float) -> bool:
    """Did the two weeks before the alarm already move its way, step by step?"""
    weeks = [float(np.nanmean(value[begin - WEEK * (n + 1) + 1 : begin - WEEK * n + 1])) for n in range(3)]
    if begin < 3 * WEEK:
        return False
    steps = [(weeks[0] - weeks[1]) * side, (weeks[1] - weeks[2]) * side]
    return min(steps) > 0.25 * max(steps)


def _kind(value: Array, expected: Array, begin: int, end: int, side: float, first_day: date | None) -> Kind:
    part = value[begin : end + 1]
    if side < 0 and expected[begin] > 0 and np.nanmax(np.abs(part)) <= 0.02 * expected[begin]:
        return "nothing"
    if first_day is not None and side > 0 and end - begin <= 2:
        days = [first_day + timedelta(days=begin + n) for n in range(end - begin + 1)]
        ran_on = np.nanmin(expected[begin : end + 1]) > 0.05 * np.nanmax(part)
        if ran_on and all(day.weekday() >= 5 for day in days) and len(days) > 1:
            return "weekend run-on"
    return "spike" if end == begin else "days"


def _new(number: int, value: Array, sensitivity: Sensitivity) -> Iterator[Anomaly]:
    """A workload that began after weeks of nothing, once."""
    known = np.isfinite(value)
    if not known.any():
        return
    something = known & (value != 0)
    if not something.any():
        return
    begin, known_from = int(something.argmax()), int(known.argmax())
    if begin - known_from < NEW_AFTER:
        return
    active = value[begin : begin + 4 * WEEK]
    steady = np.mean(active != 0) >= 0.5
    amount = float(np.nanmean(active))
    if not steady or amount < sensitivity.least_amount:
        return
    days = len(value)
    yield Anomaly(
        number,
        begin,
        begin,
        begin,
        float(value[begin]),
        0.0,
        0.0,
        0.0,
        sensitivity.medium,
        "medium",
        "new",
        float(np.nansum(value[begin:])),
        amount,
        begin >= days - 1,
    )


def together(
    score: Array, *, least_share: float = 0.15, least: int = 3, level: float = 2.0
) -> list[tuple[int, int, Array]]:
    """Days on which many siblings move the same way: (day, side, which), so that one alarm at their parent tells it.

    score: `(siblings, days)`.
    """
    out = []
    for side in (1, -1):
        moved = score * side >= level
        count = moved.sum(0)
        for day in np.flatnonzero((count >= least) & (count >= least_share * len(score))).tolist():
            out.append((day, side, np.flatnonzero(moved[:, day])))
    return sorted(out, key=lambda found: found[:2])


DRIFT_WEEKS = 12
"""A drift is looked for in so many weeks."""
DRIFT_SURE = 3.0
"""How sure the weeks' order must be (Mann-Kendall, in standard deviations)."""
DRIFT_CHANGE = 0.3
"""Change over those weeks, as a share of their first third, from which it is told."""
DRIFT_FLOOR = 0.25
"""Of the least amount a day: a drift is there every day."""
ONE_STEP_AT_MOST = 0.5
"""A drift that is mostly one step is a new level, and told as that."""


def drifts(values: Array, sensitivity: Sensitivity = Sensitivity()) -> tuple[Anomaly, ...]:
    """Series that have been moving one way for twelve weeks and still do, each told on the week end it became clear.

    Slow change that the expectation goes along with: no single day is out of line. values: `(series, days)`.
    """
    out = []
    days = values.shape[1]
    weeks = days // WEEK
    if weeks < DRIFT_WEEKS:
        return ()
    by_week = np.nan_to_num(values[:, days - weeks * WEEK :]).reshape(len(values), weeks, WEEK)
    middle = np.median(by_week, 2)  # one large day is not a drift
    means = np.where((middle > 0).all(1)[:, None], middle, by_week.mean(2))
    clear = np.stack([_drifting(means[:, end - DRIFT_WEEKS : end]) for end in range(DRIFT_WEEKS, weeks + 1)], 1)
    for number in np.flatnonzero(clear[:, -1] != 0).tolist():
        same = clear[number] == clear[number, -1]
        since = len(same) - 1 - int(np.argmin(same[::-1])) + 1 if not same.all() else 0
        end = DRIFT_WEEKS + since
        day = days - (weeks - end) * WEEK - 1
        before = float(means[number, end - DRIFT_WEEKS : end - DRIFT_WEEKS * 2 // 3].mean())
        now = float(means[number, -1])
        if abs(now - before) < max(DRIFT_FLOOR * sensitivity.least_amount, sensitivity.least_share * abs(before)):
            continue
        spent = values[number, day - DRIFT_WEEKS * WEEK + 1 :]
        score = sensitivity.medium * float(clear[number, -1])
        impact = float(np.nansum(spent) - before * len(spent))
        out.append(
            Anomaly(number, day, days - 1, days - 1, now, before, before, before, score, "medium", "slow drift", impact,
                    now, True)
        )  # fmt: skip
    return tuple(out)


def _drifting(weeks: Array) -> Array:
    """1 where the weeks rise one after the other, -1 where they fall, else 0: `(series,)`. weeks: `(series, weeks)`."""
    count = weeks.shape[1]
    order = sum(np.sign(weeks[:, later:] - weeks[:, : count - later]).sum(1) for later in range(1, count))
    sure = order / np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    third = count // 3
    first, last = weeks[:, :third].mean(1), weeks[:, -third:].mean(1)
    change = np.abs(last - first)
    steps = np.abs(np.diff(weeks, axis=1)).max(1)
    drifts = (np.abs(sure) >= DRIFT_SURE) & (change >= DRIFT_CHANGE * np.abs(first)) & (first > 0)
    drifts &= steps <= ONE_STEP_AT_MOST * np.abs(weeks[:, -1] - weeks[:, 0])
    return np.where(drifts, np.sign(last - first), 0)
