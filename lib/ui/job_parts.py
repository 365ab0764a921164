"""What the pages of one job and one run share: the parts of a cost, their tables, and the way back."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lib.jobs.job import JobView
from lib.reports.job import job_report
from lib.reports.pdf import render
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import address, frame, session, theme, words
from lib.ui.charts import draw, runs
from lib.ui.chips import state
from lib.ui.columns import Column
from lib.ui.table import Row, Table, address_now

BAD = frozenset({"FAILED", "ERROR", "TIMED_OUT"})


def wanted(*names: str) -> tuple[str, ...]:
    """Ids that the address must name; a way back when one is missing."""
    frame.require()
    values = [st.query_params.get(name, "") for name in names]
    if not all(values[1:]):
        missing = ", ".join(name for name, value in zip(names, values, strict=True) if not value)
        st.info(
            f"**This address names no {words.plain(missing)}.**  \nOpen a job from the list.",
            icon=":material/search:",
        )
        st.page_link(
            "pages/jobs.py",
            label="All jobs",
            icon=":material/arrow_back:",
            query_params=address.carried(address_now()),
        )
        st.stop()
    return tuple(values)


def name_of(job: Mapping[str, Any]) -> str:
    """What a job is called: its name, else its id."""
    return str(job.get("job_name") or f"Job {job['job_id']}")


def about(job: Mapping[str, Any]) -> None:
    """One line under the title: id, workspace, owner, and the way into the workspace."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        place = words.plain(job.get("workspace_name") or job.get("workspace_id") or "no workspace")
        said = [f"Job {words.plain(job['job_id'])} in {place}"]
        if job.get("run_as"):
            said.append(f"runs as {words.plain(job['run_as'])}")
        if (job.get("names") or 0) > 1:
            said.append("renamed in the past")
        st.caption(" · ".join(said), width="content")
        if job.get("is_deleted"):
            st.badge("Deleted", color="gray")
        url = str(job.get("workspace_url") or "")
        if url.startswith("https://"):
            target = f"{url.rstrip('/')}/jobs/{job['job_id']}?o={job.get('workspace_id') or ''}"
            st.link_button("Open in Databricks", target, icon=":material/open_in_new:", type="tertiary")


SHARED = "Its tasks' shares of all-purpose clusters and SQL warehouses; not part of the total"


def failure_cost(view: JobView) -> float | None:
    """What failed runs and failed attempts cost; None without runs."""
    return float(view.runs["failure_cost"].sum()) if len(view.runs) else None


def success_words(view: JobView) -> str:
    """The share of ended runs that succeeded, short."""
    ended = view.runs["final_state"].dropna()
    return f"{formatting.percent(float((ended == 'SUCCEEDED').mean()))} OK" if len(ended) else ""


RUN_COLUMNS = (
    Column("started_at", "Started (UTC)", "moment", phone=True),
    Column("run_id", "Run", "id"),
    Column("final_state", "Result", "badge", phone=True, missing="running"),
    Column("attempts", "Attempts", "count", about="One, and one more for every repair"),
    Column("busy_s", "Duration", "duration"),
    Column("dbus", "DBUs", "dbus"),
    Column("dbu_cost", "DBU cost", "money"),
    Column("vm_cost", "VM cost", "money", missing="none"),
    Column(
        "total_cost",
        "Whole cost",
        "money",
        phone=True,
        about="Of all its days, also those outside the period",
    ),
    Column(
        "period_cost",
        "In the period",
        "money",
        about="What the total above holds of it",
        missing=formatting.NONE,
    ),
)


def result_badge(row: Row, column: Column) -> Mapping[str, Any]:
    """A final state in words, with its colour; an estimated VM cost as one."""
    if column.name in ("final_state", "result_state"):
        value = row[column.name]
        if formatting.missing(value):
            return {"badge": "info"}
        tone = "ok" if value == "SUCCEEDED" else "critical" if value in BAD else "plain"
        return {"text": state(str(value)), "badge": tone}
    if column.name in ("dbu_cost", "total_cost") and formatting.missing(row[column.name]):
        if row["unpriced_quantity"] and not formatting.missing(row["unpriced_quantity"]):
            return {"text": formatting.unpriced(row["unpriced_quantity"], "DBU")}
        return {"text": formatting.NONE, "hover": "No usage of this run has arrived"}
    if column.name == "vm_cost" and row.get("vm_basis") == "estimated" and not formatting.missing(row["vm_cost"]):
        return {"estimate": True, "hover": "Estimated from node time × VM price"}
    if column.name == "vm_cost" and formatting.missing(row["vm_cost"]) and formatting.missing(row.get("dbus")):
        return {"text": formatting.NONE, "hover": "No usage of this run has arrived"}
    return {}


def runs_table(view: JobView, params: address.Params) -> Table:
    """The runs, newest first; a row opens its run."""
    return Table(
        frame=view.runs,
        columns=RUN_COLUMNS,
        currency=view.filters.currency,
        key="runs",
        alt="Runs of the job, newest first",
        link=partial(run_link, params),
        extra=result_badge,
        empty="No run of this job is in the period.",
        total={"started_at": formatting.plural(len(view.runs), "run"), "period_cost": view.runs["period_cost"].sum()},
    )


def run_link(params: address.Params, row: Row) -> str:
    """The page of a run."""
    return address.link(
        "run", params, workspace_id=row["workspace_id"] or "", job_id=row["job_id"], run_id=row["run_id"]
    )


MOST_RUNS = 120


def history(view: JobView) -> str | None:
    """Cost and duration of the newest runs; the id of the run that was clicked just now."""
    shown = view.runs[view.runs["started_at"].notna()].head(MOST_RUNS).iloc[::-1]
    spec = runs.run_history(
        shown,
        start="started_at",
        cost="total_cost",
        seconds="busy_s",
        result="final_state",
        currency=view.filters.currency,
        theme=theme.current(),
    )
    failed = int(shown["final_state"].isin(runs.FAILED).sum())
    alt = f"Cost and duration of {formatting.plural(len(shown), 'run')}, {failed} of them failed"
    picked = draw.clicked(spec, key="chart-history", alt=alt, height=260)
    return None if picked is None or picked >= len(shown) else str(shown["run_id"].iloc[picked])


def history_title(view: JobView) -> str:
    """What the history shows, in a sentence."""
    newest = f", newest {MOST_RUNS} shown" if len(view.runs) > MOST_RUNS else ""
    ended = view.runs["final_state"].dropna()
    failed = int(ended.isin(runs.FAILED).sum())
    if not failed:
        return f"Cost and duration of the runs: none of {formatting.count(len(ended))} failed{newest}"
    return f"Cost and duration of the runs: {formatting.count(failed)} of {formatting.count(len(ended))} failed{newest}"


def pdf(view: JobView, filters: Filters) -> bytes:
    """The job's page on paper."""
    return render(job_report(view, filters, source=session.source_words()))
