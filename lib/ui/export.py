"""Exports of what is on screen: the same rows in the same order, and what they stand on. Built when clicked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from lib.reports import tables
from lib.reports.content import ColumnSpec
from lib.reports.words import base_words, filters_in_words
from lib.spend.filters import Filters
from lib.ui import session
from lib.ui.table import Table, address_now, arranged

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, eq=False)
class Exact:
    """The rows of a table with all their digits, in the order of the table's frame."""

    frame: pd.DataFrame
    columns: Sequence[ColumnSpec]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What goes into a file: rows in the order on screen, their columns, the total of the screen."""

    frame: pd.DataFrame
    columns: tuple[ColumnSpec, ...]
    title: str
    notes: tuple[tuple[str, str], ...]
    currency: str
    total: dict[str, object] | None

    def csv(self) -> bytes:
        """For programs."""
        return tables.to_csv(self.frame, self.columns)

    def excel(self) -> bytes:
        """For people."""
        return tables.to_excel(
            self.frame, self.columns, self.title, self.notes, currency=self.currency, total=self.total
        )


def sheet(table: Table, filters: Filters, *, title: str, exact: Exact | None = None) -> Sheet:
    """The table as shown, ready to be written."""
    rows = arranged(table, address_now())
    columns = tuple(exact.columns) if exact else tuple(column.spec for column in table.columns)
    names = {column.name for column in columns}
    total = {name: value for name, value in (table.total or {}).items() if name in names and not isinstance(value, str)}
    return Sheet(
        frame=exact.frame.loc[rows.index] if exact else rows,
        columns=columns,
        title=title,
        notes=(
            *filters_in_words(filters, session.options().workspaces),
            ("Cost", base_words(filters)),
            ("Data", session.as_of_words()),
        ),
        currency=table.currency,
        total=total or None,
    )


def menu(
    table: Table,
    filters: Filters,
    *,
    title: str,
    name: str,
    exact: Exact | None = None,
    pdf: Callable[[], bytes] | None = None,
) -> None:
    """A button with the formats; `name` is the file's, without its ending."""
    ready = sheet(table, filters, title=title, exact=exact)
    stem = f"lakeledger-{name}-{filters.period.start}-{filters.period.last}"
    with st.popover("Export", icon=":material/download:", key=f"export-{table.key}"):
        st.caption(f"{len(table.frame):,} rows, as filtered and sorted here")
        button = partial(_button, key=table.key, stem=stem)
        if pdf:
            button("PDF report", pdf, "pdf", "application/pdf", "picture_as_pdf")
        button("Excel", ready.excel, "xlsx", EXCEL, "table_view")
        button("CSV", ready.csv, "csv", "text/csv", "csv")


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
