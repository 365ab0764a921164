"""The relations that are stored, in the order they are worked out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stored:
    """A base relation kept in the ledger."""

    name: str
    day: str | None
    """The column by which whole days are replaced; None for a small relation that is replaced whole."""


STORED = (
    Stored("cluster_sources", None),
    Stored("workspaces", None),
    Stored("job_names", None),
    Stored("object_names", None),
    Stored("cluster_day", "usage_date"),
    Stored("spend_daily", "usage_date"),
    Stored("spend_overview", "usage_date"),
    Stored("job_run_cost", "usage_date"),
    Stored("job_runs", "run_date"),
    Stored("shared_job_cost", "usage_date"),
    Stored("warehouse_hours", "usage_date"),
    Stored("statement_cost", "usage_date"),
    Stored("statement_shapes", "usage_date"),
    Stored("statement_cost_daily", "usage_date"),
    Stored("cluster_load", "usage_date"),
    Stored("cluster_idle", "usage_date"),
)
NAMES = frozenset(relation.name for relation in STORED)
