"""Two answers to one query, compared as a person would: the order of rows and the 9th digit do not matter."""

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa


def assert_same(left: pa.Table, right: pa.Table, tolerance: float = 1e-9) -> None:
    """The same columns, the same types, the same rows."""
    assert left.schema.names == right.schema.names
    assert left.schema.types == right.schema.types
    ours, theirs = (sorted(table.to_pylist(), key=_sort_key) for table in (left, right))
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    for a, b in zip(ours, theirs, strict=True):
        for name in a:
            assert same(a[name], b[name], tolerance), (name, a[name], b[name], a)


def same(a: Any, b: Any, tolerance: float) -> bool:
    """Equal, or two numbers within a relative tolerance."""
    if isinstance(a, (float, Decimal)) and isinstance(b, (float, Decimal)):
        return math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=1e-9) or (
            float(a) != float(a) and float(b) != float(b)
        )
    if isinstance(a, list) and isinstance(b, list):
        return sorted(map(str, a)) == sorted(map(str, b))
    return bool(a == b)


def _sort_key(row: dict[str, Any]) -> str:
    return repr([_rounded(value) for value in row.values()])


def _rounded(value: Any) -> Any:
    return f"{float(value):.6g}" if isinstance(value, (float, Decimal)) else str(value)
