"""The tables of the page of one run, from its attempts down to the usage rows."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from lib.jobs import notes
from lib.jobs.run import RunView
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.ui import export, session, words
from lib.ui import notes as ask
from lib.ui.chips import state
from lib.ui.columns import Column
from lib.ui.cost_parts import SHARED_COLUMNS
from lib.ui.export import Exact
from lib.ui.job_parts import BAD, result_badge
from lib.ui.table import Row, Table

Colour = Literal["green", "red", "gray"]
MARKS = {
    "compute-heavy": "More than 70 % of the cost is virtual machines",
    "databricks-heavy": "More than 70 % of the cost is DBUs",
    "high cost": "At or over the limit from which rows are marked",
}


def title(run: Mapping[str, Any]) -> str:
    """When it ran, in words."""
    started = run["started_at"]
    return f"Run of {formatting.moment(started)} UTC" if started is not None else f"Run {run['run_id']}"


def about(view: RunView) -> None:
    """Result, marks, id, who and why it ran."""
    run = view.run
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        final = run["final_state"]
        colour: Colour = "green" if final == "SUCCEEDED" else "red" if final in BAD else "gray"
        st.badge(
            state(final) if final else "Running",
            color=colour,
            help=words.plain(run["termination_code"] or "") or None,
        )
        for mark in view.marks:
            st.badge(mark.capitalize(), color="orange", help=MARKS[mark])
        said = [f"Run {words.plain(run['run_id'])}"]
        if run["owner"]:
            said.append(f"as {words.plain(run['owner'])}")
        if run["trigger_type"]:
            said.append(f"triggered: {words.plain(state(str(run['trigger_type'])).lower())}")
        st.caption(" · ".join(said), width="content")


def note(view: RunView) -> None:
    """What a model makes of the run's cost, where that is set up."""
    ids = f"{view.job['workspace_id']}-{view.run['run_id']}"
    ask.offer("Note on this cost", notes.COST, partial(notes.run_facts, view), key=ids)


def skus(view: RunView) -> Table:
    """What was charged, by SKU and price."""
    columns = (
        Column("sku_name", "SKU", phone=True),
        Column("usage_quantity", "Quantity", "dbus"),
        Column("usage_unit", "Unit"),
        Column("price", "Price", "exact", missing="none"),
        Column("price_source", "Price from", missing="unpriced"),
        Column("cost", "Cost", "money", phone=True),
    )
    return Table(
        view.skus,
        columns,
        view.filters.currency,
        "run-skus",
        "SKU lines of the run",
        bare=True,
        extra=_unpriced,
        total={"sku_name": "All", "cost": view.run["dbu_cost"]},
        empty="No usage names this run.",
    )


