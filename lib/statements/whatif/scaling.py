"""How many clusters a warehouse has at each moment, and how much work queues: the vendor's rule on its own statements.

The rule as Databricks documents it ("SQL warehouse sizing, scaling, and queuing behavior"):

- pro and classic: ten statements a cluster. Clusters are added when what runs, what queues and what comes in the next two
  minutes takes longer than two minutes; the more it is, the more clusters. Here: as many as the work of two minutes needs.
- serverless: statements are let in by what they are predicted to need, the queue is looked at every ten seconds or so, and
  clusters come when it does not go down. Here: as many as the work of ten seconds needs.
- both: when there is less to do for 15 minutes, clusters go; as many stay as the peak of these 15 minutes needs.

How many statements a cluster takes depends on how heavy they are. So it is measured: the number, ten at most, with which the
rule comes nearest to the recorded clusters and queue. Where it comes out too far off, the rule is not used.

Work is a fluid in steps of ten seconds: what comes beyond the room waits, nothing is lost. So a run over months is a few sums.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.statements.whatif.history import History, Numbers, On
from lib.statements.whatif.settings import Settings

MOST_SLOTS = 10
"""Statements that a cluster takes at once, at most."""
LOOK_S, OTHER_LOOK_S = 10.0, 120.0
"""How much time's work decides about clusters: of serverless warehouses, of others."""
KEEP_S = 900.0
"""Time whose peak clusters are kept for."""
CLEAR_S = 120.0
"""Time in which what queues should be worked off."""
STEP_S = 10.0
MOST_STEPS = 300_000
TOLERANCE = 0.1
"""The rule is believed when its cluster time is this share off the recorded one at most."""


@dataclass(frozen=True)
class Load:
    """What statements ask of a warehouse, in equal steps of the period."""

    edges: Numbers
    """Begin of each step, and the end of the last one."""
    work: Numbers
    """Seconds of work in each step, had all that comes room at once."""
    each_s: float
    """Seconds a statement works, in the middle."""
    least: Numbers
    most: Numbers
    """Clusters that the settings allow in each step."""
    session: NDArray[np.intp]
    """Which stretch of being on a step belongs to; odd numbers are on, even ones off."""
    look: int
    keep: int
    lag: int
    """Steps that decide, that clusters are kept for, and until an added one works."""

    @property
    def step_s(self) -> float:
        """Seconds of a step."""
        return float(self.edges[1] - self.edges[0])


@dataclass(frozen=True)
class Scaled:
    """What the rule makes of a load."""

    clusters: Numbers
    """In each step."""
    waiting: Numbers
    """Seconds of work that wait at the end of each step."""

    def cluster_s(self, load: Load, on: On) -> float:
        """Cluster seconds while on."""
        return float((np.diff(on.covered.before(load.edges)) * self.clusters).sum())

    def queued_s(self, load: Load) -> float:
        """Time statements wait, all together: the mean number that waits (Little's law) by time."""
        return float(self.waiting.sum()) * load.step_s / load.each_s if load.each_s else 0.0

    def stretches(self, load: Load) -> tuple[Numbers, Numbers]:
        """When there is work that waits: begins and lengths."""
        edges = np.diff(np.concatenate(([0], (self.waiting > 0).astype(np.int8), [0])))
        begins, ends = load.edges[np.flatnonzero(edges == 1)], load.edges[np.flatnonzero(edges == -1)]
        return begins, ends - begins


@dataclass(frozen=True)
class Rule:
    """The rule with what was measured of one warehouse."""

    slots: int
    """Statements a cluster takes at once."""
    off: float
    """How far its cluster time is off the recorded one, as a share of it."""
    clusters_factor: float = 1.0
    """Recorded cluster time by its own: takes its error out of what it says about other settings."""
    queued_s: float = 0.0
    """Its own queue with the real settings: recorded queues grow and shrink as this does."""

    @property
    def is_sure(self) -> bool:
        """Near enough to the record to say what other settings would mean."""
        return self.off <= TOLERANCE

    def queue(self, recorded_s: float, then_s: float) -> float:
        """The queue with other settings, from the recorded one and what the rule gives."""
        if then_s <= self.queued_s:
            return recorded_s * then_s / self.queued_s if self.queued_s else recorded_s
        return recorded_s + then_s - self.queued_s


