"""What the pages of one job and one run share: the parts of a cost, their tables, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.jobs.job import JobView
from lib.reports.job import job_report
from lib.reports.pdf import render
from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.ui import address, frame, session, theme, words
from lib.ui.charts import draw, parts, runs
from lib.ui.columns import Column
from lib.ui.filters import state
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
    """The share of ended runs that succeeded."""
    ended = view.runs["final_state"].dropna()
    return f"{formatting.percent(float((ended == 'SUCCEEDED').mean()))} succeeded" if len(ended) else ""


@dataclass(frozen=True)
class Part:
    """One part of a job's cost, and the table one step deeper."""

    key: str
    label: str
    amount: float | None
    estimate: bool = False


def cost_parts(dbu: float | None, vm: float | None, vm_basis: str | None, shared: pd.DataFrame) -> list[Part]:
    """DBU, VM, and the estimated shares of shared compute, those that there are."""
    found = [Part("dbu", "DBU cost", dbu), Part("vm", f"VM cost ({vm_basis})" if vm_basis else "VM cost", vm)]
    for key, kind, label in (
        ("all_purpose_share", "cluster", "Share of all-purpose clusters"),
        ("warehouse_share", "warehouse", "Share of SQL warehouses"),
    ):
        rows = shared[shared["resource_kind"].str.lower().str.contains(kind)]
        if len(rows):
            found.append(Part(key, f"{label} (estimated)", float(rows["shared_cost"].sum()), estimate=True))
    return [part for part in found if not formatting.missing(part.amount)]


def split(found: list[Part], filters: Filters, *, total: float | None, key: str) -> str | None:
    """The donut of the parts; the key of the slice that was clicked just now."""
    if not found:
        st.caption("No usage with a price has arrived.")
        return None
    frame = pd.DataFrame([(part.key, part.amount) for part in found], columns=["part", "amount"])
    folded = parts.folded(frame, name="part", value="amount")
    labels = {part.key: part.label for part in found}
    spec = parts.donut(
        folded,
        name="part",
        value="amount",
        total=formatting.money_short(total, filters.currency),
        currency=filters.currency,
        theme=theme.current(),
        colours=palette.COST_PARTS,
        labels=labels,
        caption="total" if not any(part.estimate for part in found) else "total, without shares",
    )
    said = [f"{labels[p]} {formatting.percent(s)}" for p, s in zip(folded["part"], folded["share"], strict=True)]
    alt = "Parts of the cost: " + (", ".join(said) or "none")
    picked = draw.clicked(spec, key=f"split-{key}", alt=alt, height=220)
    return None if picked is None or picked >= len(folded) else str(folded["part"][picked])


def parts_table(found: list[Part], filters: Filters, *, key: str) -> Table:
    """The parts with their amounts; estimates are marked."""
    frame = pd.DataFrame([(part.key, part.label, part.amount) for part in found], columns=["part", "label", "amount"])
    estimates = {part.key for part in found if part.estimate}

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        if column.name == "label":
            return {"colour": palette.COST_PARTS[row["part"]]}
        return {"estimate": True, "hover": "Estimated; not part of the total"} if row["part"] in estimates else {}

    columns = (Column("label", "Part", phone=True), Column("amount", "Cost", "money", phone=True))
    return Table(
        frame, columns, filters.currency, key, "Parts of the cost", bare=True, headless=True, extra=extra, empty=" "
    )


SKU_COLUMNS = (
    Column("sku_name", "SKU", phone=True, about="Stock keeping unit: what Databricks charges for"),
    Column("product_words", "Product"),
    Column("usage_quantity", "Quantity", "dbus"),
    Column("usage_unit", "Unit"),
    Column("price_source", "Price from", missing="unpriced"),
    Column("cost", "DBU cost", "money", phone=True),
    Column("vm_cost", "VM cost", "money", missing="none"),
)
TASK_COLUMNS = (
    Column("task_key", "Task", phone=True),
    Column("task_runs", "Runs", "count"),
    Column("failed_task_runs", "Failed", "count"),
    Column("work_s", "Working time", "duration"),
    Column("work_share", "Share of time", "percent"),
    Column(
        "estimated_cost",
        "Cost by time",
        "money",
        phone=True,
        estimate=True,
        missing=formatting.NONE,
        about="Estimated: the job's cost × the task's share of the working time",
    ),
)
SHARED_COLUMNS = (
    Column("name", "Shared compute", phone=True),
    Column("resource_kind", "Kind", "badge"),
    Column("work_s", "Working time", "duration"),
    Column(
        "shared_cost",
        "Share of its cost",
        "money",
        phone=True,
        estimate=True,
        about="Estimated: busy cost of each hour × own work ÷ all work; not part of the total",
    ),
)
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
    return {}


