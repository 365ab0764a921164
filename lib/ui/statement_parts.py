"""Parts of the pages about one fingerprint and one statement."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.context import utc_now
from lib.errors import NotFound
from lib.operate import statement_desk
from lib.recommendations.model import Recommendation
from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.statements.acting import ENDED, Running
from lib.statements.finding import Finding
from lib.statements.lint import Linted, lint
from lib.statements.overview import SOURCES
from lib.statements.statement import StatementView, live_text, statement
from lib.ui import address, cards, errors, export, frame, intent, page, query_parts, session, table, theme, words
from lib.ui.charts import days, draw
from lib.ui.columns import Column
from lib.ui.table import Table, address_now

NO_TEXT = {
    "masked": "**The text is not shown to your role.** Operators and admins read all texts, everybody their own.",
    "missing": "**There is no text.** The account encrypts it (customer-managed keys), or the statement has none.",
}
PARTS = {"Starting compute": "#999999", "Queue": "#E69F00", "Compile": "#56B4E9", "Run": "#0072B2", "Fetch": "#009E73"}
TITLES = {
    "statement_id": "Statement",
    "fingerprint": "Fingerprint",
    "shape": "Fingerprint",
    "warehouse_id": "SQL warehouse",
}
TONES = {"High": "red", "Medium": "orange", "Low": "gray"}


def wanted(name: str, back: str, label: str) -> str:
    """A parameter that the address must have; a way back when it is missing."""
    value = st.query_params.get(name, "")
    if not value:
        frame.title(TITLES.get(name, "Queries"))
        st.info("**This address names nothing.**  \nOpen one from the list.", icon=":material/search:")
        st.page_link(
            f"pages/{back}.py", label=label, icon=":material/arrow_back:", query_params=address.carried(address_now())
        )
        st.stop()
    return value


def day_of(text: str) -> date | None:
    """A day of the address; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def about(shown: StatementView) -> None:
    """One line under the title: who, where from, and the way to the profile."""
    facts = shown.facts
    source = SOURCES.get(facts["source_kind"], facts["source_kind"])
    said = [
        f"Statement {facts['statement_id']}",
        str(facts["workspace_name"] or facts["workspace_id"] or ""),
        f"by {facts['executed_by'] or 'nobody'}",
        f"from {source.lower()}",
        formatting.moment(facts["start_time"]) + " UTC",
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(" · ".join(part for part in said if part)), width="content")
        if shown.profile_url:
            st.link_button("Query profile", shown.profile_url, icon=":material/open_in_new:", type="tertiary")


def read(statement_id: str, workspace_id: str | None, day: date | None) -> StatementView:
    """The statement as the tables have it; one that runs now is shown as its workspace says, and the page ends there."""
    try:
        found: StatementView = session.ask(
            statement, session.view().filters, session.as_of(), statement_id, workspace_id, session.viewer(), day
        )
    except NotFound:
        live(statement_id)
        raise
    if (found.facts["execution_status"] or "RUNNING") not in ENDED:
        live(statement_id)
    return found


