"""Statements wait for room.

A tenth or more of them waited longer than a second because every cluster was full. More clusters cost more; what waiting
costs people is not in any table, so no saving is given.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "Warehouse with a queue"
ABOUT = "warehouse"
SHARE, LEAST = 0.1, 50


def find(f: Facts) -> Recommendation | None:
    """A tenth of at least 50 statements."""
    statements = f.number("statements")
    if statements < LEAST or f.number("queued_statements") / statements < SHARE:
        return None
    return finding(
        f, "warehouse_queueing", f"{percent(f.number('queued_statements') / statements)} of its statements waited for room",
        [
            f"{f.number('queued_statements'):,.0f} of {statements:,.0f} statements waited, p95 of the wait is "
            f"{f.number('queue_p95_s'):.0f} s; {f.number('queued_minutes') / 60:,.0f} hours of waiting in {f.days} days.",
            f"It has at most {f.number('max_clusters'):.0f} clusters.",
        ],
        f"Let it grow to {f.number('max_clusters') + 1:.0f} clusters.", confidence="high",
    )  # fmt: skip
