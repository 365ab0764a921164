"""A month that is forecast to come to more than an amount."""

from collections.abc import Sequence
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, level_of
from lib.alerts.rule import Rule
from lib.alerts.windows import span


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """The forecast of the whole month of each group."""
    now = span("month", moment.day)
    limit = rule.amount or Decimal(0)
    return [
        Reading(
            daily.group, expected, limit, level_of(float(expected / limit) if limit else 1, steps(rule)), now.name,
            now.start, now.end, note="forecast of the whole month",
        )
        for daily, expected in facts.month_end(rule, rule.by, moment.day)
        if matches(rule, daily.group.name)
    ]  # fmt: skip


KIND = Kind(
    "forecast",
    "Forecast overrun",
    "A month that is forecast to come to more than an amount.",
    read,
    needs=("amount",),
    uses=("by",),
)