def load_of(history: History, begun: Numbers, work_s: Numbers, on: On, then: Settings | None = None) -> Load:
    """The load of statements that could begin at `begun` and work for `work_s` each, with the real settings or `then`."""
    span = history.end_s - history.start_s
    count = int(max(1, min(np.ceil(span / STEP_S), MOST_STEPS)))
    edges = np.linspace(history.start_s, history.end_s, count + 1)
    step = span / count
    served = _before(begun, edges, step) - _before(begun + work_s, edges, step)
    at = edges[:-1]
    inside = (begun >= history.start_s) & (begun < history.end_s) & (work_s > 0)
    sessions = np.searchsorted(on.begins, at + step, side="left") + np.searchsorted(on.ends, at, side="right")
    limits = [settings if then is None else then for _, settings in history.changes]
    lag = history.delays.usual_s
    look = LOOK_S if history.serverless else OTHER_LOOK_S
    return Load(
        edges,
        np.diff(served),
        float(work_s[inside].mean()) if inside.any() else 0.0,
        history.each([float(item.min_clusters) for item in limits], at),
        history.each([float(item.max_clusters) for item in limits], at),
        sessions,
        max(1, round(look / step)),
        max(1, round(KEEP_S / step)),
        round(lag / step),
    )


def _before(times: Numbers, edges: Numbers, step: float) -> Numbers:
    """For each edge, the time since each of `times` before it, all together."""
    place = np.clip(np.ceil((times - edges[0]) / step), 0, len(edges)).astype(np.intp)
    number = np.cumsum(np.bincount(place, minlength=len(edges) + 1)[: len(edges)])
    summed = np.cumsum(np.bincount(place, times - edges[0], minlength=len(edges) + 1)[: len(edges)])
    found: Numbers = (edges - edges[0]) * number - summed
    return found


def scaled(load: Load, slots: int) -> Scaled:
    """Clusters and queue, where a cluster takes so many statements at once."""
    sums = np.concatenate((np.zeros(load.look), np.cumsum(load.work)))
    wanted = (sums[load.look :] - sums[: -load.look]) / (load.look * load.step_s)
    found = _ready(load, wanted / slots)
    waiting = _waiting(load.work, found, slots * load.step_s)
    if waiting.any():
        found = _ready(load, (wanted + waiting / CLEAR_S) / slots)
        waiting = _waiting(load.work, found, slots * load.step_s)
    return Scaled(found, waiting)


def _ready(load: Load, needed: Numbers) -> Numbers:
    """Clusters that work: as many as the peak of the time they are kept for needs, added ones after their start."""
    kept = np.clip(np.ceil(needed - 1e-9), load.least, load.most)
    reached = 1
    while reached < load.keep:
        back = min(reached, load.keep - reached)
        kept[back:] = np.maximum(kept[back:], np.where(load.session[back:] == load.session[:-back], kept[:-back], 0.0))
        reached += back
    if load.lag:
        before = np.where(
            load.session[load.lag :] == load.session[: -load.lag], kept[: -load.lag], load.least[load.lag :]
        )
        kept[load.lag :] = np.minimum(kept[load.lag :], before)
        kept[: load.lag] = np.minimum(kept[: load.lag], load.least[: load.lag])
    found: Numbers = np.maximum(kept, load.least)
    return found


def _waiting(work: Numbers, clusters: Numbers, room_s: float) -> Numbers:
    """Work that finds no room, at the end of each step."""
    more = np.cumsum(work - clusters * room_s)
    found: Numbers = more - np.minimum(np.minimum.accumulate(more), 0.0)
    found[found < 1e-6] = 0.0
    return found


def rule_of(history: History, load: Load, on: On) -> Rule:
    """Measure how many statements a cluster takes: both clusters and queue fall with it, so it is looked for by halves."""
    recorded_s = sum((step.to_s - step.from_s) * step.clusters for step in history.steps)
    inside = (history.arrivals >= history.start_s) & (history.arrivals < history.end_s)
    queued_s, held_s = float(history.queued[inside].sum()), float(history.holds[inside].sum())
    tried: dict[int, tuple[float, Rule]] = {}

    def too_much(slots: int) -> float:
        found = scaled(load, slots)
        cluster_s, queue_s = found.cluster_s(load, on), found.queued_s(load)
        more = (cluster_s - recorded_s) / recorded_s if recorded_s else 0.0
        much = more + ((queue_s - queued_s) / held_s if held_s else 0.0)
        factor = recorded_s / cluster_s if cluster_s else 1.0
        tried[slots] = (abs(much), Rule(slots, abs(more), factor, queue_s))
        return much

    low, high = 1, MOST_SLOTS
    if too_much(high) < 0:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if too_much(middle) > 0 else (low, middle)
        too_much(low)
    return min(tried.values(), key=lambda item: item[0])[1]
