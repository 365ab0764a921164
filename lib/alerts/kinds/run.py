"""A single job run that costs at least an amount."""

from collections.abc import Sequence
from datetime import timedelta

from lib.alerts.kinds.kind import Kind, Moment, matches, steps
from lib.alerts.reading import Facts, Reading, level_of
from lib.alerts.rule import Rule

LATE = 3
"""Days back that are looked at each time: long runs and late bills."""


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Runs that began on the last days; each run is a group of its own, told once."""
    end = moment.day + timedelta(days=1)
    limit = rule.amount or 0
    return [
        Reading(
            run.group, run.cost, rule.amount, level_of(float(run.cost / limit) if limit else 1, steps(rule)),
            run.day.isoformat(), run.day, run.day + timedelta(days=1), note=run.state,
        )
        for run in facts.runs(rule, end - timedelta(days=LATE), end)
        if matches(rule, run.job) and rule.amount is not None
    ]  # fmt: skip


KIND = Kind(
    "run", "Run over an amount", "A single run of a job that costs at least an amount.", read, needs=("amount",)
)
