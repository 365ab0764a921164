"""A single SQL statement that costs at least an amount, or takes at least so many hours; also while it runs."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, StatementRun, level_of
from lib.alerts.rule import Rule

LATE = 2
"""Days back that are looked at each time: the bill of an hour comes half a day later."""


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Statements that began lately; each is a group of its own, told once."""
    end = max(moment.day, moment.now.date()) + timedelta(days=1)
    return [
        reading
        for one in facts.statements(rule, end - timedelta(days=LATE + 1), end)
        if matches(rule, one.group.name) and (reading := _reading(rule, one)) is not None
    ]


def _reading(rule: Rule, one: StatementRun) -> Reading | None:
    found = []
    if rule.amount is not None and one.cost is not None:
        found.append((float(one.cost / rule.amount) if rule.amount else 1.0, one.cost, rule.amount, "money"))
    if rule.hours is not None:
        found.append((one.hours / rule.hours, Decimal(str(round(one.hours, 4))), Decimal(str(rule.hours)), "hours"))
    if not found:
        return None
    ratio, value, limit, unit = max(found)
    return Reading(
        one.group, value, limit, level_of(ratio, steps(rule)), one.day.isoformat(), one.day, one.day + timedelta(days=1),
        unit=unit, note=one.state, money=one.cost,
    )  # fmt: skip


KIND = Kind(
    "statement", "Statement over an amount or a time",
    "A single SQL statement that costs at least an amount or takes at least so many hours; seen while it still runs.",
    read, one_of=("amount", "hours"), uses=("object_name",),
)  # fmt: skip
