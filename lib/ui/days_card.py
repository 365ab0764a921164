"""A card that shows spend over time by day, week or month, and the numbers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import export, theme, words
from lib.ui.charts import days, draw
from lib.ui.columns import Column
from lib.ui.table import Table

PARTS = {"dbu": "DBU cost", "vm": "VM cost"}
GRAINS: dict[days.Grain, str] = {"day": "Days", "week": "Weeks", "month": "Months"}


@dataclass(frozen=True)
class Stack:
    """What the columns are made of: the column of the names, their colours and words, and which are lowest."""

    by: str
    colours: Mapping[str, str]
    labels: Mapping[str, str]
    order: Sequence[str]


def by_product(daily: pd.DataFrame, filters: Filters, as_of: AsOf, *, title: str, previous: Sequence[float]) -> None:
    """Cost by day and product. daily: one row a (usage_date, product), `total_cost`."""
    names = [str(name) for name in daily["product"].dropna().unique()]
    colours = {name: palette.product(name) for name in names}
    labels = {name: formatting.product(name) for name in names}
    stack = Stack("product", colours, labels, ("JOBS",))
    _card(daily, filters, as_of, stack, title=title, key="products", height=290, previous=previous)


def by_part(
    daily: pd.DataFrame,
    filters: Filters,
    as_of: AsOf,
    *,
    title: str,
    key: str,
    sums: Mapping[str, Decimal | float | None],
    vm_basis: str = "",
) -> None:
    """DBU and VM cost by day. daily: one row a day, `usage_date`, `dbu_cost`, `vm_cost`; sums: of the view."""
    names = PARTS | ({"vm": f"VM cost ({vm_basis})"} if vm_basis else {})
    labels = {part: f"{name} {formatting.money(sums[part], filters.currency)}" for part, name in names.items()}
    parts = [
        daily[["usage_date", f"{part}_cost"]].set_axis(["usage_date", "total_cost"], axis=1).assign(part=part)
        for part in PARTS
        if daily[f"{part}_cost"].notna().any()
    ]
    frame = pd.concat(parts) if parts else pd.DataFrame({"usage_date": [], "total_cost": [], "part": []})
    stack = Stack("part", palette.COST_PARTS, labels, tuple(PARTS))
    _card(frame, filters, as_of, stack, title=title, key=key, height=240)


def _card(
    frame: pd.DataFrame, filters: Filters, as_of: AsOf, stack: Stack, *, title: str, key: str, height: int, **more: Any
) -> None:
    period = formatting.period_words(filters.period.start, filters.period.end)
    total = formatting.money(float(pd.to_numeric(frame["total_cost"]).sum()), filters.currency)
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(words.strong(title), width="content")
            grain = _grain(filters.period.days)
        spec = days.stacked_days(
            frame,
            by=stack.by,
            value="total_cost",
            period=filters.period,
            currency=filters.currency,
            theme=theme.current(),
            colours=stack.colours,
            labels=stack.labels,
            order=stack.order,
            incomplete_from=as_of.complete_until,
            grain=grain,
            **more,
        )
        alt = f"{title}. Cost by {grain}, {period}: {total} in all"
        draw.echart(spec, key=f"days-{key}", alt=alt, height=height)
        behind = st.expander("The numbers behind this chart", key=f"behind-{key}", type="compact", on_change="rerun")
        if behind.open:
            with behind:
                _numbers(*days.numbers_behind(spec), filters.currency, key)


def _grain(length: int) -> days.Grain:
    """Days, weeks or months, from the address; no choice for periods of a week or less."""
    if length <= 7:
        return "day"
    asked = st.query_params.get("grain", "day")
    st.session_state["grain"] = asked if asked in GRAINS else "day"

    def choose() -> None:
        st.query_params["grain"] = st.session_state["grain"]

    st.segmented_control(
        "Columns",
        list(GRAINS),
        format_func=lambda grain: GRAINS[grain],
        key="grain",
        on_change=choose,
        required=True,
        label_visibility="collapsed",
    )
    chosen: days.Grain = st.session_state["grain"]
    return chosen


def _numbers(behind: pd.DataFrame, names: Sequence[str], currency: str, key: str) -> None:
    """The table behind a chart, with its files."""
    parts = [Column(column, name, "money") for column, name in zip(list(behind)[2:], names, strict=True)]
    columns = (Column("note", "When", phone=True), Column("total", "Total", "money", phone=True), *parts)
    listed = Table(behind, columns, currency, f"{key}-behind", "The numbers behind the chart", page_size=100, bare=True)
    export.listed(listed, name=f"{key}-chart")
