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
from lib.ui import address, session, words
from lib.ui.columns import Column
from lib.ui.queries.bill import ALLOCATED
from lib.ui.table import Mark, Row, Table

FINGERPRINTS = (
    Column("said", "What it is", phone=True, about="The statement without its values: the same for all its runs"),
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
    frame = fingerprint_rows(shown.table)
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
    return page.assign(
        trend=[[sum(day) for day in zip(*(lines[name] for name in names), strict=True)] for names in page["shapes"]]
    )


def regressions(moved: list[Moved], params: address.Params) -> None:
    """What became slower or dearer, and what became better, a line each."""
    worse, better = [m for m in moved if m.is_worse], [m for m in moved if not m.is_worse]
    if not worse and not better:
        return
    said = f"{formatting.plural(len(worse), 'query', 'queries')} became slower or dearer"
    if better:
        said += f", {len(better)} faster"
    with st.expander(words.plain(said), icon=":material/trending_up:", expanded=bool(worse)):
        for item in [*worse[:8], *better[:4]]:
            where = {
                "fingerprint": item.fingerprint,
                "workspace_id": item.shift.workspace_id,
                "shape": item.shift.shape_hash,
            }
            icon = "arrow_upward" if item.is_worse else "arrow_downward"
            st.page_link(
                "pages/fingerprint.py",
                label=words.plain(formatting.middle(item.template, 90)),
                icon=f":material/{icon}:",
                query_params={**address.carried(params), **where},
            )
            st.caption(words.plain(item.words.capitalize() + "."))
