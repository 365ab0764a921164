"""A job that costs a share more than its own history says."""

from collections.abc import Sequence

from lib.alerts.kinds.kind import Kind, Moment, cost_readings, watched
from lib.alerts.reading import Facts, Reading
from lib.alerts.rule import Rule


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """The window's cost of each job against its own windows before."""
    return cost_readings(rule, watched(rule, facts, moment, "job"), moment)


KIND = Kind(
    "job_change",
    "Job above its own history",
    "A job that costs a share more than it usually does; an amount keeps small jobs out.",
    read,
    needs=("percent",),
    uses=("amount", "window", "against"),
)
