"""An anomaly of daily cost, as the Anomalies page shows it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches
from lib.alerts.reading import Facts, Group, Reading
from lib.alerts.rule import SEVERITIES, Rule

LATE = 3
"""Days back that are looked at each time: an anomaly of a day on which nobody looked is told all the same."""


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Anomalies that began on the last complete days, each told once; `amount` is a floor on the difference."""
    end, found = moment.day + timedelta(days=1), []
    for odd in facts.anomalies(rule, end - timedelta(days=LATE), end):
        if not matches(rule, odd.group.name):
            continue
        above = SEVERITIES.index(odd.severity) - SEVERITIES.index(rule.severity) + 1  # type: ignore[arg-type]
        large = abs(odd.cost - odd.expected) >= (rule.amount or Decimal(0))
        found.append(
            Reading(
                Group(f"{odd.group.key}/{odd.day}", odd.group.name, odd.group.owner), odd.cost, odd.expected,
                max(above, 0) if large else 0, odd.day.isoformat(), odd.day,
                odd.day + timedelta(days=1), expected=odd.expected, note=f"{odd.severity} anomaly",
            )
        )  # fmt: skip
    return found


KIND = Kind(
    "anomaly",
    "Anomaly",
    "Cost that is not what its own pattern says, from a severity on.",
    read,
    uses=("by", "amount"),
)
