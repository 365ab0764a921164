"""What each page asks for, as its script does."""

from collections.abc import Callable
from dataclasses import dataclass

from lib.context import Context
from lib.explorer.by import spend
from lib.explorer.overview import overview
from lib.jobs.job import job
from lib.jobs.run import run
from lib.jobs.table import job_keys, jobs, trend
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.trust.trust import trust


@dataclass(frozen=True)
class Asking:
    """Who asks, about what."""

    context: Context
    filters: Filters
    as_of: AsOf
    workspace_id: str
    job_id: str
    run_id: str
    job_keys: tuple[str, ...]

    def fetch(self, query: str, **params: object) -> object:
        """Rows of one query."""
        return self.context.warehouse.fetch(query, params)


SCREENS: dict[str, Callable[[Asking], object]] = {
    "Overview": lambda a: overview(a.context.warehouse, a.filters, a.as_of),
    "Jobs": lambda a: jobs(a.context.warehouse, a.filters, a.as_of),
    "Jobs: trend of 50": lambda a: trend(a.context.warehouse, a.filters, a.job_keys),
    "Job": lambda a: job(a.context.warehouse, a.filters, a.as_of, a.workspace_id, a.job_id),
    "Run": lambda a: run(a.context.warehouse, a.filters, a.workspace_id, a.job_id, a.run_id),
    "Explorer: product × workspace": lambda a: spend(a.context.warehouse, a.filters, ("product", "workspace")),
    "Explorer: job": lambda a: spend(a.context.warehouse, a.filters, ("job",)),
    "Data trust": lambda a: trust(a.context.warehouse, a.filters, a.as_of),
    "Every page: how far the data goes": lambda a: a.context.as_of,
    "Every page: filter choices": lambda a: a.fetch(
        "names/choices", start_date=a.as_of.first_day, end_date=a.as_of.today
    ),
    "Every page: workspaces": lambda a: a.fetch("names/workspaces"),
    "Every page: newest row of each source": lambda a: a.fetch("trust/sources"),
    "Overview: basis of VM cost": lambda a: a.fetch(
        "trust/machines", start_date=a.filters.period.start, end_date=a.filters.period.end
    ),
}
"""By what a reader would call it."""


def asking(context: Context, filters: Filters) -> Asking:
    """Ask about the most expensive job and its newest run."""
    as_of = context.as_of
    table = jobs(context.warehouse, filters, as_of).jobs
    first = table.iloc[0]
    ids = str(first["workspace_id"]), str(first["job_id"])
    newest = job(context.warehouse, filters, as_of, *ids).runs.iloc[0]
    return Asking(context, filters, as_of, *ids, str(newest["run_id"]), tuple(job_keys(table.head(50))))
