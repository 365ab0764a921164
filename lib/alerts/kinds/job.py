"""A job that costs at least an amount in a day, week or month."""

from collections.abc import Sequence

from lib.alerts.kinds.kind import Kind, Moment, cost_readings, watched
from lib.alerts.reading import Facts, Reading
from lib.alerts.rule import Rule


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """The window's cost of each job."""
    return cost_readings(rule.model_copy(update={"percent": None}), watched(rule, facts, moment, "job"), moment)


KIND = Kind(
    "job",
    "Job over an amount",
    "A job whose cost of the day, week or month reaches an amount.",
    read,
    needs=("amount",),
    uses=("window",),
)
