"""What a warehouse would have done with other settings: its statements sent again, to the rules of the system.

The simulation knows when statements came, how long each held the warehouse, and the settings of each time. A statement that
finds it off starts it, and waits for the start; when nothing has worked for the auto stop it stops. When it was really on is
not an input: with the settings it really had, the simulation has to come out at the recorded on-time by itself. Where it does
not (people stop it by hand, connections keep it awake), nothing is said about other settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SIZES = ("2X_SMALL", "X_SMALL", "SMALL", "MEDIUM", "LARGE", "X_LARGE", "2X_LARGE", "3X_LARGE", "4X_LARGE", "5X_LARGE")
DBU_PER_HOUR = dict(zip(SIZES, (4, 6, 12, 24, 40, 80, 144, 272, 528, 1040), strict=True))
"""DBUs of one cluster and hour, all clouds and types."""
LONGER_LOW, LONGER_HIGH = 0.5, 1.0
"""How work grows when compute shrinks: with the square root of it at best, in proportion at worst."""
BOOT_S = {"SERVERLESS": 8.0}
OTHER_BOOT_S = 240.0
"""Seconds a start takes where the events do not say: a few for serverless warehouses, minutes for others."""
MOST_STOP_DELAY_S = 120.0
"""A stop that comes later than this after the auto stop is not the delay of a stop: something kept it awake."""
ROUNDS = 12
"""Times that starts are worked out again, because a wait for a start may bridge the gap to the next statement."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What can be set on a warehouse."""

    size: str
    auto_stop_minutes: int
    """0: never."""
    max_clusters: int
    min_clusters: int = 1


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
    changes: tuple[tuple[float, Settings], ...]
    """Settings and from when they held, in order; the first hold before, too."""
    delays: Delays = field(default_factory=Delays)
    spilled: bool = False
    queued_share: float = 0.0

    def settings(self) -> Settings:
        """The newest settings."""
        return self.changes[-1][1]


@dataclass(frozen=True)
class Run:
    """How long a warehouse is on in a simulation."""

    begins: Numbers
    ends: Numbers
    """Stretches in which it is on, inside the period."""
    cluster_s: float
    waited_s: float
    """Time statements waited for starts."""

    @property
    def on_s(self) -> float:
        """Seconds on."""
        return float((self.ends - self.begins).sum())

    @property
    def starts(self) -> int:
        """Stretches: how often it was started, or already on."""
        return len(self.begins)


@dataclass(frozen=True)
class Fit:
    """How well the simulation with the real settings says what was recorded."""

    recorded_s: float
    simulated_s: float
    common_s: float
    """On in both."""

    @property
    def off(self) -> float:
        """Difference of the on-times as a share of the recorded one; infinite when only one of them is 0."""
        if not self.recorded_s:
            return 0.0 if not self.simulated_s else float("inf")
        return abs(self.simulated_s - self.recorded_s) / self.recorded_s

    @property
    def overlap(self) -> float:
        """Share of the recorded on-time in which the simulation is on too."""
        return self.common_s / self.recorded_s if self.recorded_s else 1.0

    def fits(self, tolerance: float) -> bool:
        """Close enough to say what other settings would have meant."""
        return self.off <= tolerance and self.overlap >= 1 - 3 * tolerance


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
        stop = _stop_s(history, np.array([end]))[0]
        if end < history.end_s and before and reach[before - 1] >= begin and np.isfinite(stop):
            late.append(end - float(reach[before - 1]) - float(stop))
    stop_s = float(np.clip(np.median(late), 0.0, MOST_STOP_DELAY_S)) if late else 0.0
    return Delays(start_s, stop_s, tuple(starts))


def simulate(history: History, then: Settings | None = None, *, pessimistic: bool = False) -> Run:
    """Send the statements again: with the settings that were really in force, or with `then` all the time.

    pessimistic: work grows in proportion when compute shrinks, and gains least when it grows.
    """
    arrivals = history.arrivals
    awake = _on_at_first(history)
    if not len(arrivals) and not awake:
        return Run(np.empty(0), np.empty(0), 0.0, 0.0)
    holds = history.holds if then is None else history.holds * _stretches(history, then, pessimistic=pessimistic)
    if awake:  # on before anything came: as if something without work had kept it on
        first = min(history.start_s, float(arrivals[0])) if len(arrivals) else history.start_s
        arrivals, holds = np.concatenate(([first], arrivals)), np.concatenate(([0.0], holds))
    stops = np.full(len(arrivals), _seconds(then)) if then is not None else _stop_s(history, arrivals)
    firsts, on_from, reach = _sessions(
        arrivals, holds, stops + history.delays.stop_s, history.delays.starts_at(arrivals), awake
    )
    begins = on_from[firsts]
    lasts = np.append(np.flatnonzero(firsts)[1:] - 1, len(arrivals) - 1)
    begins = np.clip(begins, history.start_s, history.end_s)
    until = np.clip(np.minimum(reach[lasts], history.end_s), history.start_s, history.end_s)
    kept = until > begins
    waited = np.maximum(on_from - arrivals, 0.0)
    inside = (arrivals >= history.start_s) & (arrivals < history.end_s)
    most = then.max_clusters if then is not None else None
    begins, until = begins[kept], until[kept]
    return Run(begins, until, _cluster_s(history, begins, until, most, then), float(waited[inside].sum()))


