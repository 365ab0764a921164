"""Who used one cluster, and who changed it."""

import pandas as pd
import streamlit as st

from lib.clusters.detail import Detail
from lib.ui import address, export, session
from lib.ui.columns import Column
from lib.ui.table import Table

JOBS = (
    Column("name", "Job", phone=True),
    Column("times", "Runs", "count"),
    Column("work_minutes", "Task minutes", "number", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
NOTEBOOKS = (
    Column("key", "Notebook", phone=True),
    Column("times", "Attached", "count", "How many times in 30 days", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
PEOPLE = (
    Column("key", "Person", phone=True),
    Column("times", "Starts", "count", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
CHANGES = (
    Column("at", "Changed (UTC)", "moment", phone=True),
    Column("who", "By", missing="not on record"),
    Column("attribute", "What", phone=True),
    Column("before", "Before", wraps=True),
    Column("after", "After", wraps=True, phone=True),
)


def used_by(found: Detail, params: address.Params, workspace_id: str) -> None:
    """Jobs that ran on it and people who started it."""
    jobs = found.jobs.assign(name=found.jobs["name"].fillna(found.jobs["key"]))
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        export.titled("Jobs that ran on it", Table(
                jobs, JOBS, "USD", "used-jobs", "Jobs that ran on the cluster", bare=True,
                link=lambda row: address.link("job", params, workspace_id=workspace_id, job_id=row["key"]),
                empty="No job in the last 30 days.",
            ), session.view().filters, name="cluster-jobs")  # fmt: skip
    with right.container(border=True, height="stretch"):
        export.titled("People who started it", Table(
                found.people, PEOPLE, "USD", "used-people", "People who started the cluster", bare=True,
                empty="The audit log names nobody in the last 30 days.",
            ), session.view().filters, name="cluster-people")  # fmt: skip
    if len(found.notebooks):
        with st.container(border=True):
            export.titled(
                "Notebooks that were attached to it",
                Table(
                    found.notebooks, NOTEBOOKS, "USD", "used-notebooks", "Notebooks attached to the cluster", bare=True
                ),
                session.view().filters,
                name="cluster-notebooks",
            )
            st.caption("By the audit log: that one was attached, not what ran in it.")


def changes(found: Detail) -> None:
    """Changes of its configuration, with who."""
    with st.container(border=True):
        rows = pd.DataFrame([vars(change) for change in found.changes], columns=[column.name for column in CHANGES])
        rows["who"] = rows["who"].replace("", None)
        export.titled("How it was changed", Table(
                rows, CHANGES, "USD", "changes", "Changes of the configuration", bare=True,
                empty="Nothing was changed as far back as the table goes.",
            ), session.view().filters, name="cluster-changes")  # fmt: skip
