"""What became of decided findings about queries: before and after in matched weeks, the saving, and what it is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lib.recommendations.lifecycle import Tracked
from lib.recommendations.model import Recommendation
from lib.statements.rules import RULES
from lib.statements.thresholds import Thresholds

EFFORT = {rule.name: rule.effort for rule in RULES} | {
    "long-running": "medium",
    "spill": "medium",
    "poor-pruning": "medium",
    "queueing": "low",
    "compile-heavy": "medium",
    "fetch-bound": "low",
    "tiny-writes": "low",
    "failed-waste": "low",
    "repeated": "low",
}
"""Kind of finding → low, medium or high."""
YEAR = Decimal(365) / 30
SMALL = 1.0
"""Savings in thirty days below this are counted, not listed."""
VIEWS = {
    "all": "All",
    "quick": "Quick wins",
    "measured": "Measured",
    "text": "From the text",
    "small": "Small ones",
    "decided": "Decided",
}
"""Lists of findings, and what they are called."""


@dataclass(frozen=True)
class Progress:
    """A decided finding on its way from planned to verified."""

    tracked: Tracked
    stage: str
    """planned (accepted), implemented (done, not measured yet) or verified."""
    expected: Decimal | None
    """The most it was to save in 30 days, when it was decided."""
    saving: Decimal | None
    """What it saves in 30 days, by the same fingerprint in matched weeks; negative when it costs more."""
    cost_before: Decimal | None
    """What it cost in 30 days before the change; None until the saving is verified."""
    cost_after: Decimal | None
    """What it costs in 30 days since."""
    effort_cost: Decimal
    """Hours of its effort at the cost of an hour, both from the thresholds."""

    @property
    def roi(self) -> Decimal | None:
        """A year's saving less the effort, as a share of the effort: 2 means that it came back three times."""
        if self.saving is None or not self.effort_cost:
            return None
        return (self.saving * YEAR - self.effort_cost) / self.effort_cost


def progress(item: Tracked, limits: Thresholds) -> Progress | None:
    """How far a finding is; None while nobody decided to do it."""
    decision = item.decision
    if decision is None or item.state not in ("accepted", "done"):
        return None
    stage = "planned" if item.state == "accepted" else "implemented" if decision.verified is None else "verified"
    hours = getattr(limits.effort_hours, EFFORT.get(decision.kind, "medium"))
    return Progress(
        item, stage, decision.saving_high, decision.verified, decision.cost_before, decision.cost_after,
        Decimal(str(hours)) * Decimal(str(limits.hour_cost)),
    )  # fmt: skip


def is_small(item: Recommendation) -> bool:
    """Too little to look at: a known saving below a dollar a month, or an unknown one on a query that costs less."""
    known = item.saving_high if item.saving_high is not None else item.own_cost
    return known is not None and float(known) < SMALL


def views(shown: Iterable[Tracked]) -> dict[str, list[Tracked]]:
    """The lists of findings by their names in `VIEWS`; one may be in several."""
    every = list(shown)
    large = [(t, t.found) for t in every if t.found and not is_small(t.found)]
    return {
        "all": [t for t, _ in large],
        "quick": [t for t, found in large if found.facts.get("effort") == "low" and found.assessed],
        "measured": [t for t, found in large if found.facts.get("by") == "measurement"],
        "text": [t for t, found in large if found.facts.get("by") == "text"],
        "small": [t for t in every if t.found and is_small(t.found)],
        "decided": [t for t in every if t.state in ("accepted", "done")],
    }


def user_of(item: Tracked) -> str:
    """Who runs its query most; "nobody" when nobody is known."""
    return (item.found.facts.get("user") if item.found else "") or "nobody"
