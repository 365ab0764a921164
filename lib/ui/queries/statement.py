"""Parts of the page about one statement: what it did, where its time went, how its cost was worked out."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from lib.spend import formatting
from lib.statements import unbilled
from lib.statements.overview import SOURCES
from lib.statements.statement import StatementView
from lib.ui import address, cards, export, session, theme, words
from lib.ui.charts import draw
from lib.ui.charts.axis import Spec, legend, tooltip
from lib.ui.columns import Column
from lib.ui.queries.bill import ALLOCATED
from lib.ui.table import Table

PARTS = {"Starting compute": "#999999", "Queue": "#E69F00", "Compile": "#56B4E9", "Run": "#0072B2", "Fetch": "#009E73"}


def about(shown: StatementView, params: address.Params) -> None:
    """One line under the title: who, where from, and the ways to its warehouse and its profile."""
    facts = shown.facts
    source = SOURCES.get(facts["source_kind"], facts["source_kind"])
    said = [
        f"Statement {facts['statement_id']}",
        str(facts["workspace_name"] or facts["workspace_id"] or ""),
        f"by {facts['executed_by'] or 'nobody'}",
        f"from {source}",
        str(facts["client_application"] or ""),
        formatting.moment(facts["start_time"]) + " UTC",
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(" · ".join(part for part in said if part)), width="content")
        if facts["warehouse_id"]:
            st.page_link(
                "pages/warehouse.py",
                label="Its warehouse",
                icon=":material/database:",
                query_params={**address.carried(params), "warehouse_id": facts["warehouse_id"]},
            )
        if shown.profile_url:
            st.link_button("Query profile", shown.profile_url, icon=":material/open_in_new:", type="tertiary")


def summary(shown: StatementView) -> list[cards.Card]:
    """The cards of one statement."""
    facts, currency = shown.facts, shown.filters.currency
    files = facts["read_files"] + facts["pruned_files"]
    state = str(facts["execution_status"] or "RUNNING")
    missing = _missing(shown)
    return [
        cards.Card("Result", state.capitalize(), chip="from the result cache" if facts["cached"] else ""),
        cards.money(
            "Cost",
            shown.cost,
            currency,
            none=missing or formatting.NONE,
            badge="estimated",
            about=ALLOCATED,
            chip="" if shown.cost is not None or missing else "no billed hour holds it",
        ),
        cards.Card("Time", formatting.duration(facts["total_ms"] / 1000), about="Waits included, fetch not"),
        cards.Card("Read", _bytes(facts["read_bytes"]), chip=f"{formatting.short(facts['read_rows'])} rows"),
        cards.Card(
            "Files skipped",
            formatting.percent(facts["pruned_files"] / files) if files else formatting.NONE,
            chip=f"{formatting.count(facts['read_files'])} read",
        ),
        cards.Card(
            "Spilled",
            _bytes(facts["spilled_bytes"]) if facts["spilled_bytes"] else "none",
            about="Written to local disk",
        ),
        cards.Card("Result rows", formatting.short(facts["produced_rows"]))
        if not facts["written_bytes"]
        else cards.Card(
            "Written", _bytes(facts["written_bytes"]), chip=f"{formatting.short(facts['written_rows'])} rows"
        ),
    ]


def _bytes(value: float) -> str:
    for unit, size in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if value >= size:
            return f"{value / size:.1f}{formatting.NBSP}{unit}"
    return f"{int(value)}{formatting.NBSP}B"


def timeline(shown: StatementView) -> None:
    """One bar: what the time went into."""
    parts = [(name, ms / 1000) for name, ms in shown.timeline if ms]
    if not parts:
        return
    longest = max(parts, key=lambda part: part[1])
    whole = sum(seconds for _, seconds in parts)
    with st.container(border=True, height="stretch"):
        st.markdown(
            words.strong(f"{formatting.percent(longest[1] / whole)} of the time went into: {longest[0].lower()}")
        )
        source = pd.DataFrame(
            [
                {"row": 0}
                | {f"s{n}": s for n, (_, s) in enumerate(parts)}
                | {f"t{n}": formatting.duration(s) for n, (_, s) in enumerate(parts)}
            ]
        )
        colours = theme.current()
        spec: Spec = {
            "grid": {"left": 4, "right": 4, "top": 34, "bottom": 2},
            "legend": legend([name for name, _ in parts], colours),
            "tooltip": tooltip(colours, trigger="item"),
            "dataset": {"source": source},
            "xAxis": {"type": "value", "show": False, "max": whole},
            "yAxis": {"type": "category", "show": False, "data": [""]},
            "series": [
                {
                    "type": "bar",
                    "name": name,
                    "stack": "time",
                    "barWidth": 30,
                    "encode": {"x": f"s{n}", "y": "row"},
                    "itemStyle": {"color": PARTS[name]},
                    "tooltip": {"formatter": f"{name}: {{@t{n}}}"},
                }
                for n, (name, _) in enumerate(parts)
            ],
        }
        draw.echart(
            spec,
            key="chart-timeline",
            alt="Time of the statement: " + ", ".join(f"{n} {formatting.duration(s)}" for n, s in parts),
            height=92,
        )
        st.caption(" · ".join(words.plain(f"{name} {formatting.duration(seconds)}") for name, seconds in parts))


def _missing(shown: StatementView) -> str:
    """What stands for the cost of hours without a bill; "" when there are none."""
    waits = shown.pieces[shown.pieces["state"] == "pending"] if len(shown.pieces) else shown.pieces
    if waits.empty:
        return ""
    return "pending" if waits["hour"].max().date() >= unbilled.pending_from(session.as_of()) else "not assessed"


PIECES = (
    Column("hour", "Hour (UTC)", "moment", phone=True),
    Column("hour_cost", "Cost of the hour", "money", phone=True),
    Column("used_share", "Used", "percent", about="Busy part of the time the warehouse was on"),
    Column(
        "work_share",
        "Its share",
        "percent",
        about="Task, compile and fetch time, of all statements of the hour",
    ),
    Column("cost", "Its cost", "money", phone=True),
)


def computation(shown: StatementView) -> None:
    """How the cost was worked out, hour by hour."""
    title = "How the cost was worked out"
    with st.container(border=True, height="stretch"):
        if shown.pieces.empty:
            st.markdown(words.strong(title))
            st.caption(
                "No billed hour holds work of it: it did no work, came from the cache, or its compute is billed elsewhere."
            )
            return
        rows = shown.pieces.assign(work_share=shown.pieces["work"] / shown.pieces["hour_work"]).sort_values("hour")
        pieces = Table(
            rows,
            tuple(replace(column, missing=_missing(shown)) if column.kind == "money" else column for column in PIECES),
            shown.filters.currency,
            "pieces",
            "Hours that make up the cost",
            bare=True,
            total={"hour": "Together", "cost": shown.cost},
        )
        export.titled(title, pieces, shown.filters, name="statement-cost")
        late = f" An hour of it was {unbilled.WORDS}." if _missing(shown) == "not assessed" else ""
        st.caption(f"Cost of the hour × used × its share of the work.{late}")
