"""Makes an engine's answer what the query's head promises: names, order and types.

Engines differ here without being wrong: DuckDB sums to 128-bit integers, Spark to 64 bits, and a product of decimals
has another scale in each. After this, frames of all engines are the same.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from lib.errors import QueryError
from lib.queries.head import Column
from lib.warehouse.types import arrow_type

if TYPE_CHECKING:
    import pyarrow as pa


def conform(table: "pa.Table", returns: Sequence[Column], place: str) -> "pa.Table":
    """`table` with the promised columns in the promised order and types; a QueryError when it has others."""
    import pyarrow as pa

    promised = _promised(tuple(returns))
    if table.schema == promised:
        return table
    _same_columns(table.column_names, promised.names, place)
    columns = [_cast(table.column(column.name), column, place) for column in returns]
    return pa.table(columns, schema=promised)


@cache
def _promised(returns: tuple[Column, ...]) -> "pa.Schema":
    import pyarrow as pa

    return pa.schema([(column.name, arrow_type(column.type)) for column in returns])


def _same_columns(got: Sequence[str], promised: Sequence[str], place: str) -> None:
    missing = [name for name in promised if name not in got]
    extra = [name for name in got if name not in promised]
    twice = sorted({name for name in got if list(got).count(name) > 1})
    complaints = [
        f"{what} {', '.join(names)}"
        for what, names in (("misses", missing), ("also returns", extra), ("returns twice", twice))
        if names
    ]
    if complaints:
        raise QueryError(
            f"The result {' and '.join(complaints)}.",
            place=place,
            remedy="Make the SELECT list and `Returns:` of the head name the same columns.",
        )


def _cast(values: "pa.ChunkedArray", column: Column, place: str) -> "pa.ChunkedArray":
    import pyarrow as pa

    wanted = arrow_type(column.type)
    if values.type == wanted:
        return values
    try:
        if pa.types.is_decimal(wanted):
            return _to_decimal(values, wanted)
        if pa.types.is_timestamp(wanted) and not pa.types.is_timestamp(values.type):
            values = values.cast(pa.timestamp("us"))
        return values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise QueryError(
            f"{column.name} is {values.type} and cannot become {column.type}: {error}",
            place=place,
            remedy="Correct the type in `Returns:`, or CAST in the SELECT list.",
        ) from error


def _to_decimal(values: "pa.ChunkedArray", wanted: "pa.Decimal128Type") -> "pa.ChunkedArray":
    """Digits that do not fit are rounded half up (away from zero), never cut off."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_decimal(values.type) and values.type.scale > wanted.scale:
        values = pc.round(values, ndigits=wanted.scale, round_mode="half_towards_infinity")
    return values.cast(wanted)
