"""Fingerprints: the table of them, and what became slower or dearer."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from lib.spend import formatting
from lib.spend.filters import Filters
from lib.statements.insights import Moved
from lib.statements.shapes import Fingerprints, trends
from lib.statements.shown import fingerprint_rows
from lib.ui import address, export, session, words
from lib.ui.columns import Column
from lib.ui.queries.bill import ALLOCATED
from lib.ui.table import Mark, Row, Table

FINGERPRINTS = (
    Column("said", "What it is", phone=True, about="The statement without its values: the same for all its runs"),
    Column("workspace", "Workspace"),
    Column("main_source", "From"),
    Column("cost", "Cost", "money", phone=True, missing=formatting.NONE, about=ALLOCATED),
    Column("change_share", "Change", "change", about="Against the previous period"),
    Column("trend", "Trend", "spark", about="Cost of each day"),
    Column("runs", "Runs", "count", phone=True),
    Column("run_cost", "A run", "money", missing=formatting.NONE),
    Column("p50_s", "p50", "duration", about="Half of the runs took no longer"),
    Column("p95_s", "p95", "duration", about="19 of 20 runs took no longer"),
    Column("spill_gib", "Spilled", "number", about="GiB a run wrote to local disk"),
    Column("pruned_share", "Skipped", "percent", about="Files that were skipped, of all files"),
    Column("users", "People", "count", about="At least so many"),
)


def fingerprints_table(shown: Fingerprints, moved: list[Moved], params: address.Params) -> Table:
    """One row a fingerprint and workspace; it opens its page."""
    marks = {(item.fingerprint, item.shift.workspace_id): item for item in moved if item.is_worse}
    frame = fingerprint_rows(shown.table).assign(workspace=in_words(shown.table["workspace_id"]))
    return Table(
        frame,
        FINGERPRINTS,
        shown.filters.currency,
        "fingerprints",
        "Fingerprints of queries, the most expensive first",
        link=partial(fingerprint_link, params),
        mark=partial(_mark, marks),
        complete=partial(_trends, shown.filters),
        total={
            "said": formatting.plural(len(frame), "fingerprint"),
            "cost": frame["cost"].sum(min_count=1),
            "runs": frame["runs"].sum(),
        },
        page_size=20,
        empty="No query with a text is in this period.",
    )


def coverage(shown: Fingerprints) -> str:
    """How much of the period the list holds, when it is not all of it; "" else."""
    if shown.is_whole:
        return ""
    share = "" if shown.cost_share is None else f", {formatting.percent(shown.cost_share)} of their cost"
    return (
        f"The queries that cost or took most: {formatting.count(shown.listed_shapes)} of "
        f"{formatting.count(shown.every.shapes)} shapes of the period{share}. "
        "`python -m lib fingerprints --limit 0` lists all of them."
    )


def fingerprint_link(params: address.Params, row: Row) -> str:
    """The page of a fingerprint."""
    return address.link(
        "fingerprint",
        params,
        fingerprint=str(row["fingerprint"]),
        workspace_id=str(row["workspace_id"] or ""),
        shape=str(row["shapes"][0]),
    )


def _mark(marks: Mapping[tuple[str, str], Moved], row: Row) -> Mark | None:
    item = marks.get((row["fingerprint"], row["workspace_id"]))
    return Mark(f"{item.shift.factor:.1f} × {item.shift.measure}", item.words) if item else None


def _trends(filters: Filters, page: pd.DataFrame) -> pd.DataFrame:
    shapes = tuple(name for names in page["shapes"] for name in names)
    lines = session.ask(trends, filters, shapes)
    none = [0.0] * filters.period.days
    return page.assign(
        trend=[
            [sum(day) for day in zip(*(lines.get((name, workspace), none) for name in names), strict=True)]
            for names, workspace in zip(page["shapes"], page["workspace_id"], strict=True)
        ]
    )


MOVED = (
    Column("template", "What it is", phone=True, about="The statement without its values"),
    Column("workspace", "Workspace"),
    Column("way", "", "badge", phone=True),
    Column("moved", "What moved"),
    Column("before", "Before", phone=True),
    Column("now", "Now", phone=True),
    Column("runs", "Runs now", "count"),
    Column("why", "Why", wraps=True, about="By what was measured; plans and operators are in no table"),
)


def regressions(moved: list[Moved], filters: Filters, params: address.Params) -> None:
    """What became slower or dearer, and what became better; a row opens the fingerprint."""
    worse = sum(item.is_worse for item in moved)
    if not moved:
        return
    said = f"{formatting.plural(worse, 'query', 'queries')} became slower or dearer"
    if worse < len(moved):
        said += f", {len(moved) - worse} better"
    rows = [
        {
            "template": item.template,
            "fingerprint": item.fingerprint,
            "workspace_id": item.shift.workspace_id,
            "shapes": [item.shift.shape_hash],
            "way": "Worse" if item.is_worse else "Better",
            "moved": "p95" if item.shift.measure == "p95" else "Cost of a run",
            "before": item.before_words,
            "now": item.now_words,
            "runs": item.shift.runs,
            "why": ", ".join(item.shift.reasons),
        }
        for item in moved
    ]
    frame = pd.DataFrame(rows)
    listed = Table(
        frame.assign(workspace=in_words(frame["workspace_id"])),
        MOVED,
        filters.currency,
        "moved",
        "Queries whose time or cost is no longer what it was",
        link=partial(fingerprint_link, params),
        extra=lambda row, column: (
            {"badge": "critical" if row["way"] == "Worse" else "ok"} if column.name == "way" else {}
        ),
        page_size=10,
    )
    with st.expander(words.plain(said), icon=":material/trending_up:", expanded=bool(worse)):
        days = formatting.period_words(moved[0].recent.start, moved[0].recent.end)
        whose = " (runs of everybody, not of the chosen owners alone)" if filters.owners else ""
        export.titled(f"{days}, against the weeks before{whose}", listed, filters, name="queries-moved")


def in_words(workspaces: pd.Series) -> list[str]:
    """Names of workspaces, of those that have one."""
    names = session.options().workspaces
    return [names.get(key) or key or "" for key in workspaces]
