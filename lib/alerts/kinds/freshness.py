"""A source whose newest row is too old."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, level_of
from lib.alerts.rule import Rule

CHANGES = frozenset(
    {
        "system.access.workspaces_latest", "system.billing.list_prices", "system.compute.clusters",
        "system.compute.warehouses", "system.lakeflow.jobs",
    }
)  # fmt: skip
"""Sources that get a row only when something is changed: quiet by nature, so looked at only where a rule names them."""


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Age of each source's newest row, in hours; a source that holds nothing is not assessed."""
    today = moment.now.date()
    limit = Decimal(str(rule.hours or 0))
    found = []
    for source in facts.sources(moment.now):
        if source.group.key in CHANGES and not rule.object_name:
            continue
        if source.newest is None or not matches(rule, source.group.name) or limit <= 0:
            continue
        hours = (moment.now - source.newest).total_seconds() / 3600
        found.append(
            Reading(
                source.group, Decimal(str(round(hours, 1))), limit, level_of(hours / float(limit), steps(rule)),
                today.isoformat(), today, today + timedelta(days=1), unit="hours",
            )
        )  # fmt: skip
    return found


KIND = Kind(
    "freshness",
    "Data freshness",
    "A source whose newest row is older than some hours; those that only hold changes when they are named.",
    read,
    needs=("hours",),
    untold="Usage says on which day it came in, so its late loads are in. Other tables do not: of them only gaps are seen, "
    "and late loads are not assessed.",
)
