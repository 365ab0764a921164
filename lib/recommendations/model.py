"""A recommendation as a value, and how savings of several are added without counting anything twice.

Features find (`lib/clusters`, `lib/statements`); this module only says what they hand over.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Confidence = Literal["low", "medium", "high"]
DAYS = 30
"""Savings are stated for this many days."""


class Priority(StrEnum):
    """How soon it deserves somebody's time."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is first."""
        return list(Priority).index(self)


@dataclass(frozen=True)
class Recommendation:
    """One thing to change about one object, with the facts behind it."""

    kind: str
    """Which rule found it, such as `idle_cluster`: the name of its module."""
    key: str
    """The same finding keeps this key from day to day: `kind/workspace/object`, and more where one object has several."""
    workspace_id: str
    object_type: str
    """`cluster`, `warehouse`, `pool`, `job`, `statement`: what object_id is the id of."""
    object_id: str
    object_name: str
    title: str
    """What was found, in a few words."""
    evidence: tuple[str, ...]
    """The measured facts, one sentence each."""
    action: str
    """What to do, as a sentence."""
    saving_low: Decimal | None = None
    """Least that it saves in 30 days; None when nothing was measured that says how much ("not assessed")."""
    saving_high: Decimal | None = None
    """Most that it saves in 30 days, never more than the object's own cost."""
    currency: str = "USD"
    method: str = ""
    """How the saving was worked out; for None, why it was not."""
    confidence: Confidence = "medium"
    priority: Priority = Priority.MEDIUM
    own_cost: Decimal | None = None
    """What the object itself cost in 30 days: the cap of all its savings."""
    facts: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    """Figures of the evidence by name, for machines."""

    @property
    def object_key(self) -> tuple[str, str, str]:
        """What it is about: two recommendations about one object share its cost."""
        return (self.workspace_id, self.object_type, self.object_id)

    @property
    def would_cost(self) -> tuple[Decimal, Decimal] | None:
        """What the object would cost in 30 days, least and most; None when its cost or the saving is unknown."""
        if self.own_cost is None or self.saving_low is None or self.saving_high is None:
            return None
        return self.own_cost - self.saving_high, self.own_cost - self.saving_low

    @property
    def assessed(self) -> bool:
        """Whether the saving is known."""
        return self.saving_high is not None


@dataclass(frozen=True)
class Savings:
    """What several recommendations save together, in one currency, in 30 days."""

    currency: str
    low: Decimal
    high: Decimal
    counted: int
    """Recommendations that are in the sums."""
    not_assessed: int
    """Recommendations whose saving is unknown; they are in no sum."""


def capped(found: Recommendation) -> Recommendation:
    """The same with its savings in order (0 ≤ low ≤ high) and not above the object's own cost."""
    if found.saving_high is None:
        return replace(found, saving_low=None)
    ceiling = max(found.own_cost, Decimal(0)) if found.own_cost is not None else found.saving_high
    high = min(max(found.saving_high, Decimal(0)), ceiling)
    low = min(max(found.saving_low or Decimal(0), Decimal(0)), high)
    return replace(found, saving_low=low, saving_high=high)


def together(found: Iterable[Recommendation]) -> list[Savings]:
    """Savings by currency, one object counted once.

    Remedies for one object overlap: turning off an idle cluster also saves what making it smaller would. So each
    object counts with its best low and its best high, never with their sum, and never beyond its own cost.
    """
    best: dict[tuple[str, tuple[str, str, str]], tuple[Decimal, Decimal]] = {}
    counted: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for item in map(capped, found):
        if item.saving_high is None or item.saving_low is None:
            unknown[item.currency] = unknown.get(item.currency, 0) + 1
            continue
        low, high = best.get((item.currency, item.object_key), (Decimal(0), Decimal(0)))
        best[(item.currency, item.object_key)] = (max(low, item.saving_low), max(high, item.saving_high))
        counted[item.currency] = counted.get(item.currency, 0) + 1
    return [
        Savings(
            currency,
            sum((low for (c, _), (low, _) in best.items() if c == currency), Decimal(0)),
            sum((high for (c, _), (_, high) in best.items() if c == currency), Decimal(0)),
            counted.get(currency, 0),
            unknown.get(currency, 0),
        )
        for currency in sorted(counted.keys() | unknown.keys())
    ]


def ordered(found: Iterable[Recommendation]) -> list[Recommendation]:
    """The most urgent first, then the largest saving; what is not assessed after what is."""
    return sorted(
        found,
        key=lambda r: (r.priority.rank, -(r.saving_high if r.saving_high is not None else Decimal(-1)), r.key),
    )


def priority_of(saving_high: Decimal | None, share_of_cost: Decimal | None = None) -> Priority:
    """From the saving: much money, or most of what the object costs, comes first."""
    if saving_high is None:
        return Priority.LOW
    if saving_high >= 500 or (share_of_cost is not None and share_of_cost >= Decimal("0.5") and saving_high >= 50):
        return Priority.HIGH
    return Priority.MEDIUM if saving_high >= 25 else Priority.LOW
