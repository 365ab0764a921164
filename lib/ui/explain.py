"""The answer to "How is this computed?", for any figure in view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.explain.explain import EVERYTHING, Explanation, Part, explain
from lib.spend import formatting
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import errors, export, intent, session, states, table, words
from lib.ui.columns import Column
from lib.warehouse import Warehouse


@dataclass(frozen=True)
class Figure:
    """A figure on screen: which one, its name there, its value as shown in full, and what it is about."""

    key: str
    label: str
    value: str
    inputs: tuple[tuple[str, str], ...] = ()
    """Names and values of what went in, as the page knows them."""
    part: Part = EVERYTHING
    """Which part of the view."""


def button(figures: Sequence[Figure], filters: Filters, *, key: str) -> None:
    """A quiet button that opens the answer for these figures."""
    if intent.pressed("How is this computed?", f"explain-{key}", icon=":material/calculate:", type="tertiary"):
        _dialog(list(figures), filters)


def money(
    key: str,
    label: str,
    amount: float | Decimal | None,
    currency: str,
    *inputs: tuple[str, object],
    part: Part = EVERYTHING,
) -> Figure:
    """A figure that is an amount; inputs are names with amounts, or with words."""
    said = tuple((name, value if isinstance(value, str) else _money(value, currency)) for name, value in inputs)
    return Figure(key, label, _money(amount, currency), said, part)


def _money(amount: object, currency: str) -> str:
    return formatting.NONE if formatting.missing(amount) else formatting.money(amount, currency)  # type: ignore[arg-type]


def line(said: str, figures: Sequence[Figure], filters: Filters, *, key: str) -> None:
    """One line under the cards: a sentence on the left, the button on the right."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(words.plain(said), width="content")
        button(figures, filters, key=key)


@st.dialog("How is this computed?", width="large")
def _dialog(figures: list[Figure], filters: Filters) -> None:
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
            found = session.ask(answer, filters, session.as_of(), chosen.key, chosen.value, chosen.part)
            draw(replace(found, inputs=found.inputs + chosen.inputs), filters, chosen.key)


def answer(warehouse: Warehouse, filters: Filters, until: AsOf, key: str, value: str, part: Part) -> Explanation:
    """The explanation of one figure."""
    return explain(warehouse, filters, until, key, value=value, part=part)


PRICES = (
    Column("sku_name", "SKU", phone=True),
    Column("usage_unit", "Unit"),
    Column("usage_quantity", "Quantity", "exact", phone=True),
    Column("list_price", "List price", "exact", missing="none"),
    Column("contract_price", "Contract price", "exact", missing="none"),
    Column("price_source", "Price from", missing="unpriced"),
    Column("rule_id", "Rule"),
    Column("list_cost", "List cost", "money", phone=True),
    Column("contract_cost", "Contract cost", "money"),
)
MACHINES = (
    Column("vm_basis", "Known from", "state", phone=True),
    Column("cluster_days", "Cluster days", "count", phone=True),
    Column("node_hours", "Machine hours", "number", "In the node timeline"),
    Column("inferred_hours", "Inferred hours", "number", "From DBUs, where the timeline misses machines"),
    Column("unrated_hours", "Without a price", "number", "Hours of machines that the price table does not know"),
    Column("whole_cost", "Cost of those days", "money"),
    Column("vm_cost", "Part in this view", "money", phone=True),
)


FIRST, MOST = 12, 200
"""Prices shown at once, and at all."""


def draw(explanation: Explanation, filters: Filters, key: str) -> None:
    """Formula, inputs, prices, and the query with its text; `key`: of the figure, names the files."""
    currency = filters.currency
    st.markdown(words.strong(explanation.label))
    st.code(explanation.formula, language=None, wrap_lines=True)
    inputs = pd.DataFrame(explanation.inputs, columns=["what", "value"])
    table.draw(
        table.Table(
            inputs,
            (Column("what", "Input", phone=True), Column("value", "Value", phone=True, wraps=True)),
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
        every = _prices(explanation.price_rows, currency, "explain-every-price")
        export.heading("Prices used", every, filters, name=f"prices-{key}")
        table.draw(_prices(explanation.price_rows.head(FIRST), currency, "explain-prices"))
        rest = explanation.price_rows.iloc[FIRST:MOST]
        if len(rest):
            with st.expander(f"{formatting.plural(len(rest), 'more price')}", type="compact"):
                table.draw(_prices(rest, currency, "explain-more-prices"))
    if len(explanation.machine_rows):
        machines = table.Table(
            explanation.machine_rows,
            MACHINES,
            currency,
            "explain-machines",
            "Machines behind the VM cost",
            bare=True,
            total={"vm_basis": "Together", "vm_cost": explanation.machine_rows["vm_cost"].sum()},
        )
        export.titled("Machines", machines, filters, name=f"machines-{key}")
    newest = explanation.as_of.last_day
    if newest:
        st.caption(f"Data to {formatting.day_words(newest)}. Query {words.plain(explanation.query_name)}:")
    st.code(explanation.query_text, language="sql", height=260)


def _prices(rows: pd.DataFrame, currency: str, key: str) -> table.Table:
    known = tuple(column for column in PRICES if column.name in rows)
    return table.Table(rows, known, currency, key, "Prices used for the figure", bare=True)
