"""What an anomaly is, its kinds and severities, and how sensitive somebody wants to be.

`anomaly_scan` finds them; `docs/statistics.md` explains the method and measures it.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["medium", "high", "critical"]
Kind = Literal["spike", "days", "weekend run-on", "nothing", "level shift", "slow drift", "new", "vanished"]
SEVERITIES: tuple[Severity, ...] = ("medium", "high", "critical")
KIND_WORDS: dict[Kind, str] = {
    "spike": "one day out of line",
    "days": "several days out of line",
    "weekend run-on": "ran on over the weekend",
    "nothing": "fell to nothing",
    "level shift": "a new level",
    "slow drift": "slow drift",
    "new": "new",
    "vanished": "gone",
}


@dataclass(frozen=True)
class Sensitivity:
    """From which score on which severity is told, and what is too small to tell."""

    medium: float = 2.0
    high: float = 2.5
    critical: float = 3.0
    least_amount: float = 0.0
    """Money: smaller departures on the worst day are not told."""
    least_share: float = 0.0
    """Departures below this share of what was expected are not told."""

    def severity(self, score: float) -> Severity | None:
        """The severity of a score, None below medium; a score on the line belongs to the higher one."""
        size = abs(score) + 1e-9
        for name, limit in (("critical", self.critical), ("high", self.high), ("medium", self.medium)):
            if size >= limit:
                return name  # type: ignore[return-value]
        return None


@dataclass(frozen=True)
class Anomaly:
    """One thing to tell. Days are column numbers; amounts are in the unit that came in."""

    series: int
    day: int
    """The first day it could be told."""
    last: int
    """The last day it went on."""
    worst: int
    """The day with the highest score; value, expected, low and high are that day's."""
    value: float
    expected: float
    low: float
    high: float
    score: float
    severity: Severity
    kind: Kind
    impact: float
    """What all its days together cost more (or less) than expected."""
    level: float | None = None
    """The new level a day, for a new level; else None."""
    open: bool = False
    """Still going on at the end."""

    @property
    def direction(self) -> Literal["rise", "drop"]:
        """More, or less, than expected."""
        return "rise" if self.score > 0 else "drop"

    @property
    def change(self) -> float | None:
        """Departure on the worst day as a share of what was expected; None without a base."""
        return (self.value - self.expected) / self.expected if self.expected > 0 else None
