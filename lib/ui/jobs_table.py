"""The table of the Jobs page: its columns, marks, links and files."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.context import Context
from lib.jobs.table import JobsView, job_keys, trend
from lib.reports import jobs as report
from lib.reports.pdf import render
from lib.reports.words import vm_words
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import address, session, theme, words
from lib.ui.charts import bars, draw
from lib.ui.columns import Column
from lib.ui.export import Exact
from lib.ui.table import Mark, Row, Table

NOT_IN_BILL = "Virtual machines of classic compute. Serverless jobs have none."
COLUMNS = (
    Column("display_name", "Job", phone=True),
    Column("workspace_name", "Workspace"),
    Column("total_cost", "Total", "money", about="DBU cost + VM cost", phone=True),
    Column("change_share", "Change", "change", about="Against the previous period, complete days only", phone=True),
    Column("trend", "Trend", "spark", about="Cost of each day of the period"),
    Column("runs", "Runs", "count", about="Runs in the period; skipped ones are not counted"),
    Column("success_rate", "Success", "percent", about="Runs that succeeded, of those that ended"),
    Column("dbu_cost", "DBU cost", "money", about="Usage × price"),
    Column("vm_cost", "VM cost", "money", about=NOT_IN_BILL, missing="none"),
    Column("dbus", "DBUs", "dbus", about="Databricks units, the measure of what was processed"),
    Column("run_cost_p50", "p50 run", "money", about="Half of the runs cost no more", missing=formatting.NONE),
    Column("run_cost_p95", "p95 run", "money", about="19 of 20 runs cost no more", missing=formatting.NONE),
    Column("owner", "Owner", about="Who the job ran as", missing="no owner"),
)


def jobs_table(view: JobsView, filters: Filters, params: address.Params) -> Table:
    """One row a job; the total equals the cards."""
    columns = (
        COLUMNS
        if filters.compare and view.comparison
        else tuple(column for column in COLUMNS if column.name != "change_share")
    )
    return Table(
        frame=view.jobs,
        columns=columns,
        currency=filters.currency,
        key="jobs",
        alt="Jobs with their runs and costs",
        link=partial(job_link, params),
        total=_total(view),
        mark=partial(mark, filters.currency, view),
        extra=partial(_extra, filters.currency),
        complete=partial(_with_trends, filters),
        sort="-total_cost",
        empty="No job matches these filters.",
    )


def job_link(params: address.Params, row: Row) -> str:
    """The page of a job."""
    return address.link("job", params, workspace_id=_text(row["workspace_id"]), job_id=row["job_id"])


def _text(value: Any) -> str:
    return "" if formatting.missing(value) else str(value)


def mark(currency: str, view: JobsView, row: Row) -> Mark | None:
    """Why a job stands out: it costs much, or its cost rose much."""
    limits = view.thresholds
    reasons = []
    if row["is_high"]:
        reasons.append(("high", f"costs at least {formatting.money(limits.high_cost, currency)}"))
    if row["is_rising"]:
        reasons.append(("rising", f"its cost rose by at least {formatting.percent(limits.high_change)}"))
    return (
        Mark(" · ".join(word for word, _ in reasons), words.sentence("; ".join(why for _, why in reasons)))
        if reasons
        else None
    )


def _extra(currency: str, row: Row, column: Column) -> Mapping[str, Any]:
    """What single cells add: ids under names, how VM cost is known, unpriced quantities, "new"."""
    if column.name == "display_name":
        return {"sub": "deleted" if row["is_deleted"] else ""}
    if column.name == "vm_cost" and row["vm_label"] and not formatting.missing(row["vm_cost"]):
        estimated = row["vm_label"] == "estimated"
        return {"hover": f"{row['vm_label'].capitalize()}. {NOT_IN_BILL}"} | ({"estimate": True} if estimated else {})
    if column.name in ("dbu_cost", "total_cost") and formatting.missing(row[column.name]):
        if row["unpriced_quantity"]:
            return {"text": formatting.unpriced(row["unpriced_quantity"], "DBU")}
        return {"text": formatting.NONE, "hover": "No usage in this period"}
    if column.name == "change_share" and formatting.missing(row["change_share"]) and (row["change"] or 0) > 0:
        return {
            "text": "new",
            "hover": f"{formatting.money(row['change'], currency, plus=True)}; nothing before",
        }
    if column.name == "change_share" and not formatting.missing(row["change"]):
        return {"hover": formatting.money(row["change"], currency, plus=True)}
    return {}


def _with_trends(filters: Filters, page: pd.DataFrame) -> pd.DataFrame:
    keys = tuple(job_keys(page))
    lines = session.ask(trend, filters, keys)
    return page.assign(trend=[lines[key] for key in keys])


def _total(view: JobsView) -> dict[str, object]:
    ended = view.jobs["ended_runs"].sum()
    total: dict[str, object] = {
        "display_name": formatting.plural(view.cards.jobs, "job"),
        "runs": view.cards.runs,
        "success_rate": view.jobs["succeeded_runs"].sum() / ended if ended else None,
        "dbus": view.cards.dbus,
        "dbu_cost": view.cards.dbu_cost,
        "vm_cost": view.cards.vm_cost,
        "total_cost": view.cards.total_cost,
    }
    change = view.cards.change
    return total | ({"change_share": change.share} if change and change.share is not None else {})


def movers(view: JobsView) -> pd.DataFrame | None:
    """Jobs by how much their cost changed: `key`, `name`, `change`."""
    if view.comparison is None or view.jobs.empty:
        return None
    rows = view.jobs[["job_id", "job_name", "change"]].set_axis(["key", "name", "change"], axis=1)
    return rows.reindex(rows["change"].abs().sort_values(ascending=False, kind="stable").index)


def parts_words(view: JobsView, currency: str) -> str:
    """What the total is made of, in one sentence."""
    sums = view.cards
    if sums.total_cost is None:
        return ""
    vm = f" and {formatting.money(sums.vm_cost, currency)} of VMs ({basis(view)})" if sums.vm_cost is not None else ""
    return f"{formatting.money(sums.dbu_cost or 0, currency)} of DBUs{vm}."


MOST_BARS = 8


def costliest(view: JobsView, filters: Filters, params: address.Params) -> None:
    """The costliest jobs as bars; a click opens one."""
    known = view.jobs[view.jobs["total_cost"].notna()].head(MOST_BARS)
    spec = bars.ranking(
        known, name="display_name", value="total_cost", currency=filters.currency, theme=theme.current()
    )
    with st.container(border=True, height="stretch"):
        st.markdown("**Costliest jobs**")
        said = ", ".join(
            f"{name} {formatting.money(cost, filters.currency)}"
            for name, cost in zip(known["display_name"].head(3), known["total_cost"].head(3), strict=True)
        )
        height = bars.ROW * max(len(known), 1) + 8
        picked = draw.clicked(spec, key="chart-costliest", alt=f"Costliest jobs: {said}", height=height)
    if picked is not None and picked < len(known):
        row = known.iloc[picked]
        ids = {"workspace_id": _text(row["workspace_id"]), "job_id": str(row["job_id"])}
        st.switch_page("pages/job.py", query_params={**address.carried(params), **ids})


def basis(view: JobsView) -> str:
    """How the VM cost is known: billed, estimated, both, or nothing."""
    return vm_words(view.jobs["vm_basis"])


def marked(view: JobsView) -> int:
    """How many jobs stand out."""
    return int((view.jobs["is_high"] | view.jobs["is_rising"]).sum())


def success_words(view: JobsView) -> str:
    """The share of runs that succeeded, in words."""
    ended = view.jobs["ended_runs"].sum()
    return f"{formatting.percent(view.jobs['succeeded_runs'].sum() / ended)} succeeded" if ended else ""


def failure_words(view: JobsView) -> str:
    """The share of the cost that failures took, in words."""
    sums = view.cards
    share = sums.failure_cost / sums.total_cost if sums.failure_cost and sums.total_cost else None
    return f"{formatting.percent(share)} of total" if share else ""


def marks_words(view: JobsView, currency: str) -> str:
    """What the marks in the table mean."""
    limits = view.thresholds
    return words.plain(
        f"{formatting.plural(marked(view), 'job')} marked: at least {formatting.money(limits.high_cost, currency)}, "
        f"or a rise of at least {formatting.percent(limits.high_change)}."
    )


def exact(view: JobsView) -> Exact:
    """The jobs with all digits, for files."""
    frame, columns = report.jobs_export(view)
    return Exact(frame, columns)


def pdf(context: Context, view: JobsView, filters: Filters) -> bytes:
    """The Jobs page on paper; thousands of jobs go without sparklines. `context`: of the one who looked at the page."""
    keys = tuple(job_keys(view.jobs))
    lines = trend(context.warehouse, filters, keys) if len(keys) <= 500 else None
    return render(report.jobs_report(view, filters, source=session.source_words(), trends=lines))
