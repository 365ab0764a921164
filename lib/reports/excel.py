"""A table as an Excel workbook: typed cells with all their digits, and a sheet of notes on what they stand on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from lib.reports.cells import in_utc, is_missing
from lib.reports.content import NUMERIC, ColumnSpec, in_files
from lib.spend import formatting

UNPRICED_NOTE = "An empty amount is usage without a price: it is in no total, and it is not zero."
SHEET_NAME_MOST = 31
CELL_MOST = 32_767
"""Excel's limit for the text of a cell."""


def to_excel(
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    title: str,
    notes: Sequence[tuple[str, str]],
    *,
    currency: str = "USD",
    total: Mapping[str, object] | None = None,
) -> bytes:
    """A workbook: the rows with typed cells, frozen heads, filters and a total; and what they stand on as notes.

    notes: (name, words) such as filters, prices and as-of. Text is written as text, so nothing in it can run.
    """
    shown = in_files(columns)
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "author": "Lakeledger", "created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet(_sheet_name(title))
        _write_rows(book, sheet, frame, shown, currency, total)
        priced = all(column.kind != "money" or not frame[column.name].isna().any() for column in shown)
        _write_notes(book, title, [*notes, *([] if priced else [("Unpriced", UNPRICED_NOTE)])])
    return target.getvalue()


def _sheet_name(title: str) -> str:
    """Excel allows 31 characters and none of []:*?/\\, and no apostrophe at either end."""
    name = "".join(" " if char in "[]:*?/\\" or not char.isprintable() else char for char in title)
    return name.strip(" '")[:SHEET_NAME_MOST].strip(" '") or "Rows"


def _write_rows(
    book: Workbook,
    sheet: Worksheet,
    frame: pd.DataFrame,
    columns: list[ColumnSpec],
    currency: str,
    total: Mapping[str, object] | None,
) -> None:
    head = {"bold": True, "bottom": 1, "bg_color": "#f3f6fa", "text_wrap": True, "valign": "bottom"}
    for at, column in enumerate(_told_apart(frame, columns)):
        sheet.write_string(0, at, column.head, book.add_format(head | {"align": column.side}))
        plain = book.add_format(_style(column, currency))
        for row, value in enumerate(frame[column.name].tolist(), 1):
            _write(sheet, row, at, value, column, plain)
        sheet.set_column(at, at, _column_width(frame, column), plain)
    sheet.freeze_panes(1, 1)
    if columns:
        sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)
    if total is not None and len(frame):
        _write_total(book, sheet, len(frame) + 1, columns, currency, total)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _told_apart(frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> list[ColumnSpec]:
    """Columns of text that hold times are columns of times."""
    times = {column.name for column in columns if pd.api.types.is_datetime64_any_dtype(frame[column.name])}
    return [replace(column, kind="moment") if column.name in times else column for column in columns]


def _write_total(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    columns: list[ColumnSpec],
    currency: str,
    total: Mapping[str, object],
) -> None:
    free = next((column.name for column in columns if column.name not in total), None)
    for at, column in enumerate(columns):
        style = book.add_format(_style(column, currency) | {"bold": True, "top": 1})
        if column.name == free:
            sheet.write_string(row, at, "Total", style)
        else:
            _write(sheet, row, at, total.get(column.name), column, style)


def _style(column: ColumnSpec, currency: str) -> dict[str, Any]:
    """Excel's way to show the kind; what is stored keeps its precision."""
    formats: dict[str, str] = {
        "money": _money_format(currency),
        "dbus": "#,##0.00",
        "number": "#,##0.##",
        "exact": "#,##0.00####",
        "count": "#,##0",
        "percent": "0.0%",
        "change": "+0.0%;-0.0%;0.0%",
        "duration": "[h]:mm:ss",
        "date": "yyyy-mm-dd",
        "moment": "yyyy-mm-dd hh:mm:ss",
    }
    return {"align": column.side, "valign": "top"} | (
        {"num_format": formats[column.kind]} if column.kind in formats else {}
    )


def _money_format(currency: str) -> str:
    """Two decimals, or none where the currency has none; the symbol as on screen.

    >>> _money_format("USD"), _money_format("CHF")
    ('"$"#,##0.00;-"$"#,##0.00', '"CHF "#,##0.00;-"CHF "#,##0.00')
    """
    unit = formatting.SYMBOLS.get(currency, f"{currency} ").replace('"', "")
    digits = "#,##0" if currency in formatting.WHOLE_CURRENCIES else "#,##0.00"
    return f'"{unit}"{digits};-"{unit}"{digits}'


def _write(sheet: Worksheet, row: int, at: int, value: Any, column: ColumnSpec, style: Format) -> None:
    """One typed cell; what is missing stays empty."""
    if is_missing(value):
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, timedelta):
        sheet.write_number(row, at, value / timedelta(days=1), style)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, in_utc(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, style)
    elif column.kind in NUMERIC and not isinstance(value, str) and math.isfinite(value):
        sheet.write_number(row, at, float(value) / (86_400 if column.kind == "duration" else 1), style)
    else:
        sheet.write_string(row, at, _storable(str(value)), style)


def _storable(text: str) -> str:
    """Without what a workbook cannot hold: control characters, halves of surrogates, more than a cell's limit."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff"))[
        :CELL_MOST
    ]


def _column_width(frame: pd.DataFrame, column: ColumnSpec) -> float:
    """In characters, by the kind or by the longest of the first rows."""
    if column.kind in NUMERIC or column.kind in ("date", "moment"):
        return max(14.0 if column.kind != "moment" else 19.0, len(column.head) * 0.7)
    longest = max((len(str(value)) for value in frame[column.name].head(500)), default=0)
    return float(min(max(longest, len(column.head), 10) + 2, 60))


def _write_notes(book: Workbook, title: str, notes: Sequence[tuple[str, str]]) -> None:
    """A sheet that says what the rows are: filters, prices, as of, remarks."""
    sheet = book.add_worksheet("Notes" if _sheet_name(title).lower() != "notes" else "About")
    bold, plain = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet.set_column(0, 0, 24, plain)
    sheet.set_column(1, 1, 90, plain)
    sheet.write_string(0, 0, _storable(title), book.add_format({"bold": True, "font_size": 14}))
    for row, (name, words) in enumerate([*notes, ("Times", "All times are UTC.")], 2):
        sheet.write_string(row, 0, _storable(name), bold)
        sheet.write_string(row, 1, _storable(words), plain)
