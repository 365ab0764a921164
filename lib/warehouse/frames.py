"""Results for the screen: pandas frames whose money is float. Exact amounts stay in the Arrow table."""

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable


def frame(rows: pa.Table) -> pd.DataFrame:
    """The rows as a frame; decimals become float64 (NULL becomes NaN), text keeps None."""
    columns = [
        column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column for column in rows.itercolumns()
    ]
    return pa.table(columns, names=rows.schema.names).to_pandas()


def sum_or_none(values: "pd.Series[float]") -> float | None:
    """The sum of what is there, the same in whatever order rows came; None, not 0, when nothing is."""
    return math.fsum(values.dropna()) if values.notna().any() else None


def total(rows: pa.Table, *columns: str) -> Decimal | None:
    """The exact sum of decimal columns; None when not one value is there."""
    values = [value for column in columns for value in _values(rows, column) if value is not None]
    return sum(values, Decimal(0)) if values else None


def _values(rows: pa.Table, column: str) -> "Iterable[Decimal | None]":
    return rows.column(column).to_pylist()  # type: ignore[no-any-return]
