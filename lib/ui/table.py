"""Tables: one page of rows, a pinned total, headings that sort, names that open. The state is in the address.

Streamlit's own grid draws on a canvas: no pinned total, no full name on hover, no link a keyboard reaches. This one
is a real HTML table, so all rows are sorted and paged here and only the page in sight is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from lib.config import settings
from lib.reports.order import in_order
from lib.spend import formatting
from lib.ui import address
from lib.ui.columns import NUMERIC, UNSORTED, Column, cell

NAME_LENGTH = 40
BARELY = 0.0005
"""Changes below this share round to nothing and are neither good nor bad."""
SHORT_LENGTH = 20
"""Characters of a name on a narrow screen."""
ASSETS = Path(__file__).parent / "assets"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """Why a row stands out: two or three words, and the sentence behind them."""

    words: str
    why: str


@dataclass(frozen=True, eq=False)
class Table:
    """A frame with everything that is needed to draw and to export it."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    currency: str
    key: str
    """Name of the table in the address: `<key>_sort`, `<key>_page`."""
    alt: str
    """One sentence that says what the table lists."""
    link: Callable[[Row], str] | None = None
    """Where a row opens."""
    total: Mapping[str, Any] | None = None
    """Values of the pinned last row, by column name; it must equal the cards."""
    mark: Callable[[Row], Mark | None] | None = None
    extra: Callable[[Row, Column], Mapping[str, Any]] | None = None
    """More about one cell: `hover`, `sub`, `tone`, `badge`, `colour`, `tint`, `estimate`, `href`, `text`."""
    complete: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    """Adds what only the rows in view need, such as their sparklines."""
    sort: str = ""
    """Column the table is sorted by at first; `-name` from the largest down; empty keeps the frame's order."""
    empty: str = "Nothing matches these filters."
    page_size: int = field(default_factory=lambda: settings().page_size)
    of: int | None = None
    """How many rows there are when the frame holds the page in view only, in its order."""
    sorts: frozenset[str] = frozenset()
    """Columns by which rows that come a page at a time can be asked for."""
    bare: bool = False
    """Without frame, sorting and paging: for short lists inside a card."""
    pick: Callable[[Row], str] | None = None
    """A key for rows that can be ticked; `draw` returns the keys that are. Empty for a row that cannot be."""
    headless: bool = False


@cache
def _style() -> str:
    return (ASSETS / "table.css").read_text("utf-8")


@cache
def _script() -> str:
    return (ASSETS / "table.js").read_text("utf-8")


def draw(table: Table) -> list[str]:
    """The page of the table that the address asks for; the keys of the rows that are ticked."""
    component = st.components.v2.component(
        "lakeledger_table", html='<div class="frame">\n</div>', css=_style(), js=_script()
    )
    data, key = payload(table, address_now()), f"table-{table.key}"
    if table.pick is None:
        component(data=data, key=key)
        return []
    drawn = component(data=data, key=key, default={"picked": []}, on_picked_change=lambda: None)
    ticked: list[str] = drawn.picked or []
    known = {table.pick(row) for row in table.frame.to_dict("records")}
    return [name for name in ticked if name in known]


def address_now() -> dict[str, list[str]]:
    """The parameters of the page in view."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def onward(**own: str) -> dict[str, str | list[str]]:
    """The parameters of a link to another page: the view goes along, and what the page needs of its own."""
    return {**address.carried(address_now()), **own}


@dataclass(frozen=True)
class Order:
    """How a table is sorted; an empty name keeps the frame's order."""

    name: str = ""
    down: bool = False

    @property
    def text(self) -> str:
        """As the address spells it."""
        return f"-{self.name}" if self.down else self.name


def order(table: Table, params: address.Params) -> Order:
    """The order the address asks for, else the table's own; unknown columns are ignored."""
    sortable = {column.name for column in table.columns if column.kind not in UNSORTED}
    for text in (*params.get(f"{table.key}_sort", []), table.sort):
        if text.removeprefix("-") in sortable:
            return Order(text.removeprefix("-"), text.startswith("-"))
    return Order()


def arranged(table: Table, params: address.Params) -> pd.DataFrame:
    """All rows in the order of the address; missing values last either way."""
    by = order(table, params)
    if not by.name or table.frame.empty or table.of is not None:
        return table.frame
    return in_order(table.frame, by.text)


