"""When a warehouse would have been on: its statements sent again, to the rules of the system.

The simulation knows when statements came, how long each held the warehouse, and the settings of each time. A statement that
finds it off starts it, and waits for the start; when nothing has worked for the auto stop it stops. When it was really on is
not an input: with the settings it really had, the simulation has to come out at the recorded on-time by itself. Where it does
not (people stop it by hand, connections keep it awake), nothing is said about other settings.

How many clusters it had is recorded, and holds as long as size and limits of clusters stay what they were; for others
`scaling` says it, and how long statements queue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.statements.whatif.history import Covered, History, Numbers, On, sessions_of
from lib.statements.whatif.scaling import Rule, load_of, rule_of, scaled
from lib.statements.whatif.settings import DBU_PER_HOUR, Settings

LONGER_LOW, LONGER_HIGH = 0.5, 1.0
"""How work grows when compute shrinks: with the square root of it at best, in proportion at worst."""
ROUNDS = 12
"""Times that starts are worked out again, because a wait for a start may bridge the gap to the next statement."""


@dataclass(frozen=True)
class Run:
    """How long a warehouse is on in a simulation."""

    on: On
    cluster_s: float
    waited_s: float
    """Time statements waited for starts."""
    queued_s: float
    """Time statements waited for room."""
    by_rule: bool = False
    """The cluster seconds are what the rule of scaling gives, not the recorded ones."""

    @property
    def on_s(self) -> float:
        """Seconds on."""
        return self.on.seconds

    @property
    def starts(self) -> int:
        """Stretches: how often it was started, or already on."""
        return len(self.on.begins)


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


def simulate(
    history: History, then: Settings | None = None, *, pessimistic: bool = False, rule: Rule | None = None
) -> Run:
    """Send the statements again: with the settings that were really in force, or with `then` all the time.

    pessimistic: work grows in proportion when compute shrinks, and gains least when it grows. rule: says how many clusters
    there are where `then` is of another size or has other limits; without it they are the recorded ones within the limits.
    """
    rescaled = then is not None and rule is not None and not _as_recorded(history, then)
    longer = _stretches(history, then, pessimistic=pessimistic)
    holds = (history.holds - history.queued if rescaled else history.holds) * longer
    on, on_from = _on(history, history.arrivals, holds, then)
    inside = (history.arrivals >= history.start_s) & (history.arrivals < history.end_s)
    waited_s = float(np.maximum(on_from - history.arrivals, 0.0)[inside].sum())
    queued_s = float(history.queued[inside].sum())
    if not rescaled or then is None or rule is None:
        return Run(on, _recorded_s(history, on, then), waited_s, queued_s)
    begun = np.maximum(history.arrivals, on_from)
    found = scaled(load_of(history, begun, holds, on, then), rule.slots)
    begins, lengths = found.behind
    if len(begins):  # it is on for what waits, too
        order = np.argsort(came := np.concatenate((history.arrivals, begins)), kind="stable")
        on, _ = _on(history, came[order], np.concatenate((holds, lengths))[order], then)
        found = scaled(load_of(history, begun, holds, on, then), rule.slots)
    bounds = on.seconds * np.array((then.min_clusters, then.max_clusters))
    cluster_s = float(np.clip(found.cluster_s * rule.clusters_factor, *bounds))
    return Run(on, cluster_s, waited_s, rule.queue(queued_s, found.queued_s), by_rule=True)


def rule_for(history: History) -> Rule:
    """The rule of scaling, measured on the statements and the clusters that were recorded."""
    on, on_from = _on(history, history.arrivals, history.holds, None)
    load = load_of(history, np.maximum(history.arrivals, on_from), history.holds - history.queued, on)
    return rule_of(history, load)


def _as_recorded(history: History, then: Settings) -> bool:
    """The recorded clusters hold: the size is that of all the time, and the limits are narrower but touch none of them."""
    last = [settings for at, settings in history.changes if at <= history.start_s][-1:]
    real = [*last, *(settings for at, settings in history.changes if at > history.start_s)]
    return all(
        then.size == item.size and item.min_clusters <= then.min_clusters and then.max_clusters <= item.max_clusters
        for item in real
    ) and all(then.min_clusters <= step.clusters <= then.max_clusters for step in history.steps)


def _on(history: History, arrivals: Numbers, holds: Numbers, then: Settings | None) -> tuple[On, Numbers]:
    """When it is on, with statements that came at `arrivals` and hold it for `holds`; since when, for each of them."""
    awake = _on_at_first(history)
    if not len(arrivals) and not awake:
        return On(np.empty(0), np.empty(0)), arrivals
    if awake:  # on before anything came: as if something without work had kept it on
        first = min(history.start_s, float(arrivals[0])) if len(arrivals) else history.start_s
        arrivals, holds = np.concatenate(([first], arrivals)), np.concatenate(([0.0], holds))
    stops = np.full(len(arrivals), then.auto_stop_s) if then is not None else history.stops_at(arrivals)
    firsts, on_from, reach = _sessions(
        arrivals, holds, stops + history.delays.stop_s, history.delays.starts_at(arrivals), awake
    )
    lasts = np.append(np.flatnonzero(firsts)[1:] - 1, len(arrivals) - 1)
    begins = np.clip(on_from[firsts], history.start_s, history.end_s)
    until = np.clip(reach[lasts], history.start_s, history.end_s)
    kept = until > begins
    return On(begins[kept], until[kept]), on_from[1:] if awake else on_from


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
    on = simulate(history).on
    edges = np.array(sessions_of(history.steps)).reshape(-1, 2)
    recorded = On(edges[:, 0], edges[:, 1])
    common = recorded.covered.before(on.ends) - recorded.covered.before(on.begins)
    return Fit(recorded.seconds, on.seconds, float(common.sum()))


def _recorded_s(history: History, on: On, then: Settings | None) -> float:
    """Cluster seconds: as many clusters as were recorded at the time, within the limits; elsewhere the fewest there may be."""
    limits = then or history.settings()
    least = max(1, limits.min_clusters)
    whole = on.seconds * least
    if not history.steps:
        return whole
    edges = np.array([(step.from_s, step.to_s, step.clusters) for step in history.steps])
    clusters = edges[:, 2] if then is None else np.clip(edges[:, 2], least, max(then.max_clusters, least))
    covered = Covered(edges[:, 0], edges[:, 1], clusters - least)
    return whole + float((covered.before(on.ends) - covered.before(on.begins)).sum())


def _on_at_first(history: History) -> bool:
    """Was it on when the statements begin?"""
    first = min(history.start_s, float(history.arrivals[0])) if len(history.arrivals) else history.start_s
    recorded = history.steps and history.steps[0].from_s <= history.start_s + 1e-6
    return bool(recorded) and (first >= history.start_s or not _known_stop(history))


def _known_stop(history: History) -> bool:
    """Can statements of before the period tell that it is on?"""
    return bool(np.isfinite(history.stops_at(np.array([history.start_s]))[0]))


def _stretches(history: History, then: Settings | None, *, pessimistic: bool) -> Numbers:
    if then is None:
        return np.ones(len(history.arrivals))
    each = [stretch(settings.size, then.size, pessimistic=pessimistic) for _, settings in history.changes]
    return history.each(each, history.arrivals)


def stretch(now: str, then: str, *, pessimistic: bool) -> float:
    """How many times longer work takes on another size."""
    ratio = DBU_PER_HOUR[now] / DBU_PER_HOUR[then]
    if ratio == 1:
        return 1.0
    power = LONGER_HIGH if pessimistic else LONGER_LOW
    return float(ratio**power if ratio > 1 else ratio ** (LONGER_LOW if pessimistic else LONGER_HIGH))
