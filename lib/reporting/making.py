"""Makes a report: the same functions as the pages, so that its total is the screen's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import operate
from lib.context import Context
from lib.errors import AppError
from lib.explorer.by import spend
from lib.explorer.overview import overview
from lib.jobs.job import job as read_job
from lib.jobs.table import jobs as read_jobs
from lib.recommendations.lifecycle import open_savings
from lib.reporting.plan import ReportPlan
from lib.reports import tables
from lib.reports.content import ColumnSpec, Report
from lib.reports.executive import Saved, executive_report
from lib.reports.jobs import FILE_COLUMNS, job_report, jobs_report
from lib.reports.pdf import render
from lib.spend.filters import Filters
from lib.store.watch import all_marks, planned_events
from lib.trust.trust import trust
from lib.watch import desk
from lib.watch.daily import TOTAL
from lib.watch.daily import read as read_daily
from lib.watch.outlook import Outlook, outlook
from lib.watch.tell import Told, with_marks

AHEAD = 30
SPEND = (
    ColumnSpec("product", "Product"),
    ColumnSpec("workspace", "Workspace"),
    ColumnSpec("list_cost", "List cost", "money"),
    ColumnSpec("cost", "Cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money"),
    ColumnSpec("total_cost", "Total cost", "money"),
)


@dataclass(frozen=True, eq=False)
class Made:
    """A report, ready to be sent and kept."""

    filters: Filters
    content: Report
    pdf: bytes
    csv: bytes
    total: Decimal | None
    """None: nothing was used."""
    records: int
    """Rows of its table."""


def make(context: Context, plan: ReportPlan, today: date) -> Made:
    """The report of a plan on a day."""
    filters = plan.filters(today)
    if plan.kind == "jobs":
        return _jobs(context, filters)
    if plan.kind == "job":
        return _job(context, plan, filters)
    return executive(context, filters)


def _jobs(context: Context, filters: Filters) -> Made:
    view = read_jobs(context.warehouse, filters, context.as_of, context.thresholds)
    content = jobs_report(view, filters, source=context.settings.source)
    csv = tables.to_csv(view.rows.to_pandas(), [c for c in FILE_COLUMNS if c.name in view.rows.column_names])
    return Made(filters, content, render(content), csv, view.cards.total_cost, len(view.jobs))


def _job(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    view = read_job(context.warehouse, filters, context.as_of, plan.workspace_id, plan.job_id)
    content = job_report(view, filters)
    columns = [ColumnSpec(str(name), str(name)) for name in view.runs.columns]
    return Made(
        filters, content, render(content), tables.to_csv(view.runs, columns), view.totals["total_cost"], len(view.runs)
    )


def executive(context: Context, filters: Filters) -> Made:
    """The month in cost: everything at a glance, and what is behind it."""
    warehouse, as_of = context.warehouse, context.as_of
    seen = overview(warehouse, filters, as_of)
    content = executive_report(
        seen, trust(warehouse, filters, as_of), _ahead(context, filters), _told(context, filters), _saved(context),
        source=context.settings.source,
    )  # fmt: skip
    rows = spend(warehouse, filters, ("product", "workspace")).rows.to_pylist()
    lines = [
        {"product": row["key1"], "workspace": row["name2"] or row["key2"], "total_cost": _total(row)}
        | {name: row[name] for name in ("list_cost", "cost", "vm_cost")}
        for row in rows
    ]
    frame = pd.DataFrame(lines, columns=[column.name for column in SPEND])
    known = [value for value in frame["total_cost"] if value is not None and value == value]
    total = sum(known, Decimal(0)) if known else None
    return Made(filters, content, render(content), tables.to_csv(frame, list(SPEND)), total, len(frame))


def _total(row: dict[str, Any]) -> Decimal | None:
    known = [row[name] for name in ("cost", "vm_cost") if row[name] is not None]
    return sum(known, Decimal(0)) if known else None


def _ahead(context: Context, filters: Filters) -> Outlook | None:
    daily = read_daily(context.warehouse, filters, context.as_of)
    known = TOTAL in daily.numbers
    return outlook(daily, TOTAL, AHEAD, country=context.settings.holidays) if known else None


def _told(context: Context, filters: Filters) -> tuple[Told, ...]:
    store, until = context.store, context.as_of
    found = desk.scanned(
        context.warehouse, filters, until, "team", filters.period.start, desk.sensitivity(store, ""),
        tuple(planned_events(store)), context.settings.holidays,
    )  # fmt: skip
    told = with_marks(found.told, desk.marks_of(all_marks(store, until.today)))
    return tuple(one for one in told if one.state != "muted" and one.day < filters.period.end)


def _saved(context: Context) -> Saved | None:
    try:
        shown, _ = operate.recommendations(context)
    except AppError:
        return None
    count, could = open_savings(shown)
    proven = [one.decision.verified for one in shown if one.decision and one.decision.verified is not None]
    return Saved(count, could, sum(proven, Decimal(0)) if proven else None)
