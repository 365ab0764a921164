"""A cluster that is up and does nothing."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, level_of
from lib.alerts.rule import Rule


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Idle hours of each cluster on the last complete day; `amount` is a floor on what they cost, where that is known."""
    limit = Decimal(str(rule.hours or 0))
    found = []
    for idle in facts.idle(rule, moment.day, moment.day + timedelta(days=1)):
        if not matches(rule, idle.group.name) or limit <= 0:
            continue
        large = rule.amount is None or (idle.cost is not None and idle.cost >= rule.amount)
        found.append(
            Reading(
                idle.group, Decimal(str(round(idle.hours, 2))), limit,
                level_of(idle.hours / float(limit), steps(rule)) if large else 0,
                idle.day.isoformat(), idle.day, idle.day + timedelta(days=1), unit="hours", money=idle.cost,
            )
        )  # fmt: skip
    return found


KIND = Kind(
    "idle",
    "Idle cluster",
    "A cluster that was up and did nothing for some hours of a day.",
    read,
    needs=("hours",),
    uses=("amount",),
)
