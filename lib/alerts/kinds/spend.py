"""Spend over an amount, or above what it usually is: in total or of each workspace, product, owner, tag value, …"""

from collections.abc import Sequence

from lib.alerts.kinds.kind import Kind, Moment, cost_readings, watched
from lib.alerts.reading import Facts, Reading
from lib.alerts.rule import Rule


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """The window's cost of each group."""
    return cost_readings(rule, watched(rule, facts, moment, rule.by), moment)


KIND = Kind(
    "spend",
    "Spend",
    "Spend of a day, week or month over an amount, or a share above what it usually is.",
    read,
    one_of=("amount", "percent"),
    uses=("by", "window", "against"),
)
