"""Cards that say where the money went and what changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.context import Context
from lib.explorer.overview import Listed, every_mover, every_top
from lib.spend import formatting, palette
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import address, export, session, table, theme, words
from lib.ui.charts import draw, parts
from lib.ui.columns import Column
from lib.ui.export import Exact
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


def _named(rows: pd.DataFrame, dim: str) -> pd.DataFrame:
    return rows.assign(what=_names(rows, dim))


RANKED = (
    Column("what", "Name", phone=True),
    Column("share", "Share", "percent"),
    Column("total_cost", "Cost", "money", phone=True),
)
BAR = Column("bar", "", "bar", phone=True)


def ranking(title: str, listed: Listed, filters: Filters, params: address.Params, *, dim: str, most: int = 6) -> None:
    """The largest parts of the whole; files get all of them."""
    longest = listed.rows["share"].max()
    named = _named(listed.rows, dim).assign(bar=(listed.rows["share"] / longest) if longest and longest > 0 else 0.0)
    every = Table(
        named,
        RANKED,
        filters.currency,
        f"top-{dim}",
        f"{title} by cost",
        bare=True,
        of=listed.parts,
        link=opener(dim, params),
        extra=unpriced,
        empty="Nothing to show in this period.",
    )
    with st.container(border=True, height="stretch"):
        files = partial(_all_ranked, session.context(), filters, session.as_of(), dim)
        export.heading(title, every, filters, name=f"overview-{dim}", exact=files)
        what, share, cost = RANKED
        table.draw(replace(every, frame=named.head(most), of=None, columns=(what, BAR, share, cost)))
        _and_more(listed, most, "total_cost", filters.currency)


def _all_ranked(context: Context, filters: Filters, until: AsOf, dim: str) -> Exact:
    """Every part of a kind, read when a file of them is asked for, as who looked at the page."""
    return Exact(_named(every_top(context.warehouse, filters, until, dim), dim), [column.spec for column in RANKED])


def products(listed: Listed, filters: Filters, params: address.Params, *, total: float | None) -> None:
    """A donut of products, its total in the middle, and the products under it; a click opens a product."""
    known = listed.rows.assign(product=listed.rows["key"].fillna(""), what=_names(listed.rows, "product"))
    every = _products(known, filters, params)
    files = partial(_all_ranked, session.context(), filters, session.as_of(), "product")
    export.heading("Where it went", replace(every, of=listed.parts), filters, name="overview-product", exact=files)
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
    _and_more(listed, MOST_PRODUCTS, "total_cost", filters.currency)


def _products(known: pd.DataFrame, filters: Filters, params: address.Params) -> Table:
    what, share, cost = RANKED

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        colour = {"colour": palette.product(row["product"])} if column.name == "what" else {}
        return unpriced(row, column) | colour

    return Table(
        known,
        (replace(what, label="Product"), cost, replace(share, phone=True)),
        filters.currency,
        "top-product",
        "Cost by product",
        bare=True,
        extra=extra,
        link=opener("product", params),
    )


def _and_more(listed: Listed, shown: int, amount: str, currency: str) -> None:
    """One line on the rows that are not drawn; none is left out without a word."""
    if listed.parts > shown:
        rest = listed.amount + listed.rows[amount].iloc[shown:].sum()
        said = formatting.money(float(rest), currency, plus=amount == "change")
        st.caption(words.plain(f"and {formatting.count(listed.parts - shown)} more with {said}"))


MOVERS = (
    Column("what", "Job", phone=True),
    Column("previous_cost", "Before", "money"),
    Column("recent_cost", "Now", "money", phone=True),
    Column("change", "Change", "money", phone=True),
    Column("contribution", "Of the change", "percent", about="This job's change as a share of the change of all spend"),
)


def movers(
    listed: Listed | None, whole: float | None, filters: Filters, params: address.Params, *, most: int = 16
) -> None:
    """Jobs whose cost changed most, largest change first; `whole` is the change of all spend. Files get all of them."""
    if listed is None or filters.compare is None:
        st.markdown(words.strong("What changed most"))
        st.caption("Nothing to compare with.")
        return
    every = Table(
        _moved(listed.rows, whole),
        MOVERS,
        filters.currency,
        "movers",
        "Jobs whose cost changed most",
        bare=True,
        of=listed.parts,
        link=opener("job", params),
        extra=lambda row, column: signed(row, column, filters.currency),
        empty="No cost changed.",
    )
    files = partial(_all_moved, session.context(), filters, session.as_of(), whole)
    export.heading("What changed most", every, filters, name="overview-movers", exact=files)
    table.draw(replace(every, frame=every.frame.head(most), of=None))
    _and_more(listed, most, "change", filters.currency)


def _moved(rows: pd.DataFrame, whole: float | None) -> pd.DataFrame:
    """Jobs with their part in the change of all spend."""
    shares = rows["change"] / whole if whole and abs(whole) >= 0.005 else float("nan")
    return _named(rows, "job").assign(contribution=shares)


def _all_moved(context: Context, filters: Filters, until: AsOf, whole: float | None) -> Exact:
    """Every job that changed, read when a file of them is asked for, as who looked at the page."""
    rows = _moved(every_mover(context.warehouse, filters, until, "job"), whole)
    return Exact(rows, [column.spec for column in MOVERS])


def signed(row: Row, column: Column, currency: str) -> Mapping[str, Any]:
    """A change has a sign, and the colour of a rise or a fall."""
    if column.name != "change" or formatting.missing(row["change"]):
        return {}
    amount = row["change"]
    tone = "up" if amount > 0 else "down" if amount < 0 else "muted"
    return {"text": formatting.money(amount, currency, plus=True), "tone": tone}
