"""What other settings would have cost, and which are worth a look."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lib.spend.formatting import duration, percent
from lib.statements.whatif.history import History
from lib.statements.whatif.replay import Run, rule_for, simulate
from lib.statements.whatif.scaling import FAR, NEAR, Rule
from lib.statements.whatif.settings import DBU_PER_HOUR, SIZES, Settings

TOLD_S = 60.0
"""Change of all queues together from which it is told."""


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
    queued_s_low: float
    """Time statements would have waited for room; as recorded where the clusters do not follow the rule."""
    queued_s_high: float
    warnings: tuple[str, ...]

    def saving(self, cost: float | None, days: int) -> tuple[float, float] | None:
        """Low and high saving in thirty days against what was paid; negative where it would cost more."""
        if cost is None or self.cost_low is None or self.cost_high is None or days <= 0:
            return None
        return (cost - self.cost_high) / days * 30, (cost - self.cost_low) / days * 30


@dataclass(frozen=True)
class WhatIf:
    """A warehouse whose history fits, ready to be asked about other settings."""

    history: History
    cost: float | None
    """What it cost in the period."""
    actual: Run
    """The simulation with the settings it really had."""
    rule: Rule
    """How its clusters scale."""

    def outcome(self, then: Settings) -> Outcome:
        """Simulate both ways and put a cost on it, at the price at which the simulation of what was costs what was paid."""
        rule = self.rule if self.rule.off <= FAR else None
        best, worst = (simulate(self.history, then, pessimistic=worse, rule=rule) for worse in (False, True))
        low = min(run.cluster_s - self._unsure_s(run) for run in (best, worst))
        high = max(run.cluster_s + self._unsure_s(run) for run in (best, worst))
        paid = price_of_dbu(self.history, self.actual, self.cost)
        each = None if paid is None else paid * DBU_PER_HOUR[then.size] / 3600
        return Outcome(
            then,
            None if each is None else low * each,
            None if each is None else high * each,
            min(best.on_s, worst.on_s),
            max(best.on_s, worst.on_s),
            best.starts,
            best.waited_s,
            best.queued_s,
            worst.queued_s,
            tuple(self._warnings(then, best, worst)),
        )

    def _unsure_s(self, run: Run) -> float:
        """Cluster seconds that the rule may be wrong by: its error, on what it changes."""
        return self.rule.off * abs(run.cluster_s - self.actual.cluster_s) if run.by_rule else 0.0

    def _warnings(self, then: Settings, best: Run, worst: Run) -> Iterator[str]:
        now, actual = self.history.settings(), self.actual
        if DBU_PER_HOUR[then.size] < DBU_PER_HOUR[now.size] and self.history.spilled:
            yield "Statements spill already: on a smaller size they spill more, and take longer than this says."
        if self.rule.off > FAR and not then.is_cut_as(now):
            yield (
                f"Its clusters do not follow the usual rule of scaling (by it {percent(self.rule.off)} off what was recorded): "
                "counted are the recorded ones within the limits, and nothing is said about queues."
            )
        elif best.by_rule and self.rule.off > NEAR:
            yield (
                f"By the usual rule of scaling its clusters come out {percent(self.rule.off)} off what was recorded; the range "
                "from low to high allows for that."
            )
        if worst.queued_s > actual.queued_s + TOLD_S:
            least, most = (duration(max(run.queued_s - actual.queued_s, 0.0)) for run in (best, worst))
            yield f"Statements would have queued {least if least == most else f'{least} to {most}'} more, all together."
        elif worst.queued_s < actual.queued_s - TOLD_S:
            yield f"Statements would have queued {duration(actual.queued_s - worst.queued_s)} less, all together."
        if best.starts > actual.starts:
            waits = max(best.waited_s - actual.waited_s, 0.0)
            yield (
                f"It would have started {best.starts - actual.starts} more times; statements would have waited "
                f"{waits / 60:.0f} minutes more for starts, all together."
            )


def what_if(history: History, cost: float | None) -> WhatIf:
    """Measure what outcomes are held against; of histories that fit."""
    return WhatIf(history, cost, simulate(history), rule_for(history))


def price_of_dbu(history: History, actual: Run, cost: float | None) -> float | None:
    """What a DBU was paid, by the sizes of the clusters that were on and their time in the simulation; None without a cost."""
    rates = history.each(
        [float(DBU_PER_HOUR[settings.size]) for _, settings in history.changes],
        np.array([step.from_s for step in history.steps]),
    )
    times = [(step.to_s - step.from_s) * step.clusters for step in history.steps]
    used = sum(seconds * float(rate) / 3600 for seconds, rate in zip(times, rates, strict=True))
    if cost is None or used <= 0 or actual.cluster_s <= 0:
        return None
    return cost / used * sum(times) / actual.cluster_s


def candidates(history: History) -> list[Settings]:
    """Settings worth a look: a shorter auto stop, one size down, fewer clusters."""
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
        found.append(replace(now, max_clusters=most, min_clusters=min(now.min_clusters, most)))
    if now.min_clusters > 1:
        found.append(replace(now, min_clusters=1))
    return found
