"""The relations that are stored, in the order they are worked out."""

from dataclasses import dataclass
from datetime import timedelta

from lib.spend.period import Period


@dataclass(frozen=True)
class Stored:
    """A base relation kept in the ledger."""

    name: str
    day: str | None
    """The column by which whole days are replaced; None for a small relation that is replaced whole."""
    margin: int = 0
    """Days around those that are replaced which have to be read to work them out."""
    objects: tuple[str, ...] = ()
    """Tables without days that it is made of; it is worked out again when one of them changes."""
    follows_days: bool = True
    """For one that is replaced whole: it also reads tables with days, so it changes when any of those do."""
    later: bool = False
    """Not needed by what people open first: a new ledger may get it by a second refresh, until then it is worked out live."""
    to_date: bool = False
    """Each day says what its month came to until then, so that it is made of all days before it in the month."""

    def read(self, part: Period) -> Period:
        """The days that are read to work out a part."""
        margin = timedelta(days=self.margin)
        start = part.start.replace(day=1) if self.to_date else part.start - margin
        return Period(start, part.end + margin)


STORED = (
    Stored("cluster_sources", None, objects=("system.compute.clusters",), follows_days=False),
    Stored("workspaces", None, objects=("system.access.workspaces_latest",)),
    Stored("job_names", None, objects=("system.lakeflow.jobs",)),
    Stored("service_names", None, objects=("system.compute.warehouses", "system.lakeflow.pipelines")),
    Stored("cluster_day", "usage_date"),
    Stored("job_runs", "run_date"),
    Stored("spend_daily", "usage_date"),
    Stored("job_run_cost", "usage_date"),
    Stored("spend_overview", "usage_date"),
    Stored("choice_days", "usage_date"),
    Stored("spend_to_date", "usage_date", to_date=True),
    Stored("shared_job_cost", "usage_date"),
    Stored("whole_runs", "begun_on", margin=31),
    Stored("usage_days", "usage_date"),
    Stored("day_checks", "usage_date"),
    Stored("cluster_load", "usage_date", later=True),
    Stored("cluster_idle", "usage_date", later=True),
    Stored("warehouse_hours", "usage_date", later=True),
    Stored("statement_cost", "usage_date", later=True),
    Stored("statement_shapes", "usage_date", later=True),
    Stored("statement_cost_daily", "usage_date", later=True),
    Stored("statement_overview", "usage_date", later=True),
    Stored("statement_shape_days", "usage_date", later=True),
)
NAMES = frozenset(relation.name for relation in STORED)
SOON = frozenset(relation.name for relation in STORED if not relation.later)
"""What pages of spend and jobs read, and what tells whether the ledger is right."""