def payload(table: Table, params: address.Params) -> dict[str, Any]:
    """What the browser draws."""
    rows = arranged(table, params)
    count = len(rows) if table.of is None else table.of
    pages = max(1, -(-count // table.page_size))
    page = page_number(table.key, params, pages)
    shown = rows if table.of is not None else rows.iloc[(page - 1) * table.page_size : page * table.page_size]
    if table.complete and len(shown):
        shown = table.complete(shown)
    by = order(table, params)
    return {
        "alt": table.alt,
        "bare": table.bare,
        "headless": table.headless,
        "empty": table.empty,
        "picks": table.pick is not None,
        "columns": [_heading(table, column, by, params) for column in table.columns],
        "rows": [_row(table, row) for row in shown.to_dict("records")],
        "total": _total(table) if table.total is not None and len(rows) else None,
        "pages": None if pages == 1 else _pager(table, params, page, pages, count),
    }


def page_number(key: str, params: address.Params, pages: int) -> int:
    """The page of a table that the address asks for, or the nearest there is."""
    return min(pages, address.Reader(params).one(f"{key}_page", address.natural, 1))


def _heading(table: Table, column: Column, by: Order, params: address.Params) -> dict[str, Any]:
    heading: dict[str, Any] = {
        "label": column.label,
        "about": column.about,
        "right": column.kind in NUMERIC or column.kind == "spark",
        "mono": column.kind == "id",
        "stays": column is table.columns[0] and not table.bare,
        "phone": column.phone or column is table.columns[0],
    }
    asked = table.of is not None
    if table.bare or column.kind in UNSORTED or (asked and column.name not in table.sorts):
        return heading
    current = by.name == column.name
    down = not by.down if current else column.kind in NUMERIC
    change = {f"{table.key}_sort": Order(column.name, down).text, f"{table.key}_page": None}
    heading["sort"] = address.here(params, **change)
    if current:
        heading["sorted"] = "descending" if by.down else "ascending"
    return heading


def _row(table: Table, row: Row) -> dict[str, Any]:
    href = table.link(row) if table.link else ""
    mark = table.mark(row) if table.mark else None
    cells = [_cell(table, row, column) for column in table.columns]
    if href:
        cells[0].setdefault("href", href)
    if mark:
        cells[0] |= {"flag": mark.words, "flagHover": mark.why}
    drawn: dict[str, Any] = {"href": href, "mark": bool(mark), "cells": cells}
    if table.pick:
        drawn["pick"] = table.pick(row)
    return drawn


def _cell(table: Table, row: Row, column: Column) -> dict[str, Any]:
    value = row.get(column.name)
    more = dict(table.extra(row, column)) if table.extra else {}
    if column.kind == "spark":
        return {"spark": [float(point) for point in value]} if value is not None and len(value) else {"text": ""}
    if column.kind == "bar":
        return {"share": 0.0 if formatting.missing(value) else float(value or 0)} | more
    full = cell(value, column, table.currency)
    shown: dict[str, Any] = {"text": full}
    if column.wraps:
        shown["wrap"] = True
    elif column.kind == "text" and len(full) > SHORT_LENGTH:
        shown |= {
            "text": formatting.middle(full, NAME_LENGTH),
            "short": formatting.middle(full, SHORT_LENGTH),
            "hover": full,
        }
    if column.estimate and not formatting.missing(value):
        shown |= {"estimate": True, "hover": column.about or "An estimate."}
    if column.kind == "id" and value:
        shown["copy"] = full
    if column.kind == "change" and not formatting.missing(value):
        change = float(value or 0)
        shown["tone"] = "muted" if abs(change) < BARELY else "up" if change > 0 else "down"
    if formatting.missing(value):
        shown["tone"] = "muted"
    if "text" in more:
        shown.pop("short", None)
    return shown | more


def _total(table: Table) -> dict[str, Any]:
    assert table.total is not None
    total = table.total
    return {
        "cells": [
            {"text": total[c.name] if isinstance(total[c.name], str) else cell(total[c.name], c, table.currency)}
            if c.name in total
            else {"text": ""}
            for c in table.columns
        ]
    }


def _pager(table: Table, params: address.Params, page: int, pages: int, rows: int) -> dict[str, Any]:
    first, last = (page - 1) * table.page_size + 1, min(rows, page * table.page_size)
    words = f"{formatting.count(first)}{formatting.DASH}{formatting.count(last)} of {formatting.count(rows)}"
    links: list[dict[str, Any]] = []
    before = 1
    for number in _near(page, pages):
        if number - before > 1:
            links.append({"label": "…"})
        before = number
        target = {f"{table.key}_page": None if number == 1 else str(number)}
        links.append(
            {"label": str(number), "current": True}
            if number == page
            else {"label": str(number), "href": address.here(params, **target), "about": f"Page {number}"}
        )
    return {"words": words, "links": links}


def _near(page: int, pages: int) -> list[int]:
    """First, last, and the pages around this one."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
