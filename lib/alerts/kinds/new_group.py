"""Something new that costs at once: a job, owner, SKU or tag value that the weeks before did not know."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, level_of
from lib.alerts.rule import Rule
from lib.alerts.windows import span

UNKNOWN_FOR = timedelta(days=28)


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Cost since it appeared, of each group that began in the window and had cost nothing in the four weeks before."""
    now = span(rule.window, moment.day)
    limit = rule.amount or Decimal(0)
    found = []
    begin = now.start - UNKNOWN_FOR
    for daily in facts.daily(rule, rule.by, begin, now.end):
        value = daily.over(now.start, now.end)
        known = any(cost for day, cost in daily.costs.items() if begin <= day < now.start)
        if known or value <= 0 or not matches(rule, daily.group.name):
            continue
        ratio = float(value / limit) if limit else 1.0
        found.append(
            Reading(daily.group, value, limit, level_of(ratio, steps(rule)), now.name, now.start, now.end, note="new")
        )
    return found


KIND = Kind(
    "new_group",
    "Anything new above an amount",
    "A job, owner, SKU or tag value that was not there in the four weeks before, and costs at least an amount.",
    read,
    needs=("by", "amount"),
    uses=("window",),
)
