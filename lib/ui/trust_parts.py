"""The checks of the Data trust page, worst first."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.spend import formatting
from lib.spend.filters import Filters
from lib.trust.check import Checked, Verdict
from lib.trust.trust import Trust
from lib.ui import cards, export, states, words
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table
from lib.warehouse.refresh_log import Entry

ORDER = (Verdict.CRITICAL, Verdict.WARN, Verdict.NOT_ASSESSED, Verdict.OK)
SAID = {
    Verdict.OK: (Verdict.OK.words, "check_circle", "green", "ok"),
    Verdict.WARN: (Verdict.WARN.words, "warning", "orange", "warn"),
    Verdict.CRITICAL: (Verdict.CRITICAL.words, "error", "red", "critical"),
    Verdict.NOT_ASSESSED: (Verdict.NOT_ASSESSED.words, "visibility_off", "gray", "plain"),
}
"""Verdict → words, icon, colour, tone in a table."""
SUMMARY = {
    Verdict.CRITICAL: "Some figures cannot be relied on",
    Verdict.WARN: "The figures add up; some things are worth knowing",
    Verdict.OK: "The figures add up and everything they need is there",
    Verdict.NOT_ASSESSED: "Nothing could be assessed",
}

KINDS = {"demo": "Demo account made", "import": "Files loaded", "refresh": "Refresh"}


def summary(trust: Trust) -> None:
    """The overall answer and how many checks said what."""
    label, icon, colour, _ = SAID[trust.verdict]
    st.markdown(f":{colour}-badge[:material/{icon}: {label}] {words.strong(SUMMARY[trust.verdict])}")
    counts = trust.counts()
    cards.draw([cards.count(SAID[verdict][0], counts[verdict]) for verdict in (*ORDER[:3], Verdict.OK)], key="trust")


def findings(checked: Sequence[Checked]) -> None:
    """What is not in order: each with its evidence, why it matters and what to do."""
    wrong = [item for item in checked if item.finding.verdict is not Verdict.OK]
    grid = st.grid(2, min_column_width=400, gap="small")
    for item in sorted(wrong, key=lambda item: ORDER.index(item.finding.verdict)):
        label, icon, colour, _ = SAID[item.finding.verdict]
        with grid.container(border=True, key=f"check-{item.check.name}", height="stretch"):
            st.markdown(f":{colour}-badge[:material/{icon}: {label}] {words.strong(item.finding.evidence)}")
            st.caption(
                f"**What was checked:** {words.plain(item.check.title)}  \n**Why it matters:** {words.plain(item.check.why)}  \n"
                f"**What to do:** {words.plain(item.check.remedy)}"
            )
            if item.finding.details:
                with st.expander(formatting.plural(len(item.finding.details), "detail"), type="compact"):
                    st.code("\n".join(item.finding.details), language=None, wrap_lines=True)


def passed(checked: Sequence[Checked], filters: Filters) -> None:
    """The checks that found nothing, in one table."""
    good = [item for item in checked if item.finding.verdict is Verdict.OK]
    rows = pd.DataFrame(
        [(SAID[Verdict.OK][0], item.check.title, item.finding.evidence, item.check.why) for item in good],
        columns=["verdict", "title", "evidence", "why"],
    )
    columns = (
        Column("verdict", "", "badge"),
        Column("title", "Check", wraps=True, phone=True),
        Column("evidence", "Evidence", wraps=True, phone=True),
    )
    export.titled(
        "In order",
        Table(
            rows,
            columns,
            "USD",
            "passed",
            "Checks that passed",
            bare=True,
            extra=_passed,
            empty="No check passed.",
        ),
        filters,
        name="trust-passed",
    )


def _passed(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "verdict":
        return {"text": SAID[Verdict.OK][0], "badge": "ok"}
    return {"hover": row["why"]} if column.name == "title" else {}


def sources(trust: Trust, filters: Filters, asked: str) -> None:
    """Every source: how much it holds and how new it is. asked: the table that a link is about."""
    missing = trust.evidence.missing
    rows = pd.DataFrame(
        [
            {
                "table": name,
                "state": "not loaded" if name in missing else "loaded" if source["records"] else "empty",
                "records": source["records"],
                "first": source["first_time"],
                "last": source["last_time"],
            }
            for name, source in sorted(trust.evidence.sources.items())
        ]
    )
    columns = (
        Column("table", "Table", "id", phone=True),
        Column("state", "State", "badge", phone=True),
        Column("records", "Rows", "count"),
        Column("first", "From (UTC)", "date"),
        Column("last", "To (UTC)", "date"),
    )
    tone = {"loaded": "ok", "not loaded": "warn", "empty": "plain"}
    export.titled(
        "Sources",
        Table(
            rows,
            columns,
            "USD",
            "sources",
            "Sources and how new they are",
            bare=True,
            mark=lambda row: (
                Mark("Asked for", "The link that led here is about this table.") if row["table"] == asked else None
            ),
            extra=lambda row, column: {"badge": tone[row["state"]]} if column.name == "state" else {},
        ),
        filters,
        name="trust-sources",
    )


def refreshes(entries: Sequence[Entry], filters: Filters) -> None:
    """When data were loaded and the ledger refreshed, newest first, and what came of it."""
    rows = pd.DataFrame(
        [
            {
                "at": formatting.moment(entry.at),
                "what": f"{KINDS[entry.kind]}, all of it" if entry.full else KINDS[entry.kind],
                "result": entry.result,
                "days": entry.days,
                "span": _span(entry),
                "rows": entry.total_rows,
                "seconds": entry.seconds,
                "detail": entry.detail,
            }
            for entry in entries
        ],
        columns=["at", "what", "result", "days", "span", "rows", "seconds", "detail"],
    )
    columns = (
        Column("at", "When (UTC)", "moment", phone=True),
        Column("what", "What", phone=True),
        Column("result", "Result", "badge", phone=True),
        Column("days", "Days", "count", "Days of the ledger that were worked out again"),
        Column("span", "Which"),
        Column("rows", "Rows written", "count"),
        Column("seconds", "Took", "duration"),
        Column("detail", "Why it failed", wraps=True),
    )
    tone = {"done": "ok", "nothing new": "plain", "failed": "critical"}
    export.titled(
        "Loads and refreshes",
        Table(
            rows,
            columns,
            "USD",
            "refreshes",
            "Loads and refreshes",
            bare=True,
            extra=lambda row, column: {"badge": tone[row["result"]]} if column.name == "result" else {},
            empty="Nothing was loaded or refreshed from here yet.",
        ),
        filters,
        name="trust-refreshes",
    )


def _span(entry: Entry) -> str:
    if entry.first_day is None or entry.last_day is None:
        return ""
    first, last = formatting.day(entry.first_day), formatting.day(entry.last_day)
    return first if first == last else f"{first} – {last}"


def missing(trust: Trust) -> None:
    """Tables that pages need and that are not there, with the statements that open them."""
    absent = sorted(trust.evidence.missing & {name for name in trust.evidence.sources if name.startswith("system.")})
    if absent:
        states.not_assessed("what these tables would tell.", absent)