def live(statement_id: str) -> None:
    """A statement that runs now, shown as the workspace says it: the tables learn of it an hour later. Others go on."""
    mine = session.context()
    found = operate.live_statement(mine, statement_id)
    if found is None:
        return
    one, workspace_id = found
    params = table.address_now()
    frame.breadcrumb(("queries", "Queries", {}), here=f"Statement {statement_id[:8]}")
    page.start(f"{one.statement_type or 'Statement'} that runs now", page.ONE_THING)
    seconds = one.seconds(utc_now())
    severity = mine.query_thresholds.slow_now_minutes.of(seconds / 60)
    st.caption(
        words.plain(f"Statement {statement_id} · by {one.who or 'nobody'} · through {one.client_application or '–'}")
    )
    cancel(Running(statement_id, one.warehouse_id, one.who or None, one.state, workspace_id))
    cards.draw(
        [
            cards.Card("State", one.state.capitalize()),
            cards.Card(
                "Running for", formatting.duration(seconds), chip="" if severity is None else f"{severity} by its time"
            ),
            cards.Card("Started", formatting.moment(one.started_at) if one.started_at else formatting.NONE),
            cards.Card("Cost", "pending", about="Its hour is not billed yet"),
        ],
        key="live-statement",
    )
    shown, state = live_text(session.viewer(), one)
    if shown is None:
        st.info(NO_TEXT[state], icon=":material/visibility_off:")
    else:
        st.code(shown, language="sql", line_numbers=True, wrap_lines=True)
        findings_of_text(lint(shown))
    if one.warehouse_id:
        st.page_link(
            "pages/warehouse.py",
            label="Its warehouse",
            icon=":material/database:",
            query_params={**address.carried(params), "warehouse_id": one.warehouse_id},
        )
    st.caption(
        "As the workspace says it now. What it read, its cost and its sister runs come with the tables, an hour later."
    )
    st.stop()


def cancel_of(shown: StatementView) -> None:
    """The button of a statement that still runs by the tables."""
    facts = shown.facts
    state = facts["execution_status"] or "RUNNING"
    wanted = Running(facts["statement_id"], facts["warehouse_id"], facts["executed_by"], state, facts["workspace_id"])
    if state not in ENDED:
        cancel(wanted)


def cancel(wanted: Running) -> None:
    """For a statement that still runs: the button that cancels it, with its rules said before."""
    with st.popover("Cancel this statement", icon=":material/cancel:"):
        st.caption("What it did so far is paid for and thrown away. The act is on record, with who and why.")
        reason = st.text_input("Why", max_chars=300, key="cancel-reason")
        if intent.pressed("Cancel it", "cancel-now", wanted.statement_id, type="primary", disabled=not reason.strip()):
            with errors.shown():
                done = statement_desk(session.context()).cancel(session.viewer(), wanted, reason=reason)
                (st.success if done.result == "done" else st.warning)(words.plain(done.message))
                st.page_link("pages/audit.py", label="Audit", icon=":material/history:")


