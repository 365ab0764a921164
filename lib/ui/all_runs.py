"""The runs of all jobs in view: the table of the Jobs page's view Runs, a page at a time."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from lib.context import Context
from lib.jobs.runs import LARGEST_PAGE, NEWEST, SORTS, many, runs
from lib.jobs.table import JobsView, chosen_keys
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.ui import address, session
from lib.ui.columns import Column
from lib.ui.export import Exact
from lib.ui.job_parts import RUN_COLUMNS, result_badge, run_link
from lib.ui.jobs_table import job_link
from lib.ui.table import Mark, Row, Table, order, page_number
from lib.warehouse.frames import frame, total

_BY_NAME = {column.name: column for column in RUN_COLUMNS}
COLUMNS = (
    _BY_NAME["started_at"],
    Column("job_name", "Job", phone=True),
    Column("workspace_name", "Workspace"),
    replace(_BY_NAME["final_state"], phone=False),
    *(_BY_NAME[n] for n in ("busy_s", "total_cost", "period_cost", "dbu_cost", "vm_cost", "dbus")),
    Column("owner", "Owner", about="Who the run ran as", missing="no owner"),
    _BY_NAME["run_id"],
)
FILE_COLUMNS = (
    ColumnSpec("workspace_id", "Workspace id", "id"),
    ColumnSpec("workspace_name", "Workspace"),
    ColumnSpec("job_id", "Job id", "id"),
    ColumnSpec("job_name", "Job"),
    ColumnSpec("run_id", "Run id", "id"),
    ColumnSpec("started_at", "Started (UTC)", "moment"),
    ColumnSpec("final_state", "Result"),
    ColumnSpec("busy_s", "Duration", "duration"),
    ColumnSpec("owner", "Owner"),
    ColumnSpec("is_serverless", "Serverless"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("dbu_cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money"),
    ColumnSpec("vm_basis", "VM basis"),
    ColumnSpec("total_cost", "Whole cost", "money"),
    ColumnSpec("period_cost", "In the period", "money"),
    ColumnSpec("unpriced_quantity", "Unpriced quantity", "number"),
)


def runs_table(view: JobsView, params: address.Params) -> Table:
    """The page of runs that the address asks for; a row opens its run, a name its job."""
    filters = view.filters
    table = Table(
        frame=pd.DataFrame(),
        columns=COLUMNS,
        currency=filters.currency,
        key="all-runs",
        alt="Runs of these jobs",
        link=partial(run_link, params),
        total=_total(view),
        mark=partial(_mark, view),
        extra=partial(_extra, params),
        sort=NEWEST,
        of=many(view),
        sorts=frozenset(SORTS),
        empty="No run matches these filters.",
    )
    size, page = table.page_size, page_number(table.key, params, max(1, -(-many(view) // table.page_size)))
    rows = session.ask(
        runs, filters, chosen_keys(view.jobs, filters), order(table, params).text, size, (page - 1) * size
    )
    shown = frame(rows)
    return replace(table, frame=shown.assign(job_name=shown["job_name"].fillna(shown["job_id"])))


def exact(context: Context, view: JobsView, sort: str) -> Exact:
    """The first runs in this order with all digits, as many as a file holds; read when the file is asked for."""
    keys = chosen_keys(view.jobs, view.filters)
    rows = runs(context.warehouse, view.filters, keys, sort, LARGEST_PAGE)
    return Exact(rows.to_pandas(), FILE_COLUMNS)


def nameless(view: JobsView) -> str:
    """What of the total no run has, in words."""
    cost = (view.cards.total_cost or 0) - (total(view.rows, "runs_cost") or 0)
    return f"{formatting.money(cost, view.filters.currency)} of the total is usage that names no run." if cost else ""


def _total(view: JobsView) -> Mapping[str, object]:
    """As many runs as the card says, beside those that were skipped, and their part of its cost."""
    skipped = many(view) - view.cards.runs
    return {
        "started_at": formatting.plural(view.cards.runs, "run"),
        "job_name": f"{formatting.count(skipped)} skipped" if skipped else "",
        "period_cost": total(view.rows, "runs_cost"),
    }


def _mark(view: JobsView, row: Row) -> Mark | None:
    limit = view.thresholds.high_cost
    if formatting.missing(row["total_cost"]) or row["total_cost"] < float(limit):
        return None
    return Mark("high", f"Costs at least {formatting.money(limit, view.filters.currency)}")


def _extra(params: address.Params, row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "job_name":
        return {"href": job_link(params, row)}
    return result_badge(row, column)
