"""The answer to "How is this computed?", for any figure in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.explain.explain import Explanation, explain
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import errors, intent, session, states, table, words
from lib.ui.columns import Column


@dataclass(frozen=True)
class Figure:
    """A figure on screen: which one, its name there, and its value as shown in full."""

    key: str
    label: str
    value: str


def button(
    figures: Sequence[Figure],
    filters: Filters,
    *,
    key: str,
    job_keys: tuple[str, ...] | None = None,
    run_id: str | None = None,
) -> None:
    """A quiet button that opens the answer for these figures."""
    if intent.pressed("How is this computed?", f"explain-{key}", icon=":material/calculate:", type="tertiary"):
        _dialog(list(figures), filters, job_keys, run_id)


def money(key: str, label: str, amount: float | Decimal | None, currency: str) -> Figure:
    """A figure that is an amount."""
    return Figure(key, label, formatting.NONE if formatting.missing(amount) else formatting.money(amount, currency))


def line(said: str, figures: Sequence[Figure], filters: Filters, *, key: str, **scope: Any) -> None:
    """One line under the cards: a sentence on the left, the button on the right."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(words.plain(said), width="content")
        button(figures, filters, key=key, **scope)


@st.dialog("How is this computed?", width="large")
def _dialog(figures: list[Figure], filters: Filters, job_keys: tuple[str, ...] | None, run_id: str | None) -> None:
    with errors.shown():
        chosen = figures[0]
        if len(figures) > 1:
            chosen = st.selectbox(
                "Figure",
                figures,
                format_func=lambda figure: f"{figure.label}: {figure.value}",
                key="explained-figure",
            )
        with states.loading(320):
            draw(session.ask(answer, filters, session.as_of(), chosen, job_keys, run_id), filters.currency)


def answer(warehouse, filters, until, figure: Figure, job_keys, run_id) -> Explanation:  # type: ignore[no-untyped-def]
    """The explanation of one figure."""
    return explain(warehouse, filters, until, figure.key, value=figure.value, job_keys=job_keys, run_id=run_id)


PRICES = (
    Column("sku_name", "SKU", phone=True),
    Column("usage_unit", "Unit"),
    Column("usage_quantity", "Quantity", "dbus", phone=True),
    Column("list_price", "List price", "number", missing="none"),
    Column("contract_price", "Contract price", "number", missing="none"),
    Column("price_source", "Price from", missing="unpriced"),
    Column("rule_id", "Rule"),
    Column("list_cost", "List cost", "money", phone=True),
    Column("contract_cost", "Contract cost", "money"),
)
MACHINES = {
    "cluster_days": "Cluster days",
    "billed_days": "Days that the cloud bill knows",
    "estimated_days": "Days estimated from machine time",
    "unknown_days": "Days without a known cost",
    "node_hours": "Machine hours in the timeline",
    "inferred_hours": "Machine hours inferred from DBUs",
    "unrated_hours": "Machine hours without a price",
    "vm_cost": "VM cost",
    "machines_only_days": "Days with machines and no DBUs",
    "machines_only_cost": "Cost of those days",
}


def draw(explanation: Explanation, currency: str) -> None:
    """Formula, inputs, prices, and the query with its text."""
    st.markdown(f"#### {words.plain(explanation.label)}")
    st.code(explanation.formula, language=None, wrap_lines=True)
    inputs = pd.DataFrame(explanation.inputs, columns=["what", "value"])
    table.draw(
        table.Table(
            inputs,
            (Column("what", "Input", phone=True), Column("value", "Value", phone=True)),
            currency,
            "explain-inputs",
            "What went into the figure",
            bare=True,
            headless=True,
        )
    )
    if explanation.note:
        st.caption(words.plain(explanation.note))
    if len(explanation.price_rows):
        st.markdown("**Prices used**")
        known = tuple(column for column in PRICES if column.name in explanation.price_rows)
        table.draw(
            table.Table(
                explanation.price_rows.head(200),
                known,
                currency,
                "explain-prices",
                "Prices used for the figure",
                bare=True,
            )
        )
    if len(explanation.machine_rows):
        st.markdown("**Machines**")
        st.table(_facts(explanation.machine_rows), border="horizontal", width="content")
    newest = explanation.as_of.last_day
    if newest:
        st.caption(f"Data to {formatting.day_words(newest)}. Query {words.plain(explanation.query_name)}:")
    st.code(explanation.query_text, language="sql", height=260)


def _facts(rows: pd.DataFrame) -> dict[str, str]:
    row = rows.iloc[0]
    return {MACHINES.get(str(name), words.plain(name)): _text(row[name]) for name in rows.columns}


def _text(value: object) -> str:
    return (
        formatting.NONE
        if formatting.missing(value)
        else formatting.number(value)
        if isinstance(value, float)
        else str(value)
    )