def _unpriced(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "cost" and formatting.missing(row["cost"]) and row["usage_quantity"]:
        return {"text": formatting.unpriced(row["usage_quantity"], str(row["usage_unit"]))}
    return {}


def attempts(view: RunView) -> Table:
    """The first attempt and every repair."""
    columns = (
        Column("attempt", "Attempt", phone=True),
        Column("started_at", "Started (UTC)", "moment"),
        Column("busy_s", "Duration", "duration", phone=True),
        Column("result_state", "Result", "badge", phone=True, missing="running"),
        Column("termination_code", "Why it ended", "state"),
        Column(
            "estimated_cost",
            "Cost by time",
            "money",
            estimate=True,
            missing=formatting.NONE,
            about="Estimated: the run's cost × the attempt's share of the time",
        ),
    )
    return Table(
        view.attempts,
        columns,
        view.filters.currency,
        "run-attempts",
        "Attempts of the run",
        bare=True,
        extra=result_badge,
        empty="The timeline of this run is not loaded.",
    )


def tasks(view: RunView) -> Table:
    """The task runs."""
    columns = (
        Column("task_key", "Task", phone=True),
        Column("started_at", "Started (UTC)", "moment"),
        Column("work_s", "Working time", "duration", phone=True),
        Column("result_state", "Result", "badge", phone=True, missing="running"),
        Column("termination_code", "Why it ended", "state"),
        Column("compute_ids", "Compute", "id"),
    )
    return Table(
        view.tasks,
        columns,
        view.filters.currency,
        "run-tasks",
        "Tasks of the run",
        sort="started_at",
        extra=result_badge,
        empty="No task of this run is in the timeline.",
        page_size=15,
    )


def shared(view: RunView) -> None:
    """Shared compute that the run's tasks used, if any."""
    if len(view.shared):
        rows = view.shared.assign(name=view.shared["resource_name"].fillna(view.shared["resource_id"]))
        export.titled(
            "Shared compute, not part of the total",
            Table(rows, SHARED_COLUMNS, view.filters.currency, "run-shared", "Shared compute that the run used"),
            session.view().filters,
            name="run-shared",
        )


CLUSTER_COLUMNS = (
    Column("cluster_name", "Cluster", phone=True, missing="unnamed"),
    Column("usage_date", "Day", "date", phone=True),
    Column("driver_node_type", "Driver"),
    Column("worker_node_type", "Workers"),
    Column("driver_hours", "Driver hours", "number"),
    Column("worker_hours", "Worker hours", "number"),
    Column("run_share", "This run's share", "percent", about="Its part of the cluster's DBUs on the day"),
    Column("cluster_vm_cost", "VM cost of the day", "money", missing="none"),
    Column("run_vm_cost", "For this run", "money", missing="none", phone=True),
)
HOURS = ("driver_hours", "worker_hours")
SETTINGS = {
    "cluster_id": "Cluster id",
    "dbr_version": "Runtime",
    "worker_count": "Fixed workers",
    "min_autoscale_workers": "Fewest workers",
    "max_autoscale_workers": "Most workers",
    "auto_termination_minutes": "Stops after idle minutes",
    "data_security_mode": "Access mode",
    "availability": "Availability",
    "first_on_demand": "First on demand",
    "zone_id": "Zone",
    "enable_elastic_disk": "Elastic disk",
    "policy_id": "Policy",
}


def clusters(view: RunView) -> None:
    """Machines of the run and, opened, the configuration they had then."""
    if view.clusters.empty:
        return
    export.titled(
        "Clusters and their machines",
        Table(
            view.clusters,
            CLUSTER_COLUMNS,
            view.filters.currency,
            "run-clusters",
            "Clusters of the run by day",
            extra=_basis,
        ),
        session.view().filters,
        name="run-clusters",
    )
    for row in view.clusters.drop_duplicates("cluster_id").to_dict("records"):
        name = words.plain(row["cluster_name"] or row["cluster_id"])
        with st.expander(f"Configuration of {name} at the time of the run", icon=":material/dns:"):
            st.table(
                {label: _setting(row[key]) for key, label in SETTINGS.items()},
                border="horizontal",
                width="content",
            )
            cluster_id = str(row["cluster_id"])
            facts = partial(notes.cluster_facts, view, cluster_id)
            ask.offer(
                "Note on this configuration", notes.CONFIGURATION, facts, key=f"{view.run['run_id']}-{cluster_id}"
            )


def _basis(row: Row, column: Column) -> Mapping[str, Any]:
    if "vm_cost" in column.name and row.get("vm_basis") == "estimated" and not formatting.missing(row[column.name]):
        return {"estimate": True, "hover": "Estimated from node time × VM price"}
    if column.name in HOURS and not any(row[name] for name in HOURS):
        return {
            "text": formatting.NONE,
            "hover": "The node timeline has no row of it; its hours are inferred from DBUs",
        }
    return {}


def _setting(value: Any) -> str:
    if formatting.missing(value):
        return "not set"
    if isinstance(value, float):
        return formatting.number(value)
    return {True: "yes", False: "no"}.get(value, words.plain(value)) if isinstance(value, bool) else words.plain(value)


USAGE_COLUMNS = (
    Column("usage_start_time", "From (UTC)", "moment", phone=True),
    Column("usage_end_time", "To (UTC)", "moment"),
    Column("sku_name", "SKU"),
    Column("usage_quantity", "Quantity", "exact", phone=True),
    Column("usage_unit", "Unit"),
    Column("record_type", "Record", "badge"),
    Column("price", "Price", "exact", missing="none"),
    Column("price_source", "Price from", missing="unpriced"),
    Column("rule_id", "Rule"),
    Column("cost", "Cost", "money", phone=True),
    Column("record_id", "Record id", "id"),
)


def usage(view: RunView) -> Table:
    """The usage rows with their prices: the bottom."""
    return Table(
        view.usage,
        USAGE_COLUMNS,
        view.filters.currency,
        "usage",
        "Usage rows of the run",
        sort="usage_start_time",
        extra=_unpriced,
        total={"usage_start_time": "Sum of the rows", "cost": view.usage["cost"].sum(min_count=1)},
        empty="No usage names this run: it ran on shared compute, or is older than what was loaded.",
    )


def exact(view: RunView) -> Exact:
    """The usage rows with all digits."""
    frame: pd.DataFrame = view.usage_rows.to_pandas()
    kinds = {"list_cost": "money", "contract_cost": "money", "usage_quantity": "number"}
    specs = [ColumnSpec(name, name.replace("_", " ").capitalize(), kinds.get(name, "text")) for name in frame.columns]  # type: ignore[arg-type]
    return Exact(frame, specs)
