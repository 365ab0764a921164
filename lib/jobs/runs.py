"""Runs of all jobs, a page at a time: those that the figures of a JobsView are about."""

from collections.abc import Sequence

import pyarrow as pa

from lib.errors import InputError
from lib.jobs.table import JobsView
from lib.spend.filters import Filters
from lib.spend.window import wide
from lib.warehouse import Warehouse

LARGEST_PAGE = 10_000
NEWEST = "-started_at"
WORDS = ("job_name", "final_state")
SORTS = ("started_at", *WORDS, "busy_s", "dbus", "dbu_cost", "vm_cost", "total_cost", "period_cost")
"""Columns that runs can be listed by; WORDS are those that are no figures."""


def runs(
    warehouse: Warehouse,
    filters: Filters,
    keys: Sequence[str] | None,
    sort: str = NEWEST,
    limit: int = 50,
    offset: int = 0,
) -> pa.Table:
    """A page of `limit` runs from `offset` on: rows of `runs/listed`, exact and in order.

    keys: the jobs that filters on jobs leave, as `chosen_keys` gives them
    sort: a column of SORTS, `-name` from the largest down; runs that miss it come last
    """
    if not 1 <= limit <= LARGEST_PAGE or offset < 0:
        raise InputError(
            f"A page of {limit} runs from {offset} on cannot be shown.",
            remedy=f"Ask for 1 to {LARGEST_PAGE:,} runs, from 0 on.",
        )
    order = {"sort": sort.removeprefix("-"), "descending": sort.startswith("-")}
    page = {"page_size": limit, "page_start": offset}
    chosen = {"job_keys": None if keys is None else list(keys), "result": filters.result}
    return warehouse.fetch("runs/listed", wide(filters) | chosen | order | page)


def many(view: JobsView) -> int:
    """How many runs there are in all, with those that were skipped."""
    return int(view.jobs["runs"].sum() + view.jobs["skipped_runs"].sum())
