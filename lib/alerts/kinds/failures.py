"""What failed runs and failed attempts cost."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import ALL, Facts, Group, Reading, level_of
from lib.alerts.rule import Rule
from lib.alerts.windows import span


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Failure cost of the window, of each job or of all."""
    now = span(rule.window, moment.day)
    sums: dict[Group, Decimal] = defaultdict(Decimal)
    for run in facts.runs(rule, now.start, now.end):
        if matches(rule, run.job):
            group = Group(run.group.key.rpartition("/")[0], run.job, run.group.owner) if rule.by == "job" else ALL
            sums[group] += run.failure_cost
    limit = rule.amount or Decimal(0)
    return [
        Reading(
            group, value, limit, level_of(float(value / limit) if limit else 1, steps(rule)) if value > 0 else 0,
            now.name, now.start, now.end,
        )
        for group, value in sums.items()
    ]  # fmt: skip


KIND = Kind(
    "failures",
    "Cost of failures",
    "What failed runs and failed attempts cost in a day, week or month.",
    read,
    needs=("amount",),
    uses=("by", "window"),
)
