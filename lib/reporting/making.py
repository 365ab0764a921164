"""Makes a report: the same functions as the pages, so that its total is the screen's."""

from collections.abc import Callable
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
from lib.reporting import lists, views
from lib.reporting.made import Made
from lib.reporting.plan import ReportPlan
from lib.reports.content import ColumnSpec
from lib.reports.executive import Saved, executive_report
from lib.reports.job import job_report
from lib.reports.jobs import FILE_COLUMNS, jobs_report
from lib.spend.filters import Filters
from lib.trust.trust import trust
from lib.watch.daily import TOTAL
from lib.watch.daily import read as read_daily
from lib.watch.days_off import calendar
from lib.watch.outlook import Outlook, outlook

AHEAD = 30
SPEND = (
    ColumnSpec("product", "Product"),
    ColumnSpec("workspace", "Workspace"),
    ColumnSpec("list_cost", "List cost", "money"),
    ColumnSpec("cost", "Cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money"),
    ColumnSpec("total_cost", "Total cost", "money"),
)


def make(context: Context, plan: ReportPlan, today: date) -> Made:
    """The report of a plan on a day."""
    return MAKERS[plan.kind](context, plan, plan.filters(today))


def _jobs(context: Context, _: ReportPlan, filters: Filters) -> Made:
    view = read_jobs(context.warehouse, filters, context.as_of, context.thresholds)
    content = jobs_report(view, filters, source=context.settings.source)
    columns = tuple(column for column in FILE_COLUMNS if column.name in view.rows.column_names)
    rows = view.rows.sort_by([("total_cost", "descending"), ("workspace_id", "ascending"), ("job_id", "ascending")])
    return Made(filters, content, rows.to_pandas(), columns, view.cards.total_cost, len(view.jobs))


def _job(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    view = read_job(context.warehouse, filters, context.as_of, plan.workspace_id, plan.job_id)
    columns = tuple(ColumnSpec(str(name), str(name)) for name in view.runs.columns)
    return Made(filters, job_report(view, filters), view.runs, columns, view.totals["total_cost"], len(view.runs))


def _executive(context: Context, _: ReportPlan, filters: Filters) -> Made:
    return executive(context, filters)


def executive(context: Context, filters: Filters) -> Made:
    """The month in cost: everything at a glance, and what is behind it."""
    warehouse, as_of = context.warehouse, context.as_of
    seen = overview(warehouse, filters, as_of)
    told = tuple(one for one in views.told_of(context, filters)[1] if one.state != "muted")
    content = executive_report(
        seen, trust(warehouse, filters, as_of), _ahead(context, filters), told, _saved(context),
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
    return Made(filters, content, frame, SPEND, total, len(frame))


def _total(row: dict[str, Any]) -> Decimal | None:
    known = [row[name] for name in ("cost", "vm_cost") if row[name] is not None]
    return sum(known, Decimal(0)) if known else None


def _ahead(context: Context, filters: Filters) -> Outlook | None:
    daily = read_daily(context.warehouse, filters, context.as_of)
    if TOTAL not in daily.numbers:
        return None
    return outlook(daily, TOTAL, AHEAD, calendar=calendar(context.store, context.settings.holidays))


def _saved(context: Context) -> Saved | None:
    try:
        shown, _ = operate.recommendations(context)
    except AppError:
        return None
    count, could = open_savings(shown)
    proven = [one.decision.verified for one in shown if one.decision and one.decision.verified is not None]
    waiting = [one.found for one in shown if one.state in ("open", "accepted") and one.found is not None]
    largest = sorted(waiting, key=lambda one: -(one.saving_high or 0))
    return Saved(count, could, largest, sum(proven, Decimal(0)) if proven else None)


MAKERS: dict[str, Callable[[Context, ReportPlan, Filters], Made]] = {
    "executive": _executive,
    "jobs": _jobs,
    "job": _job,
    "explorer": views.explorer,
    "anomalies": views.anomalies,
    "budgets": views.budgets,
    "forecast": views.forecast,
    "queries": lists.queries,
    "query_findings": lists.query_findings,
    "clusters": lists.clusters,
    "sql_warehouses": lists.sql_warehouses,
    "recommendations": lists.recommendations,
}
"""Every kind of report. To add one: a function here and its name in `lib.reporting.plan.KINDS`."""