DEEPER = {"skus": "SKUs", "tasks": "Tasks", "shared": "Shared compute"}


def part_control() -> str:
    """Which part is opened; kept in the address as `part`."""
    now = st.query_params.get("part", "skus")
    st.session_state["part"] = now if now in DEEPER else "skus"

    def choose() -> None:
        st.query_params["part"] = st.session_state["part"]

    st.segmented_control(
        "Broken down by",
        list(DEEPER),
        format_func=DEEPER.__getitem__,
        key="part",
        on_change=choose,
        required=True,
        label_visibility="collapsed",
    )
    return str(st.session_state["part"])


def go_deeper(part: str | None) -> None:
    """Open the part of the slice that was clicked."""
    if part:
        st.query_params["part"] = "shared" if part.endswith("_share") else "skus"


def breakdown(view: JobView, chosen: str) -> Table:
    """One step deeper into a part of the cost: its SKUs, tasks, or shared compute."""
    currency = view.filters.currency
    if chosen == "tasks":
        return Table(
            view.tasks,
            TASK_COLUMNS,
            currency,
            "tasks",
            "Tasks and their share of the cost",
            sort="-work_s",
            total={"task_key": "All tasks", "work_s": view.tasks["work_s"].sum(), "estimated_cost": view.total_cost},
            empty="No task of this job ran in the period.",
            page_size=10,
        )
    if chosen == "shared":
        rows = view.shared.assign(name=view.shared["resource_name"].fillna(view.shared["resource_id"]))
        return Table(
            rows,
            SHARED_COLUMNS,
            currency,
            "shared",
            "Shared compute that the job's tasks used",
            sort="-shared_cost",
            total={"name": "All", "shared_cost": view.shared_cost},
            page_size=10,
            empty="Its tasks used no shared cluster and no SQL warehouse.",
        )
    rows = view.skus.assign(product_words=[formatting.product(name) for name in view.skus["product"]])
    return Table(
        rows,
        SKU_COLUMNS,
        currency,
        "skus",
        "SKUs that the job used",
        sort="-cost",
        page_size=10,
        extra=sku_extra,
        total={"sku_name": "All SKUs", "cost": view.dbu_cost, "vm_cost": view.vm_cost},
        empty="The job used nothing in this period.",
    )


def sku_extra(row: Row, column: Column) -> Mapping[str, Any]:
    """Unpriced lines show their quantity, never an amount."""
    if column.name == "cost" and formatting.missing(row["cost"]) and row["usage_quantity"]:
        return {"text": formatting.unpriced(row["usage_quantity"], str(row["usage_unit"]))}
    return {}


def runs_table(view: JobView, params: address.Params) -> Table:
    """The runs, newest first; a row opens its run."""
    job = view.job
    return Table(
        frame=view.runs,
        columns=RUN_COLUMNS,
        currency=view.filters.currency,
        key="runs",
        alt="Runs of the job, newest first",
        link=partial(run_link, params, job),
        extra=result_badge,
        empty="No run of this job is in the period.",
        total={"started_at": formatting.plural(len(view.runs), "run"), "period_cost": view.runs["period_cost"].sum()},
    )


def run_link(params: address.Params, job: Mapping[str, Any], row: Row) -> str:
    """The page of a run."""
    return address.link(
        "run", params, workspace_id=job["workspace_id"] or "", job_id=job["job_id"], run_id=row["run_id"]
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
