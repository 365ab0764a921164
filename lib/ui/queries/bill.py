"""What SQL warehouses cost, where it went, and the cards over all statements."""

from datetime import date

import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.spend.filters import Filters
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


def summary(shown: Overview) -> list[cards.Card]:
    """The cards of the overview."""
    bill, numbers, currency = shown.bill, shown.numbers, shown.filters.currency
    share = bill.used / bill.billed if bill.used is not None and bill.billed else None
    basis = "As Databricks attributes it" if bill.attributed else ALLOCATED
    return [
        cards.money("Warehouses", bill.billed, currency, none="none", about=f"What SQL warehouses cost. {basis}"),
        cards.money(
            "Used",
            bill.used,
            currency,
            none="none",
            badge="" if bill.attributed else "estimated",
            about=basis,
            chip="" if share is None else f"{formatting.percent(share)} of it",
        ),
        cards.money(
            "Idle",
            bill.idle,
            currency,
            none="none",
            about="Warehouses were on, and no statement worked",
            chip=f"{formatting.plural(bill.pending_hours, 'hour')} pending" if bill.pending_hours else "",
        ),
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


def _ms(value: float | None) -> str:
    return formatting.NONE if formatting.missing(value) else formatting.duration(float(value or 0) / 1000)


def headline(shown: Overview) -> str:
    """What the chart says."""
    bill = shown.bill
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
