"""A table as CSV, for programs and spreadsheets. Values keep their full precision.

A sparkline is a picture of other figures and is left out. An amount that is not known is an empty cell, never a zero.
"""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pandas as pd

from lib.reports.cells import in_utc, is_missing
from lib.reports.content import NUMERIC, ColumnSpec, in_files

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet reads as the start of a formula, or skips on the way to one."""


def to_csv(frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> bytes:
    """The rows as UTF-8 CSV with a byte-order mark, which Excel needs and pandas skips; heads are the columns' names.

    Amounts have all their digits, times are UTC as `2026-06-01 04:05:06`, durations seconds, percentages shares.
    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    shown = in_files(columns)
    target = StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.name for column in shown])
    fields = [[_field(value, column) for value in frame[column.name].tolist()] for column in shown]
    writer.writerows(zip(*fields, strict=True))
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8", "replace")


def _field(value: Any, column: ColumnSpec) -> str:
    """One value for CSV."""
    if is_missing(value):
        return ""
    if isinstance(value, timedelta):
        return _digits(value.total_seconds())
    if column.kind in NUMERIC and not isinstance(value, str):
        return _digits(value)
    if isinstance(value, datetime):
        return in_utc(value).strftime("%Y-%m-%d %H:%M:%S")
    return harmless(str(value))


def harmless(text: str) -> str:
    """The text, with an apostrophe in front when a spreadsheet would run it.

    >>> harmless("=1+1"), harmless("nightly_etl")
    ("'=1+1", 'nightly_etl')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _digits(value: Any) -> str:
    """All digits of a number, never as a power of ten.

    >>> _digits(Decimal("12.340000000000")), _digits(0.1), _digits(Decimal("-0"))
    ('12.34', '0.1', '0')
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(value.item() if hasattr(value, "item") else value))
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
