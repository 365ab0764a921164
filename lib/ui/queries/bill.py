"""What SQL warehouses cost, where it went, and the cards over all statements."""

from datetime import date

import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.statements import unbilled
from lib.statements.overview import Overview
from lib.ui import cards, session, states, theme, words
from lib.ui.charts import days, draw
from lib.ui.charts.axis import Spec

USED, IDLE, REST = "Statements", "Idle", "Not attributed"
COLOURS = {USED: palette.BLUE, IDLE: palette.OTHER, REST: "#CC79A7"}
ALLOCATED = (
    "Each billed hour is shared by work: task, compile and fetch time; waits are none. Idle is a line of its own."
)
ADDS_UP = "Statements, idle and not attributed add up to what the warehouses cost."
NOT_SPLIT = "What warehouses cost and idle time are not split by owner."


def said(shown: Overview, incomplete: str) -> str:
    """How the cards belong together or which days may still grow, and what was never billed."""
    belongs = (incomplete or ADDS_UP,) if shown.bill.whole else (NOT_SPLIT, incomplete)
    late = unbilled.said(shown.bill.unbilled_hours, shown.numbers["unbilled_runs"])
    return " ".join(filter(None, (*belongs, late)))


def summary(shown: Overview) -> list[cards.Card]:
    """The cards of the overview."""
    bill, numbers, currency = shown.bill, shown.numbers, shown.filters.currency
    share = bill.used / bill.billed if bill.used is not None and bill.billed else None
    basis = "As Databricks attributes it" if bill.attributed else ALLOCATED
    waiting, used_chip = "", "" if share is None else f"{formatting.percent(share)} of it"
    if bill.pending_hours:
        waiting = f"{formatting.plural(bill.pending_hours, 'hour')} pending"
    elif not bill.whole and numbers["pending_runs"]:
        used_chip = f"{formatting.count(int(numbers['pending_runs']))} pending"
    return [
        _of_all("Warehouses", bill.billed, shown, about=f"What SQL warehouses cost. {basis}"),
        cards.money(
            "Used",
            bill.used,
            currency,
            none="none",
            badge="" if bill.attributed else "estimated",
            about=basis if bill.whole else f"By the chosen owners, on SQL warehouses. {basis}",
            chip=used_chip,
        ),
        _of_all("Idle", bill.idle, shown, about="Warehouses were on, and no statement worked", chip=waiting),
        cards.count(
            "Statements", int(numbers["runs"]), chip=formatting.plural(int(numbers["users"]), "person", "people")
        ),
        cards.Card(
            "p95 time",
            _ms(numbers["p95_ms"]),
            about="19 of 20 took no longer, waits included",
            chip=f"p50 {_ms(numbers['p50_ms'])}",
        ),
        cards.money(
            "Wasted",
            numbers["wasted_cost"],
            currency,
            none="none",
            about="Cost of failed and canceled statements",
            chip=f"{formatting.percent(numbers['failed_share'])} failed",
        ),
        cards.Card(
            "From cache",
            formatting.percent(numbers["cached_share"]),
            about="Statements answered from the result cache",
            chip=f"{formatting.percent(numbers['queue_share'])} queued",
        ),
    ]


def _of_all(label: str, amount: float | None, shown: Overview, *, about: str, chip: str = "") -> cards.Card:
    """A part of the bill that no owner has: with owners chosen the card says so, and shows no figure."""
    if not shown.bill.whole:
        return cards.Card(label, "not split", about=NOT_SPLIT, chip="by owner")
    return cards.money(label, amount, shown.filters.currency, none="none", about=about, chip=chip)


def _ms(value: float | None) -> str:
    return formatting.NONE if formatting.missing(value) else formatting.duration(float(value or 0) / 1000)


def headline(shown: Overview) -> str:
    """What the chart says."""
    bill = shown.bill
    if not bill.whole:
        return "Cost of the chosen owners' statements on SQL warehouses by day"
    if not bill.billed:
        return "Cost of SQL warehouses by day"
    idle = (bill.idle or 0) / bill.billed
    return f"{formatting.percent(idle)} of what SQL warehouses cost was idle time"


def parts_by_day(bill: pd.DataFrame, filters: Filters, *, incomplete_from: date | None = None) -> Spec:
    """What a bill is made of, by day. bill: `usage_date`, `used_cost`, `idle_cost`, `unattributed_cost`; rows of a day add up."""
    parts = {"used_cost": USED, "idle_cost": IDLE, "unattributed_cost": REST}
    frame = pd.concat(
        [
            bill[["usage_date", column]].set_axis(["usage_date", "cost"], axis=1).assign(part=name)
            for column, name in parts.items()
            if bill[column].notna().any()
        ]
    )
    return days.stacked_days(
        frame,
        by="part",
        value="cost",
        period=filters.period,
        currency=filters.currency,
        theme=theme.current(),
        colours=COLOURS,
        order=(USED, REST, IDLE),
        incomplete_from=incomplete_from,
    )


def daily(shown: Overview) -> None:
    """Cost by day: statements, idle, not attributed."""
    with st.container(border=True, height="stretch"):
        st.markdown(words.strong(headline(shown)))
        spec = parts_by_day(shown.daily, shown.filters, incomplete_from=shown.as_of.complete_until)
        draw.echart(spec, key="chart-query-days", alt=headline(shown), height=270)


HISTORY, EVENTS = "system.query.history", "system.compute.warehouse_events"


def not_assessed() -> bool:
    """Without the query history there is nothing to say; without events all hours count as on, which is said."""
    missing = session.context().warehouse.missing_tables()
    if HISTORY in missing:
        states.not_assessed("what queries cost and do", {HISTORY, EVENTS} & missing)
        return True
    if EVENTS in missing:
        st.caption(
            f"{EVENTS} is not loaded: each hour with a statement counts as a whole hour on, idle hours as not attributed."
        )
    return False
