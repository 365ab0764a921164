"""What a warehouse was asked for and what it did, as the simulation reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lib.statements.whatif.settings import Settings

BOOT_S = {"SERVERLESS": 8.0}
OTHER_BOOT_S = 240.0
"""Seconds a start takes where the events do not say: a few for serverless warehouses, minutes for others."""
MOST_STOP_DELAY_S = 120.0
"""A stop that comes later than this after the auto stop is not the delay of a stop: something kept it awake."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """A stretch of time with one cluster count; seconds since the epoch."""

    from_s: float
    to_s: float
    clusters: int


@dataclass(frozen=True)
class Delays:
    """How long starts and stops take, as its own events say; the usual where they do not."""

    start_s: float = BOOT_S["SERVERLESS"]
    """From a statement that finds it off to the first cluster, where no start was recorded."""
    stop_s: float = 0.0
    """From the end of the auto stop to the stop."""
    started: tuple[tuple[float, float], ...] = ()
    """Recorded starts: when, and how long each took, in order."""

    @property
    def usual_s(self) -> float:
        """How long a start takes as a rule."""
        return float(np.median([took for _, took in self.started])) if self.started else self.start_s

    def starts_at(self, times: Numbers) -> Numbers:
        """How long starts at these times take: as long as the recorded one that is nearest."""
        if not self.started:
            return np.full(len(times), self.start_s)
        at, took = np.array(self.started).T
        after = (
            np.clip(np.searchsorted(at, times), 1, max(len(at) - 1, 1)) if len(at) > 1 else np.zeros(len(times), int)
        )
        nearest = np.where(after > 0, after - (times - at[after - 1] < at[after] - times), 0)
        found: Numbers = took[nearest]
        return found


@dataclass(frozen=True)
class History:
    """What a warehouse was asked for, and what it did, in a period."""

    start_s: float
    end_s: float
    steps: tuple[Step, ...]
    """While on, in order, not overlapping: what a simulation is held against."""
    arrivals: Numbers
    """When statements came, rising; those of the day before the period too, which say what it began with."""
    holds: Numbers
    """Seconds each held the warehouse once that was on: queue, compile, run and fetch."""
    queued: Numbers
    """The queue's part of `holds`."""
    changes: tuple[tuple[float, Settings], ...]
    """Settings and from when they held, in order; the first hold before, too."""
    delays: Delays = field(default_factory=Delays)
    serverless: bool = True
    spilled: bool = False
    queued_share: float = 0.0

    def settings(self) -> Settings:
        """The newest settings."""
        return self.changes[-1][1]

    def each(self, values: Sequence[float], times: Numbers) -> Numbers:
        """Of one value for each of `changes`, the one in force at each time."""
        since = np.array([at for at, _ in self.changes])
        found: Numbers = np.array(values)[np.maximum(np.searchsorted(since, times, side="right") - 1, 0)]
        return found

    def stops_at(self, times: Numbers) -> Numbers:
        """The auto stop in force at each time, in seconds."""
        return self.each([settings.auto_stop_s for _, settings in self.changes], times)


@dataclass(frozen=True)
class On:
    """When a warehouse is on, inside the period."""

    begins: Numbers
    ends: Numbers

    @property
    def seconds(self) -> float:
        """Time on."""
        return float((self.ends - self.begins).sum())

    @property
    def covered(self) -> "Covered":
        """The time on before any time."""
        return Covered(self.begins, self.ends, np.ones(len(self.begins)))


class Covered:
    """How much of weighted stretches lies before a time."""

    def __init__(self, begins: Numbers, ends: Numbers, weights: Numbers) -> None:
        self._begins, self._ends, self._weights = begins, ends, weights
        self._before = np.concatenate(([0.0], np.cumsum((ends - begins) * weights)))

    def before(self, times: Numbers) -> Numbers:
        """What lies before each time."""
        if not len(self._ends):
            return np.zeros(len(times))
        place = np.searchsorted(self._ends, times, side="right")
        inside = np.minimum(place, len(self._ends) - 1)
        partly = np.clip(times - self._begins[inside], 0.0, self._ends[inside] - self._begins[inside])
        partly = np.where(place < len(self._ends), partly * self._weights[inside], 0.0)
        return self._before[place] + partly


def steps_of(events: Sequence[tuple[float, str, int]], start_s: float, end_s: float) -> tuple[Step, ...]:
    """Stretches with clusters on between `start_s` and `end_s`, from (time, type, clusters after it)."""
    found = []
    ordered = sorted(events, key=lambda event: (event[0], event[2]))
    for place, (at, kind, clusters) in enumerate(ordered):
        until = ordered[place + 1][0] if place + 1 < len(ordered) else end_s
        first, last = max(at, start_s), min(until, end_s)
        if clusters > 0 and kind != "STOPPED" and last > first:
            found.append(Step(first, last, clusters))
    return tuple(found)


def sessions_of(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Stretches from a start to a stop."""
    found: list[tuple[float, float]] = []
    for step in steps:
        if found and step.from_s - found[-1][1] < 1e-6:
            found[-1] = (found[-1][0], step.to_s)
        else:
            found.append((step.from_s, step.to_s))
    return found


def delays_of(events: Sequence[tuple[float, str, int]], history: History, kind: str) -> Delays:
    """The delays of a warehouse of this type, from its own events: each start as it was, stops by their median."""
    ordered = sorted(events)
    starts = [
        (before[0], after[0] - before[0])
        for before, after in pairwise(ordered)
        if before[1] == "STARTING" and before[2] == 0 and after[1] == "RUNNING"
    ]
    usual = BOOT_S.get(kind, OTHER_BOOT_S)
    counted = any(event[1] == "STARTING" and event[2] > 0 for event in ordered)
    start_s = 0.0 if counted else usual
    reach = np.maximum.accumulate(history.arrivals + history.holds) if len(history.arrivals) else history.arrivals
    late = []
    for begin, end in sessions_of(history.steps):
        before = int(np.searchsorted(history.arrivals, end, side="right"))
        stop = history.stops_at(np.array([end]))[0]
        if end < history.end_s and before and reach[before - 1] >= begin and np.isfinite(stop):
            late.append(end - float(reach[before - 1]) - float(stop))
    stop_s = float(np.clip(np.median(late), 0.0, MOST_STOP_DELAY_S)) if late else 0.0
    return Delays(start_s, stop_s, tuple(starts))
