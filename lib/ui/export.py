"""Exports of what is on screen: the same rows in the same order, and what they stand on. Built when clicked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.reports.content import ColumnSpec
from lib.reports.words import base_words, filters_in_words
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import session, words
from lib.ui.address import Params, carried
from lib.ui.table import Table, address_now, arranged, draw, order

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, eq=False)
class Exact:
    """The rows of a table with all their digits, in the order of the table's frame."""

    frame: pd.DataFrame
    columns: Sequence[ColumnSpec]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What goes into a file, worked out when the file is asked for: by then no page is being drawn."""

    table: Table
    params: Params
    exact: Callable[[], Exact] | None
    title: str
    notes: tuple[tuple[str, str], ...]

    def rows(self) -> tuple[pd.DataFrame, list[ColumnSpec]]:
        """The rows in the order on screen, and their columns."""
        shown = arranged(self.table, self.params)
        if self.exact is None:
            return shown, [column.spec for column in self.table.columns]
        exact = self.exact()
        in_order = exact.frame if self.table.of is not None else exact.frame.loc[shown.index]
        return in_order, list(exact.columns)

    def csv(self) -> bytes:
        """For programs."""
        from lib.reports import tables

        return tables.to_csv(*self.rows())

    def excel(self) -> bytes:
        """For people."""
        from lib.reports import excel

        frame, columns = self.rows()
        names = {column.name for column in columns}
        total = {
            name: value
            for name, value in (self.table.total or {}).items()
            if name in names and not isinstance(value, str) and (self.table.of or 0) <= len(frame)
        }
        return excel.to_excel(frame, columns, self.title, self.notes, currency=self.table.currency, total=total or None)


def sheet(table: Table, filters: Filters, *, title: str, exact: Callable[[], Exact] | None = None) -> Sheet:
    """The table as shown, ready to be written, with what it stands on."""
    notes = (
        *filters_in_words(filters, session.options().workspaces),
        ("Cost", base_words(filters)),
        ("Data", session.as_of_words()),
    )
    return Sheet(table, address_now(), exact, title, notes)


def menu(
    table: Table,
    filters: Filters,
    *,
    title: str,
    name: str,
    exact: Callable[[], Exact] | None = None,
    pdf: Callable[[], bytes] | None = None,
    rows: int | None = None,
    report: Mapping[str, str] | None = None,
) -> None:
    """A button with the formats.

    name:   the file's, without its ending
    exact:  the rows with all their digits, where the table's own are rounded to floats
    pdf:    the page on paper; like `exact` it runs when no page is drawn and nobody is known to look, so that it is
            given what it asks (the context, not `session`)
    rows:   how many rows a file gets, when that is not all of the table's
    report: the kind of report that shows this view, and what else it needs: offered as one that is sent by itself
    """
    ready = sheet(table, filters, title=title, exact=exact)
    stem = f"lakeledger-{name}-{filters.period.start}-{filters.period.last}"
    count = (table.of or len(table.frame)) if rows is None else rows
    with st.popover("Export", icon=":material/download:", key=f"export-{table.key}"):
        st.caption(f"{formatting.plural(count, 'row')}, as filtered and sorted here")
        button = partial(_button, key=table.key, stem=stem)
        if pdf:
            button("PDF report", pdf, "pdf", "application/pdf", "picture_as_pdf")
        button("Excel", ready.excel, "xlsx", EXCEL, "table_view")
        button("CSV", ready.csv, "csv", "text/csv", "csv")
        if report is not None:
            by_itself(report)


def by_itself(report: Mapping[str, str]) -> None:
    """A link to a new report of this view, which is sent when it is due; `report` as in `menu`."""
    params = {**carried(address_now()), "plan": "new", **report}
    label = "Send this view by itself"
    st.page_link("pages/reports.py", label=label, icon=":material/schedule_send:", query_params=params)


def list_report(kind: str, own: Mapping[str, Sequence[str]], shown: Table) -> dict[str, str]:
    """The report of a list as it is narrowed and sorted now; `own`: the page's parameters, of which a report keeps those it
    knows."""
    from lib.reporting.plan import NARROW

    sort = order(shown, address_now()).text
    now = {**own, "sort": [sort] if sort != shown.sort else []}
    narrow = urlencode({name: list(now[name]) for name in NARROW[kind] if now.get(name)}, doseq=True)
    return {"kind": kind} | ({"narrow": narrow} if narrow else {})


def titled(title: str, table: Table, filters: Filters, *, name: str) -> None:
    """A table under its name, with its files at the right."""
    heading(title, table, filters, name=name)
    draw(table)


def listed(
    table: Table,
    *,
    name: str,
    title: str = "",
    note: str = "",
    columns: Sequence[ColumnSpec] = (),
    row: DeltaGenerator | None = None,
) -> None:
    """A table that goes by no filters, its files at the right above it; without a title it is named elsewhere.

    note:    a sentence in place of a title
    columns: of the files, where the screen has words and the frame the figures
    row:     a row that stands above the table already and takes the files
    """
    exact = (lambda: Exact(table.frame, columns)) if columns else None
    side: Literal["distribute", "right"] = "distribute" if title or note else "right"
    if title or note or len(table.frame):
        with row or st.container(horizontal=True, horizontal_alignment=side, vertical_alignment="center"):
            if title or note:
                (st.markdown if title else st.caption)(
                    words.strong(title) if title else words.plain(note), width="content"
                )
            if len(table.frame):
                menu(table, session.view().filters, title=title or table.alt, name=name, exact=exact)
    draw(table)


def heading(title: str, table: Table, filters: Filters, *, name: str, exact: Callable[[], Exact] | None = None) -> None:
    """The name of a table, with its files at the right; the table, or `exact`, may hold more rows than are drawn under it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words.strong(title), width="content")
        if len(table.frame):
            menu(table, filters, title=title, name=name, exact=exact)


def _button(label: str, data: Callable[[], bytes], ending: str, mime: str, icon: str, *, key: str, stem: str) -> None:
    st.download_button(
        label,
        data,
        f"{stem}.{ending}",
        mime,
        key=f"{key}-{ending}",
        on_click="ignore",
        icon=f":material/{icon}:",
        width="stretch",
        type="tertiary",
    )
