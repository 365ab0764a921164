"""How many clusters a warehouse has at each moment, and how much work queues: the vendor's rule on its own statements.

The rule as Databricks documents it ("SQL warehouse sizing, scaling, and queuing behavior"):

- pro and classic: ten statements a cluster. Clusters are added when what runs, what queues and what comes in the next two
  minutes takes longer than two minutes; the more it is, the more clusters. Here: as many as the work of two minutes needs.
- serverless: statements are let in by what they are predicted to need, the queue is looked at every ten seconds or so, and
  clusters come when it does not go down. Here: as many as the work of ten seconds needs.
- both: when there is less to do for 15 minutes, clusters go; as many stay as the peak of these 15 minutes needs.

How many statements a cluster takes depends on how heavy they are. So it is measured: the number, ten at most, with which the
rule comes nearest to the recorded clusters and queue. What it is still off by is told, and widens what it says; beyond half
of the recorded time it is not used.

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
NEAR, FAR = 0.1, 0.5
"""Share that the rule may be off the recorded cluster time without a word, and before it is not used at all."""


Counts = NDArray[np.int16]


@dataclass(frozen=True)
class Load:
    """What statements ask of a warehouse, in equal steps of the time it is on."""

    begins: Numbers
    """When each step begins."""
    step_s: float
    on_s: Numbers
    """Seconds on in each step."""
    work_s: Numbers
    """Seconds of work in each step, had all that comes room at once."""
    each_s: float
    """Seconds a statement works, in the middle."""
    least: Counts
    most: Counts
    """Clusters that the settings allow in each step."""
    session: NDArray[np.intp]
    """Which stretch of being on a step belongs to."""
    look: int
    keep: int
    lag: int
    """Steps that decide, that clusters are kept for, and until an added one works."""


@dataclass(frozen=True)
class Scaled:
    """What the rule makes of a load."""

    load: Load
    slots: int
    clusters: Counts
    """In each step."""
    waiting_s: Numbers
    """Seconds of work that wait at the end of each step."""

    @property
    def cluster_s(self) -> float:
        """Cluster seconds while on."""
        return float((self.load.on_s * self.clusters).sum())

    @property
    def queued_s(self) -> float:
        """Time statements wait, all together: the mean number that waits (Little's law) by time."""
        return float(self.waiting_s.sum()) * self.load.step_s / self.load.each_s if self.load.each_s else 0.0

    @property
    def behind(self) -> tuple[Numbers, Numbers]:
        """Stretches with work that waits, until it is worked off: begins and lengths."""
        waits = np.flatnonzero(self.waiting_s > 0)
        if not len(waits):
            return np.empty(0), np.empty(0)
        apart = np.flatnonzero((np.diff(waits) > 1) | (np.diff(self.load.session[waits]) != 0))
        firsts, lasts = waits[np.concatenate(([0], apart + 1))], waits[np.concatenate((apart, [len(waits) - 1]))]
        begins = self.load.begins[firsts]
        left = self.waiting_s[lasts] / (self.clusters[lasts] * self.slots)
        return begins, self.load.begins[lasts] + self.load.step_s + left - begins


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
    on_s = np.diff(on.covered.before(edges))
    at = np.flatnonzero(on_s > 0)
    work = np.diff(_before(begun, edges, step) - _before(begun + work_s, edges, step))[at]
    begins = edges[at]
    inside = (begun >= history.start_s) & (begun < history.end_s) & (work_s > 0)
    limits = [settings if then is None else then for _, settings in history.changes]
    look = LOOK_S if history.serverless else OTHER_LOOK_S
    return Load(
        begins,
        step,
        on_s[at],
        work,
        float(work_s[inside].mean()) if inside.any() else 0.0,
        history.each([float(item.min_clusters) for item in limits], begins).astype(np.int16),
        history.each([float(item.max_clusters) for item in limits], begins).astype(np.int16),
        np.searchsorted(on.ends, begins, side="right"),
        max(1, round(look / step)),
        max(1, round(KEEP_S / step)),
        round(history.delays.usual_s / step),
    )


def _before(times: Numbers, edges: Numbers, step: float) -> Numbers:
    """For each edge, the time since each of `times` before it, all together."""
    since = times - edges[0]
    place = np.clip(np.ceil(since / step), 0, len(edges)).astype(np.intp)
    number = np.cumsum(np.bincount(place, minlength=len(edges) + 1)[: len(edges)])
    summed = np.cumsum(np.bincount(place, since, minlength=len(edges) + 1)[: len(edges)])
    found: Numbers = (edges - edges[0]) * number - summed
    return found


def scaled(load: Load, slots: int) -> Scaled:
    """Clusters and queue, where a cluster takes so many statements at once."""
    sums = np.concatenate((np.zeros(load.look), np.cumsum(load.work_s)))
    wanted = (sums[load.look :] - sums[: -load.look]) / (load.look * load.step_s)
    clusters = _clusters(load, wanted / slots)
    waiting = _waiting(load, clusters, slots)
    if waiting.any():
        clusters = _clusters(load, (wanted + waiting / CLEAR_S) / slots)
        waiting = _waiting(load, clusters, slots)
    return Scaled(load, slots, clusters, waiting)


def _clusters(load: Load, needed: Numbers) -> Counts:
    """As many as the peak of the time they are kept for needs, added ones after their start."""
    kept = np.clip(np.ceil(needed - 1e-9), load.least, load.most).astype(np.int16)
    reached = 1
    while reached < load.keep:
        back = min(reached, load.keep - reached)
        kept[back:] = np.maximum(kept[back:], kept[:-back] * _same(load, back))
        reached += back
    if load.lag:
        before = np.concatenate((load.least[: load.lag], kept[: -load.lag] * _same(load, load.lag)))[: len(kept)]
        kept = np.minimum(kept, np.maximum(before, load.least))
    return kept


def _same(load: Load, back: int) -> NDArray[np.bool_]:
    """Is the step so many steps before of the same stretch?"""
    return load.session[back:] == load.session[:-back]


def _waiting(load: Load, clusters: Counts, slots: int) -> Numbers:
    """Work that finds no room, at the end of each step."""
    more = np.cumsum(load.work_s - clusters * (slots * load.step_s))
    found: Numbers = more - np.minimum(np.minimum.accumulate(more), 0.0)
    found[found < 1e-6] = 0.0
    return found


def rule_of(history: History, load: Load) -> Rule:
    """Measure how many statements a cluster takes: both clusters and queue fall with it, so it is looked for by halves."""
    recorded_s = sum((step.to_s - step.from_s) * step.clusters for step in history.steps)
    inside = (history.arrivals >= history.start_s) & (history.arrivals < history.end_s)
    queued_s, held_s = float(history.queued[inside].sum()), float(history.holds[inside].sum())
    tried: dict[int, tuple[float, Rule]] = {}

    def too_much(slots: int) -> float:
        found = scaled(load, slots)
        cluster_s, queue_s = found.cluster_s, found.queued_s
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
