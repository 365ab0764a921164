"""A card that shows spend over time, and the numbers behind it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import table, theme, words
from lib.ui.charts import days, draw
from lib.ui.columns import Column
from lib.ui.table import Table

PARTS = {"dbu": "DBU cost", "vm": "VM cost"}


def by_product(daily: pd.DataFrame, filters: Filters, as_of: AsOf, *, title: str, previous: Sequence[float]) -> None:
    """Cost by day and product. daily: one row a (usage_date, product), `total_cost`."""
    names = [str(name) for name in daily["product"].dropna().unique()]
    _card(
        daily,
        filters,
        as_of,
        by="product",
        title=title,
        key="products",
        colours={name: palette.product(name) for name in names},
        labels={name: formatting.product(name) for name in names},
        previous=previous,
        order=("JOBS",),
        height=290,
    )


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
    parts = [
        daily[["usage_date", f"{part}_cost"]].set_axis(["usage_date", "total_cost"], axis=1).assign(part=part)
        for part in PARTS
        if daily[f"{part}_cost"].notna().any()
    ]
    empty = pd.DataFrame({"usage_date": [], "total_cost": [], "part": []})
    _card(
        pd.concat(parts) if parts else empty,
        filters,
        as_of,
        by="part",
        title=title,
        key=key,
        colours=palette.COST_PARTS,
        labels={part: f"{name} {formatting.money(sums[part], filters.currency)}" for part, name in names.items()},
        order=tuple(PARTS),
        height=240,
    )


def _card(
    frame: pd.DataFrame,
    filters: Filters,
    as_of: AsOf,
    *,
    by: str,
    title: str,
    key: str,
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    order: Sequence[str],
    height: int,
    previous: Sequence[float] = (),
) -> None:
    spec = days.stacked_days(
        frame,
        by=by,
        value="total_cost",
        period=filters.period,
        currency=filters.currency,
        theme=theme.current(),
        colours=colours,
        labels=labels,
        incomplete_from=as_of.complete_until,
        previous=previous,
        order=order,
    )
    total = formatting.money(float(pd.to_numeric(frame["total_cost"]).sum()), filters.currency)
    period = formatting.period_words(filters.period.start, filters.period.end)
    with st.container(border=True, height="stretch"):
        st.markdown(words.strong(title))
        draw.echart(spec, key=f"days-{key}", alt=f"{title}. Cost by day, {period}: {total} in all", height=height)
        behind = st.expander("The numbers behind this chart", key=f"behind-{key}", type="compact", on_change="rerun")
        if behind.open:
            with behind:
                numbers(days.table_behind(spec), spec["legend"]["data"], filters.currency, key)


def numbers(source: pd.DataFrame, names: Sequence[str], currency: str, key: str) -> None:
    """The table behind a chart by day: the texts of its tooltip."""
    texts = [column for column in source if column.startswith("t") and column[1:].isdigit()]
    parts = [Column(column, name) for column, name in zip(texts, names, strict=False)]
    columns = (Column("note", "Day", phone=True), *parts, Column("total", "Total", phone=True))
    table.draw(Table(source, columns, currency, f"{key}-behind", "Cost by day", page_size=100, bare=True))
