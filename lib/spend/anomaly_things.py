"""Scored days of one series become things to tell, each once.

A thing goes on from its first telling day to its last: a spike, several days, a fall to nothing, a new level (told with the
level), a slow drift, a workload that is new or has gone. What comes back to where it was ends the thing and is not
another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lib.spend.anomaly import Anomaly, Kind, Sensitivity
from lib.spend.anomaly_scores import SEVEN_DAYS
from lib.spend.forecast_filters import WEEK, Array, median

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
class Judged:
    """One series with the judgement of its days: `(days,)` each."""

    number: int
    value: Array
    score: Array
    expected: Array
    low: Array
    high: Array
    """The band in which a day is not told."""
    channel: Array

    def unit(self, day: int) -> float:
        """One unit of the score, as an amount."""
        return float((self.high - self.low)[day]) / 4


@dataclass
class _Memory:
    """What was told before, as far as later alarms may belong to it."""

    ended: int = -1
    """Alarms up to this day are part of what was told."""
    since: int = -ECHO_DAYS
    side: float = 0.0
    before: float = 0.0
    """The first day of the last new level, its side, and the level it left."""

    def explains(self, value: Array, begin: int, side: float) -> bool:
        """Does an alarm belong to what was told: its echo, or its end?"""
        if begin <= self.ended or (begin - self.since <= ECHO_DAYS and side == self.side):
            return True
        if begin - self.since <= RETURN_DAYS and side == -self.side and _back(value, begin, self.before):
            self.since = -ECHO_DAYS
            return True
        return False


def things(judged: Judged, first_day: date | None, sensitivity: Sensitivity) -> Iterator[Anomaly]:
    """What there is to tell about one series, oldest first."""
    value = judged.value
    yield from _new(judged.number, value, sensitivity)
    scale = float(np.nanmax(np.abs(value), initial=0))
    memory = _Memory()
    for begin, end in _episodes(np.abs(judged.score) >= sensitivity.medium - 1e-9):
        top = begin + int(np.abs(judged.score[begin : end + 1]).argmax())
        side = float(np.sign(judged.score[top]))
        if memory.explains(value, begin, side):
            continue
        gap = (value - judged.expected) * side
        worst = begin + int(np.nanargmax(np.nan_to_num(gap[begin : end + 1])))
        least = max(0.3 * judged.unit(worst), 1e-6 * scale)
        floor = max(sensitivity.least_amount, sensitivity.least_share * abs(judged.expected[worst]))
        if gap[worst] > least and gap[worst] >= floor:
            yield _thing(judged, (begin, end), top, worst, first_day, sensitivity, memory)


def _thing(
    judged: Judged,
    days: tuple[int, int],
    top: int,
    worst: int,
    first_day: date | None,
    sensitivity: Sensitivity,
    memory: _Memory,
) -> Anomaly:
    """One thing out of alarms from the first to the last of `days`; a new level is remembered."""
    begin, end = days
    value, length = judged.value, len(judged.value)
    side = float(np.sign(judged.score[top]))
    unit = judged.unit(worst)
    slowly = judged.channel[begin] == SEVEN_DAYS
    loud = np.flatnonzero((value - judged.expected)[begin : end + 1] * side > 0.25 * unit)
    last = begin + int(loud[-1])
    kind = _kind(value, judged.expected, begin + int(loud[0]), last, side, first_day)
    level, until = _new_level(value, begin, side, unit * (0.3 if slowly else 0.9))
    if level is not None:
        kind, last = "slow drift" if slowly and _creeps(value, begin, side) else "level shift", until
        before = float(np.nanmedian(value[max(begin - 4 * WEEK, 0) : max(begin, 1)]))
        memory.ended, memory.since, memory.side, memory.before = end, begin, side, before
    gone = kind == "nothing" or (level is not None and abs(level) < 1e-9)
    if gone and length - begin >= GONE_DAYS and not np.nansum(np.abs(value[begin + 1 :])):
        kind, last, level = "vanished", length - 1, None
    span = slice(begin, last + 1)
    usual = judged.expected[span] if level is None else np.resize(_before(value, begin), last + 1 - begin)
    severity = sensitivity.severity(float(judged.score[top]))
    return Anomaly(
        series=judged.number,
        day=begin,
        last=last,
        worst=worst,
        value=float(value[worst]),
        expected=float(judged.expected[worst]),
        low=float(judged.low[worst]),
        high=float(judged.high[worst]),
        score=float(judged.score[top]),
        severity=severity or "medium",
        kind=kind,
        impact=float(np.nansum(value[span] - usual)),
        level=level,
        open=last >= length - 1,
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
