"""Answers of two engines as plain rows, and whether they are the same."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

TOLERANCE = 1e-9
"""Relative. Spark rounds each product of decimals to 13 digits, DuckDB keeps 28."""
SMALLEST = 1e-12
"""Amounts below are no money."""


def rows(table: pa.Table, key: Sequence[str] | None = None) -> list[list[Any]]:
    """Rows in the order of their key; with None as they came, with no names by all their values."""
    columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    found = [list(row) for row in zip(*columns, strict=True)]
    if key is None:
        return found
    places = [table.column_names.index(name) for name in key] or range(table.num_columns)
    return sorted(found, key=lambda row: json.dumps([row[place] for place in places], default=str, sort_keys=True))


def _plain(value: Any) -> Any:
    """Engines differ in what a map's order, a zone or a trailing zero looks like; none of it is content."""
    match value:
        case Decimal():
            return value.normalize() if value else Decimal(0)
        case datetime():
            return value.replace(tzinfo=None)
        case float() if math.isnan(value):
            return "NaN"
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() if value and all(isinstance(item, tuple) for item in value):
            return {"map": sorted(([str(k), _plain(v)] for k, v in value), key=str)}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value


def same(left: Any, right: Any) -> bool:
    """Equal, numbers within the tolerance."""
    if _is_number(left) and _is_number(right):
        if isinstance(left, int) and isinstance(right, int):
            return left == right
        return math.isclose(float(left), float(right), rel_tol=TOLERANCE, abs_tol=SMALLEST)
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