def _sessions(
    arrivals: Numbers, holds: Numbers, stops: Numbers, delays: Numbers, awake: bool
) -> tuple[NDArray[np.bool_], Numbers, Numbers]:
    """For each statement: does it find the warehouse off, since when is it on, and until when would it stay on."""
    firsts = np.zeros(len(arrivals), dtype=bool)
    firsts[0] = True
    on_from = arrivals.copy()
    for _ in range(ROUNDS):
        ends = np.maximum(arrivals, on_from) + holds
        reach = np.maximum.accumulate(ends + stops)
        found = np.empty(len(arrivals), dtype=bool)
        found[0], found[1:] = True, arrivals[1:] > reach[:-1]
        begun = np.where(found, arrivals + delays, -np.inf)
        if awake:
            begun[0] = arrivals[0]
        since = np.maximum.accumulate(begun)
        if np.array_equal(found, firsts) and np.array_equal(since, on_from):
            break
        firsts, on_from = found, since
    ends = np.maximum(arrivals, on_from) + holds
    return firsts, on_from, np.maximum.accumulate(ends + stops)


def fit(history: History) -> Fit:
    """The simulation with the real settings against what was recorded."""
    run = simulate(history)
    recorded = sessions_of(history.steps)
    common = _overlap(recorded, run.begins, run.ends)
    return Fit(sum(end - begin for begin, end in recorded), run.on_s, common)


def _overlap(recorded: Sequence[tuple[float, float]], begins: Numbers, ends: Numbers) -> float:
    if not recorded or not len(begins):
        return 0.0
    edges = np.array(recorded)
    covered = _Covered(edges[:, 0], edges[:, 1], np.ones(len(edges)))
    return float((covered(ends) - covered(begins)).sum())


class _Covered:
    """How much of weighted stretches lies before a time."""

    def __init__(self, begins: Numbers, ends: Numbers, weights: Numbers) -> None:
        self._begins, self._ends, self._weights = begins, ends, weights
        self._before = np.concatenate(([0.0], np.cumsum((ends - begins) * weights)))

    def __call__(self, times: Numbers) -> Numbers:
        place = np.searchsorted(self._ends, times, side="right")
        inside = np.minimum(place, len(self._ends) - 1)
        partly = np.clip(times - self._begins[inside], 0.0, self._ends[inside] - self._begins[inside])
        partly = np.where(place < len(self._ends), partly * self._weights[inside], 0.0)
        return self._before[place] + partly


def _cluster_s(history: History, begins: Numbers, ends: Numbers, most: int | None, then: Settings | None) -> float:
    """Cluster seconds: as many clusters as were recorded at the time, at most `most`; elsewhere the fewest there may be."""
    least = max(1, (then or history.settings()).min_clusters)
    whole = float((ends - begins).sum()) * least
    if not history.steps:
        return whole
    edges = np.array([(step.from_s, step.to_s, step.clusters) for step in history.steps])
    clusters = edges[:, 2] if most is None else np.minimum(edges[:, 2], most)
    covered = _Covered(edges[:, 0], edges[:, 1], clusters - least)
    return whole + float((covered(ends) - covered(begins)).sum())


def _on_at_first(history: History) -> bool:
    """Was it on when the statements begin?"""
    first = min(history.start_s, float(history.arrivals[0])) if len(history.arrivals) else history.start_s
    recorded = history.steps and history.steps[0].from_s <= history.start_s + 1e-6
    return bool(recorded) and (first >= history.start_s or not _known_stop(history))


def _known_stop(history: History) -> bool:
    """Can statements of before the period tell that it is on?"""
    return bool(np.isfinite(_stop_s(history, np.array([history.start_s]))[0]))


def _seconds(settings: Settings) -> float:
    return settings.auto_stop_minutes * 60.0 if settings.auto_stop_minutes > 0 else float("inf")


def _stop_s(history: History, times: Numbers) -> Numbers:
    """The auto stop in force at each time, in seconds; infinite for never."""
    return np.array([_seconds(settings) for _, settings in history.changes])[_in_force(history, times)]


