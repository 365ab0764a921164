"""Cards that say where the money went and what changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.ui import address, export, table, theme, words
from lib.ui.charts import draw, parts
from lib.ui.columns import Column
from lib.ui.table import Row, Table

NOBODY = {"owner": "no owner", "job": "not a job", "workspace": "no workspace", "product": "no product"}
"""What a missing key of a dimension means."""
MOST_PRODUCTS = 9
FILTERS = {"workspace": "workspace", "owner": "owner", "product": "product"}
"""Dimensions that a click narrows the view to, with their parameter."""


def name_of(row: Mapping[str, Any], dim: str) -> str:
    """What a row of a dimension is called."""
    key, name = row.get("key"), row.get("name")
    if formatting.missing(key):
        return NOBODY.get(dim, "none")
    if dim == "product":
        return formatting.product(str(key))
    return str(key if formatting.missing(name) else name)


def _names(rows: pd.DataFrame, dim: str) -> list[str]:
    return [name_of({"key": key, "name": name}, dim) for key, name in zip(rows["key"], rows["name"], strict=True)]


def opener(dim: str, params: address.Params) -> Callable[[Row], str]:
    """Where a row of a dimension leads: a job to its page, others to this page narrowed to them."""

    def href(row: Row) -> str:
        if formatting.missing(row["key"]):
            return ""
        if dim == "job":
            workspace = "" if formatting.missing(row["workspace_id"]) else row["workspace_id"]
            return address.link("job", params, workspace_id=workspace, job_id=row["key"])
        return address.here(params, **{FILTERS[dim]: row["key"]})

    return href


def unpriced(row: Row, column: Column) -> dict[str, Any]:
    """Usage that has no price at all shows its quantity instead of a zero."""
    nothing = formatting.missing(row["dbu_cost"]) and formatting.missing(row["vm_cost"])
    if not nothing or column.name not in ("total_cost", "share"):
        return {}
    if column.name == "share":
        return {} if column.kind == "bar" else {"text": formatting.NONE, "tone": "muted"}
    return {"text": formatting.unpriced(row["dbus"] or 0, "DBU"), "tone": "muted"}


def ranking(
    title: str, rows: pd.DataFrame, filters: Filters, params: address.Params, *, dim: str, most: int = 6
) -> None:
    """The largest parts of the whole. rows: `key`, `name`, `total_cost`, `share`, … , largest first; files get all."""
    longest = rows["share"].max()
    named = rows.assign(
        what=_names(rows, dim),
        bar=(rows["share"] / longest) if longest and longest > 0 else 0.0,
    )
    what, bar = Column("what", "Name", phone=True), Column("bar", "", "bar", phone=True)
    share, cost = Column("share", "Share", "percent"), Column("total_cost", "Cost", "money", phone=True)
    every = Table(
        named,
        (what, share, cost),
        filters.currency,
        f"top-{dim}",
        f"{title} by cost",
        bare=True,
        link=opener(dim, params),
        extra=unpriced,
        empty="Nothing to show in this period.",
    )
    with st.container(border=True, height="stretch"):
        export.heading(title, every, filters, name=f"overview-{dim}")
        table.draw(replace(every, frame=named.head(most), columns=(what, bar, share, cost)))
        _and_more(rows.iloc[most:], filters.currency)


def products(rows: pd.DataFrame, filters: Filters, params: address.Params, *, total: float | None) -> None:
    """A donut of products, its total in the middle, and the products under it; a click opens a product."""
    known = rows.assign(product=rows["key"].fillna(""))
    every = _products(known, filters, params)
    export.heading("Where it went", every, filters, name="overview-product")
    folded = parts.folded(known, name="product", value="total_cost")
    names = {name: formatting.product(name or None) for name in known["product"]}
    colours = {name: palette.product(name) for name in known["product"]}
    spec = parts.donut(
        folded,
        name="product",
        value="total_cost",
        total=formatting.money_short(total, filters.currency),
        currency=filters.currency,
        theme=theme.current(),
        colours=colours,
        labels=names,
    )
    said = [
        f"{names.get(name, name)} {formatting.percent(share)}"
        for name, share in zip(folded["product"], folded["share"], strict=True)
    ]
    alt = "Cost by product: " + (", ".join(said) or "none")
    picked = draw.clicked(spec, key="chart-products", alt=alt, height=210)
    if picked is not None and picked < len(folded) and folded["product"][picked] in names:
        st.query_params["product"] = folded["product"][picked]
        st.rerun()

    table.draw(replace(every, frame=every.frame.head(MOST_PRODUCTS)))
    _and_more(known.iloc[MOST_PRODUCTS:], filters.currency)


def _products(known: pd.DataFrame, filters: Filters, params: address.Params) -> Table:
    columns = (
        Column("words", "Product", phone=True),
        Column("total_cost", "Cost", "money", phone=True),
        Column("share", "Share", "percent", phone=True),
    )

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        colour = {"colour": palette.product(row["product"])} if column.name == "words" else {}
        return unpriced(row, column) | colour

    return Table(
        known.assign(words=[formatting.product(name or None) for name in known["product"]]),
        columns,
        filters.currency,
        "top-product",
        "Cost by product",
        bare=True,
        extra=extra,
        link=opener("product", params),
    )


def _and_more(rest: pd.DataFrame, currency: str) -> None:
    """One line on the rows that are not listed; none is left out without a word."""
    if len(rest):
        amount = formatting.money(float(rest["total_cost"].sum()), currency)
        st.caption(words.plain(f"and {formatting.count(len(rest))} more with {amount}"))


MOVERS = (
    Column("what", "Job", phone=True),
    Column("previous_cost", "Before", "money"),
    Column("recent_cost", "Now", "money", phone=True),
    Column("change", "Change", "money", phone=True),
    Column("contribution", "Of the change", "percent", about="This job's change as a share of the change of all spend"),
)


def movers(
    moved: pd.DataFrame | None, whole: float | None, filters: Filters, params: address.Params, *, most: int = 17
) -> None:
    """Jobs whose cost changed most, largest change first; `whole` is the change of all spend."""
    if moved is None or filters.compare is None:
        st.markdown(words.strong("What changed most"))
        st.caption("Nothing to compare with.")
        return
    rows = moved[moved["change"] != 0]
    every = Table(
        rows.assign(
            what=_names(rows, "job"),
            contribution=rows["change"] / whole if whole and abs(whole) >= 0.005 else float("nan"),
        ),
        MOVERS,
        filters.currency,
        "movers",
        "Jobs whose cost changed most",
        bare=True,
        link=opener("job", params),
        extra=lambda row, column: signed(row, column, filters.currency),
        empty="No cost changed.",
    )
    export.heading("What changed most", every, filters, name="overview-movers")
    table.draw(replace(every, frame=every.frame.head(most)))


def signed(row: Row, column: Column, currency: str) -> Mapping[str, Any]:
    """A change has a sign, and the colour of a rise or a fall."""
    if column.name != "change" or formatting.missing(row["change"]):
        return {}
    amount = row["change"]
    tone = "up" if amount > 0 else "down" if amount < 0 else "muted"
    return {"text": formatting.money(amount, currency, plus=True), "tone": tone}
