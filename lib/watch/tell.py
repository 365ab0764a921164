"""Anomalies of the whole ledger, each told once and at the level that explains it.

The same event shows in a job, its owner, its SKU, its workspace and the whole account. It is told at the narrowest series that
carries most of it, the others are named there. When many parts move the same way, it is told at what they have in
common. What moves against it is told apart, never netted away.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from lib.spend import formatting
from lib.spend.anomaly import Anomaly, Sensitivity
from lib.spend.anomaly_drift import DRIFT_WEEKS, drifts
from lib.spend.anomaly_scan import Scan, nothing, scan
from lib.spend.forecast_filters import WEEK
from lib.watch.daily import KINDS, OBJECTS, TOTAL, Daily, Key

FLOOR, FLOOR_SHARE = 20.0, 0.01
"""Departures below this amount, or below this share of the account's usual day, are not told to who chose nothing."""
LEAST_SHARE = 0.2
MOST = 0.5
"""A part carries most of what happened from this share on."""
MANY, MANY_SHARE = 3, 0.15
"""So many parts of something, and this share of them, moving the same way are told as one."""
NEAR = 2
"""Days by which two series may tell the same event."""
CAUSES = 10
WEEKS_BEFORE = (WEEK, 2 * WEEK, 3 * WEEK, 4 * WEEK)
BREADTH = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Cause:
    """What one object, or one SKU of an object, contributed to a departure."""

    key: Key
    name: str
    amount: float
    """More (or less) than expected, over the days of the anomaly."""
    share: float
    """Of the departure; negative for what moved against it."""


@dataclass(frozen=True)
class Told:
    """One anomaly of the ledger."""

    key: Key
    name: str
    thing: Anomaly
    day: date
    last: date
    worst: date
    causes: tuple[Cause, ...] = ()
    """Objects by contribution, of an object its SKUs, the largest first; those that moved against it come last."""
    seen_in: tuple[str, ...] = ()
    """Wider series in which the same event shows."""
    parts: int = 0
    """How many of its parts were out of line themselves, when they are told as one."""
    state: str = "open"
    """`open`, `acknowledged` or `muted`."""
    reason: str = ""
    """Why it is muted or acknowledged."""
    by: str = ""

    @property
    def identity(self) -> str:
        """The same on every look at the same event."""
        return identity_of(self.key.text, self.day, self.thing.direction)

    @property
    def mostly(self) -> str:
        """What it is made of, in a few words; empty where that says no more than its name, as the only SKU of a job."""
        if self.parts:
            return f"{self.parts} of its parts together"
        first = self.causes[0] if self.causes else None
        if first is None or first.share <= 0 or (self.key.kind in OBJECTS and len(self.causes) == 1):
            return ""
        return f"{first.name} {formatting.percent(min(first.share, 1))}"