def _in_force(history: History, times: Numbers) -> NDArray[np.intp]:
    since = np.array([at for at, _ in history.changes])
    return np.maximum(np.searchsorted(since, times, side="right") - 1, 0)


def _stretches(history: History, then: Settings, *, pessimistic: bool) -> Numbers:
    each = np.array([stretch(settings.size, then.size, pessimistic=pessimistic) for _, settings in history.changes])
    found: Numbers = each[_in_force(history, history.arrivals)]
    return found


def stretch(now: str, then: str, *, pessimistic: bool) -> float:
    """How many times longer work takes on another size."""
    ratio = DBU_PER_HOUR[now] / DBU_PER_HOUR[then]
    if ratio == 1:
        return 1.0
    power = LONGER_HIGH if pessimistic else LONGER_LOW
    return float(ratio**power if ratio > 1 else ratio ** (LONGER_LOW if pessimistic else LONGER_HIGH))


@dataclass(frozen=True)
class Outcome:
    """What other settings would have meant for a period."""

    then: Settings
    cost_low: float | None
    """Least it would have cost; None when the period has no cost."""
    cost_high: float | None
    on_s_low: float
    on_s_high: float
    starts: int
    waiting_s: float
    """Time statements would have waited for starts."""
    warnings: tuple[str, ...]

    def saving(self, cost: float | None, days: int) -> tuple[float, float] | None:
        """Low and high saving in thirty days against what was paid; negative where it would cost more."""
        if cost is None or self.cost_low is None or self.cost_high is None or days <= 0:
            return None
        return (cost - self.cost_high) / days * 30, (cost - self.cost_low) / days * 30


def price_of_dbu(history: History, cost: float | None) -> float | None:
    """What a DBU of the warehouse was paid, by the clusters that were on and their sizes; None without a cost."""
    times = np.array([step.from_s for step in history.steps])
    rates = np.array([DBU_PER_HOUR[settings.size] for _, settings in history.changes])
    used = sum(
        (step.to_s - step.from_s) * step.clusters * float(rate) / 3600
        for step, rate in zip(history.steps, rates[_in_force(history, times)], strict=True)
    )
    return cost / used if cost is not None and used > 0 else None


def outcome(history: History, then: Settings, cost: float | None) -> Outcome:
    """Simulate both ways and put a cost on it, at the price of a DBU that was really paid."""
    now, actual = history.settings(), simulate(history)
    best, worst = simulate(history, then), simulate(history, then, pessimistic=True)
    low, high = sorted((best, worst), key=lambda found: found.cluster_s)
    paid = price_of_dbu(history, cost)
    each = None if paid is None else paid * DBU_PER_HOUR[then.size] / 3600
    return Outcome(
        then,
        None if each is None else low.cluster_s * each,
        None if each is None else high.cluster_s * each,
        min(low.on_s, high.on_s),
        max(low.on_s, high.on_s),
        best.starts,
        best.waited_s,
        tuple(_warnings(history, now, then, actual, best)),
    )


def _warnings(history: History, now: Settings, then: Settings, actual: Run, best: Run) -> list[str]:
    found = []
    if DBU_PER_HOUR[then.size] < DBU_PER_HOUR[now.size] and history.spilled:
        found.append("Statements spill already: on a smaller size they spill more, and take longer than this says.")
    if then.max_clusters < now.max_clusters:
        capped = sum((s.to_s - s.from_s) for s in history.steps if s.clusters > then.max_clusters)
        if capped:
            found.append(
                f"For {capped / 3600:.1f} hours more clusters were on than this allows: statements would have queued."
            )
    if then.max_clusters > now.max_clusters:
        found.append("More clusters cost only when they start; how often they would have is not in the history.")
    if best.starts > actual.starts:
        waits = max(best.waited_s - actual.waited_s, 0.0)
        found.append(
            f"It would have started {best.starts - actual.starts} more times; statements would have waited "
            f"{waits / 60:.0f} minutes more for starts, all together."
        )
    return found


def candidates(history: History) -> list[Settings]:
    """Settings worth a look: a shorter auto stop, one size down, fewer clusters than were ever needed."""
    now = history.settings()
    found = [
        replace(now, auto_stop_minutes=minutes)
        for minutes in (5, 10, 15, 30)
        if minutes < now.auto_stop_minutes or now.auto_stop_minutes == 0
    ]
    place = SIZES.index(now.size)
    if place > 0 and not history.spilled and history.queued_share < 0.02:
        found.append(replace(now, size=SIZES[place - 1]))
        found += [replace(item, size=SIZES[place - 1]) for item in found[:1] if item.size == now.size]
    most = max((step.clusters for step in history.steps), default=1)
    if most < now.max_clusters:
        found.append(replace(now, max_clusters=most))
    return found