def summary(shown: StatementView) -> list[cards.Card]:
    """The cards of one statement."""
    facts, currency = shown.facts, shown.filters.currency
    files = facts["read_files"] + facts["pruned_files"]
    state = str(facts["execution_status"] or "RUNNING")
    pending = bool(len(shown.pieces)) and bool((shown.pieces["state"] == "pending").any())
    return [
        cards.Card("Result", state.capitalize(), chip="from the result cache" if facts["cached"] else ""),
        cards.money(
            "Cost",
            shown.cost,
            currency,
            none="pending" if pending else formatting.NONE,
            badge="estimated",
            about=query_parts.ALLOCATED,
            chip="" if shown.cost is not None or pending else "no billed hour holds it",
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
        cards.Card("Result rows", formatting.short(facts["produced_rows"])),
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
        spec: dict[str, Any] = {
            "grid": {"left": 4, "right": 4, "top": 34, "bottom": 2},
            "legend": {
                "data": [name for name, _ in parts],
                "top": 0,
                "left": 0,
                "icon": "roundRect",
                "itemWidth": 10,
                "itemHeight": 10,
                "textStyle": {"color": colours.muted, "fontSize": 12},
            },
            "tooltip": {
                "trigger": "item",
                "confine": True,
                "backgroundColor": colours.background,
                "borderColor": colours.grid,
                "textStyle": {"color": colours.text, "fontSize": 12},
            },
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


PIECES = (
    Column("hour", "Hour (UTC)", "moment", phone=True),
    Column("hour_cost", "Cost of the hour", "money", missing="pending", phone=True),
    Column("used_share", "Used", "percent", phone=True, about="Busy part of the time the warehouse was on"),
    Column(
        "work_share",
        "Its share",
        "percent",
        phone=True,
        about="Task, compile and fetch time, of all statements of the hour",
    ),
    Column("cost", "Its cost", "money", missing="pending", phone=True),
)


def computation(shown: StatementView) -> None:
    """How the cost was worked out, hour by hour."""
    with st.container(border=True, height="stretch"):
        st.markdown("**How the cost was worked out**")
        if shown.pieces.empty:
            st.caption(
                "No billed hour holds work of it: it did no work, came from the cache, or its compute is billed elsewhere."
            )
            return
        rows = shown.pieces.assign(work_share=shown.pieces["work"] / shown.pieces["hour_work"]).sort_values("hour")
        export.listed(
            Table(
                rows,
                PIECES,
                shown.filters.currency,
                "pieces",
                "Hours that make up the cost",
                bare=True,
                total={"hour": "Together", "cost": shown.cost},
            ),
            name="statement-cost",
        )
        st.caption("Cost of the hour × used × its share of the work.")


def text(shown: StatementView) -> None:
    """The formatted text, or why it is not there."""
    if shown.text is None:
        st.info(NO_TEXT[shown.text_state], icon=":material/visibility_off:")
    else:
        st.code(
            shown.text,
            language="sql",
            line_numbers=True,
            wrap_lines=True,
            height=min(480, 60 + 22 * (shown.text.count("\n") + 1)),
        )


def findings_of_text(linted: Linted, *, of: str = "the text above") -> None:
    """What the text says, each with place, reason and remedy."""
    for place in linted.unreadable:
        st.info(words.plain(f"Not assessed: {place.reason}"), icon=":material/visibility_off:")
    if not linted.findings:
        if linted.statements and not linted.unreadable:
            st.caption(f"Nothing found in {of}. Complexity {linted.complexity} of 10.")
        return
    st.caption(
        f"Lines and columns of {of}. Complexity {linted.complexity} of 10, optimisation {linted.optimisation} of 10."
    )
    for finding in linted.findings:
        _finding(finding)


def _finding(finding: Finding) -> None:
    with st.container(border=True):
        tone = TONES[finding.priority.value]
        st.markdown(
            f":{tone}-badge[{finding.priority.value}] {words.strong(finding.title)} "
            f":gray[line {finding.line}, column {finding.column}]  \n"
            f"{words.plain(finding.message)} :gray[{words.plain(finding.why)}]  \n"
            f":material/build: {words.plain(finding.remedy)}"
        )
        if finding.rewrite:
            with st.expander("The same rows, written better", type="compact"):
                st.code(finding.rewrite, language="sql", wrap_lines=True)


def recommendation(item: Recommendation) -> None:
    """One measured or textual finding about a fingerprint, with what it would save."""
    from lib.ui.recommendation_parts import range_words

    low, high = (None if v is None else float(v) for v in (item.saving_low, item.saving_high))
    tone = {"high": "red", "medium": "orange", "low": "gray"}[item.priority.value]
    saves = range_words(low, high, item.currency)
    head = f":{tone}-badge[{item.priority.value.capitalize()}] {words.strong(item.title)}"
    lines = [
        f"{head} :gray[{words.plain(saves)} in 30 days, confidence {item.confidence}]",
        words.plain(" ".join(item.evidence)),
        f":material/build: {words.plain(item.action)}",
        f":gray[{words.plain(item.method)}]",
    ]
    with st.container(border=True):
        st.markdown("  \n".join(lines))


def history(rows: pd.DataFrame, filters: Filters, incomplete_from: date) -> None:
    """Cost of a fingerprint by day."""
    spec = days.stacked_days(
        rows.assign(part="Cost"),
        by="part",
        value="cost",
        period=filters.period,
        currency=filters.currency,
        theme=theme.current(),
        colours={"Cost": palette.BLUE},
        incomplete_from=incomplete_from,
    )
    with st.container(border=True):
        st.markdown("**Cost by day**")
        draw.echart(spec, key="chart-fingerprint", alt="Cost of the fingerprint by day", height=230)
