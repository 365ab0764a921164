"""The kinds of alerts. To add one: a module with a `KIND`, and a line here."""

from lib.alerts.kinds import (
    anomaly,
    budget,
    failures,
    forecast,
    freshness,
    idle,
    job,
    job_change,
    new_group,
    run,
    spend,
    statement,
    untagged,
)
from lib.alerts.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        spend.KIND,
        job.KIND,
        run.KIND,
        statement.KIND,
        job_change.KIND,
        budget.KIND,
        anomaly.KIND,
        failures.KIND,
        untagged.KIND,
        idle.KIND,
        freshness.KIND,
        forecast.KIND,
        new_group.KIND,
    )
}
"""By name, in the order in which they are offered."""