def identity_of(series: str, day: date, direction: str) -> str:
    """The identity of what began in a series on a day."""
    return hashlib.sha256(f"{series} {day} {direction}".encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Watched:
    """All that was found, and the scan behind it."""

    daily: Daily
    found: Scan
    told: tuple[Told, ...]
    """Newest first."""
    sensitivity: Sensitivity

    def of(self, identity: str) -> Told | None:
        """The one with this identity."""
        return next((one for one in self.told if one.identity == identity), None)


def usual(daily: Daily) -> Sensitivity:
    """What is told to who chose nothing: departures of a fifth, and of one percent of the account's usual day."""
    day = float(np.median(daily.series(TOTAL)[-8 * WEEK :])) if daily.days else 0.0
    return Sensitivity(least_amount=max(FLOOR, round(FLOOR_SHARE * day)), least_share=LEAST_SHARE)


def watch(
    daily: Daily,
    *,
    since: date,
    sensitivity: Sensitivity | None = None,
    holidays: np.ndarray | None = None,
    planned: Callable[[Key], Sequence[tuple[date, date]]] | None = None,
) -> Watched:
    """Judge every series and tell what began on `since` or later. planned: first and last days not to be judged, by series."""
    sensitivity = sensitivity or usual(daily)
    if not daily.keys:
        return Watched(daily, nothing(0, daily.days), (), sensitivity)
    events = _marks(daily, planned) if planned else None
    found = scan(daily.values, first_day=daily.first_day, sensitivity=sensitivity, events=events, holidays=holidays)
    begin = (since - daily.first_day).days
    lately = daily.days - DRIFT_WEEKS * WEEK
    lasting = {t.series for t in found.anomalies if t.kind in ("level shift", "slow drift", "new") and t.day >= lately}
    slow = [thing for thing in drifts(daily.values, sensitivity) if thing.series not in lasting]
    known = [thing for thing in found.anomalies if events is None or not events[thing.series, thing.day]]
    recent = [thing for thing in (*known, *slow) if thing.day >= begin or thing.kind == "slow drift"]
    return Watched(daily, found, tuple(_fold(daily, found, recent)), sensitivity)


def _marks(daily: Daily, planned: Callable[[Key], Sequence[tuple[date, date]]]) -> np.ndarray | None:
    marks = np.zeros(daily.values.shape, bool)
    for number, key in enumerate(daily.keys):
        for first, last in planned(key):
            marks[number, max((first - daily.first_day).days, 0) : max((last - daily.first_day).days + 1, 0)] = True
    return marks if marks.any() else None


def _fold(daily: Daily, found: Scan, things: Sequence[Anomaly]) -> list[Told]:
    """Each event once: the anomalies that are left, with their causes and what they stand for."""
    gap = daily.values - found.expected
    for thing in things:
        if thing.kind == "new":  # before it began nothing was expected of it
            begin = slice(thing.day, thing.day + 4 * WEEK)
            gap[thing.series, begin] = daily.values[thing.series, begin]
    width = _widths(daily)
    order = sorted(things, key=lambda thing: width[thing.series])  # narrow first
    kept: list[Anomaly] = []
    stands_for: dict[int, list[Anomaly]] = {}
    for thing in order:
        amount = _amount(daily, gap, thing.series, thing)
        narrower = [
            other
            for other in kept
            if amount
            and _same_event(thing, other)
            and _within(daily, other, thing)
            and _amount(daily, gap, other.series, thing) / amount >= MOST
        ]
        if narrower:
            best = min(narrower, key=lambda other: width[other.series])
            stands_for.setdefault(id(best), []).append(thing)
        else:
            kept.append(thing)
    together: dict[int, int] = {}
    for thing in sorted(kept, key=lambda thing: width[thing.series], reverse=True):  # wide first
        if daily.keys[thing.series].kind in OBJECTS or not any(thing is left for left in kept):
            continue
        parts = [
            other
            for other in kept
            if other is not thing
            and width[other.series] < width[thing.series]
            and _same_event(thing, other)
            and _within(daily, other, thing)
        ]
        objects = [other for other in parts if daily.keys[other.series].kind in OBJECTS]
        siblings = len(set(daily.objects[daily.members[thing.series]].tolist()) - {-1})
        if len(objects) >= MANY and len(objects) >= MANY_SHARE * siblings:
            together[id(thing)] = len(objects)
            for other in parts:
                stands_for.setdefault(id(thing), []).extend([other, *stands_for.pop(id(other), [])])
            kept = [left for left in kept if not any(left is other for other in parts)]
    told = [_told(daily, gap, thing, stands_for.get(id(thing), []), together.get(id(thing), 0)) for thing in kept]
    return sorted(told, key=lambda one: (one.day, abs(one.thing.impact)), reverse=True)


def _widths(daily: Daily) -> list[tuple[bool, float, int]]:
    """Sorts series from narrow to wide: objects, then by cost; of equals what people ask by first."""
    cost = np.abs(daily.values).sum(1)
    return [
        (key.kind not in OBJECTS, round(float(cost[number]), 2), BREADTH[key.kind])
        for number, key in enumerate(daily.keys)
    ]


def _same_event(one: Anomaly, other: Anomaly) -> bool:
    lasting = {"level shift", "slow drift", "new", "vanished"}
    near = WEEK if one.kind in lasting and other.kind in lasting else NEAR
    return one.direction == other.direction and abs(one.day - other.day) <= near


def _within(daily: Daily, part: Anomaly, whole: Anomaly) -> bool:
    """Does most of the cost of one series belong to the other?"""
    mine, theirs = daily.members[part.series], daily.members[whole.series]
    cost = np.abs(daily.parts[mine]).sum(1)
    return bool(cost[np.isin(mine, theirs)].sum() > 0.5 * cost.sum())


def _span(thing: Anomaly) -> slice:
    """The days an anomaly is measured on: the first five at most, before what is expected goes along."""
    return slice(thing.day, min(thing.last, thing.day + 4) + 1)


def _amount(daily: Daily, gap: np.ndarray, series: int, thing: Anomaly) -> float:
    """What a series departed by on the days of an anomaly; for a slow drift, how much more a day it costs than before it."""
    if thing.kind == "slow drift":
        begin = max(thing.day + 1 - DRIFT_WEEKS * WEEK, 0)
        values = daily.values[series]
        return float(values[-2 * WEEK :].mean() - values[begin : begin + 4 * WEEK].mean())
    return float(np.nan_to_num(gap[series, _span(thing)]).sum())


def _told(daily: Daily, gap: np.ndarray, thing: Anomaly, others: Sequence[Anomaly], parts: int) -> Told:
    key = daily.keys[thing.series]
    return Told(
        key,
        daily.name(key),
        thing,
        daily.day(thing.day),
        daily.day(thing.last),
        daily.day(thing.worst),
        _causes(daily, gap, thing),
        tuple(_words(daily, other) for other in others if other is not thing),
        parts,
    )


def _words(daily: Daily, thing: Anomaly) -> str:
    key = daily.keys[thing.series]
    return daily.name(key) if key.kind == "total" else f"{key.kind} {daily.name(key)}"


def _causes(daily: Daily, gap: np.ndarray, thing: Anomaly) -> tuple[Cause, ...]:
    """Objects inside the series, of an object its SKUs, by what each contributed."""
    whole = _amount(daily, gap, thing.series, thing)
    if not whole:
        return ()
    if daily.keys[thing.series].kind in OBJECTS:
        amounts = _by_sku(daily, thing, whole)
    else:
        inside = sorted(set(daily.objects[daily.members[thing.series]].tolist()) - {-1})
        amounts = [(_amount(daily, gap, number, thing), number) for number in inside]
    side = 1 if whole > 0 else -1
    amounts = [pair for pair in amounts if abs(pair[0]) >= 0.01 * abs(whole)]
    with_it = sorted((pair for pair in amounts if pair[0] * side > 0), key=lambda pair: -abs(pair[0]))
    against = sorted((pair for pair in amounts if pair[0] * side < 0), key=lambda pair: -abs(pair[0]))
    return tuple(
        Cause(daily.keys[number], daily.names[number], amount, amount / whole)
        for amount, number in [*with_it[:CAUSES], *against[: CAUSES // 2]]
    )


def _by_sku(daily: Daily, thing: Anomaly, whole: float) -> list[tuple[float, int]]:
    """The departure of an object, split over its SKUs as each departed from the same weekdays of the four weeks before."""
    mine, span = daily.members[thing.series], _span(thing)
    if thing.kind == "slow drift":
        span = slice(max(daily.days - 2 * WEEK, 0), daily.days)
    now = daily.parts[mine][:, span]
    before = [daily.parts[mine][:, span.start - back : span.stop - back] for back in WEEKS_BEFORE if span.start >= back]
    moved = (now - np.mean(before, axis=0) if before else now).sum(1)
    if moved.sum() * whole <= 0:
        return []
    skus = [number for number, key in enumerate(daily.keys) if key.kind == "sku"]
    amounts = [(float(moved[np.isin(mine, daily.members[number])].sum()), number) for number in skus]
    return [(amount / float(moved.sum()) * whole, number) for amount, number in amounts if amount]


@dataclass(frozen=True)
class Mark:
    """What a person said about an anomaly, or about everything of a series for a while."""

    act: str
    """`acknowledged`: this one; `muted`: everything of the series until a day."""
    key: Key
    identity: str = ""
    until: date | None = None
    reason: str = ""
    by: str = ""


def with_marks(told: Sequence[Told], marks: Sequence[Mark]) -> tuple[Told, ...]:
    """The anomalies with what people said about them; a mute counts for what begins on its last day or before."""
    seen: Mapping[str, Mark] = {mark.identity: mark for mark in marks if mark.act == "acknowledged"}
    quiet = [mark for mark in marks if mark.act == "muted"]
    out = []
    for one in told:
        mark = seen.get(one.identity)
        mute = next((m for m in quiet if m.key == one.key and (m.until is None or one.day <= m.until)), None)
        if mark:
            out.append(replace(one, state="acknowledged", reason=mark.reason, by=mark.by))
        elif mute:
            out.append(replace(one, state="muted", reason=mute.reason, by=mute.by))
        else:
            out.append(one)
    return tuple(out)


def days_back(until: date, days: int) -> date:
    """The first of the last `days` days."""
    return until - timedelta(days=days - 1)
