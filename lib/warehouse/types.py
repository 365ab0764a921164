"""The types of a query's contract, as Arrow and as DuckDB spell them."""

from typing import TYPE_CHECKING

from lib.queries.types import SqlType

if TYPE_CHECKING:
    import pyarrow as pa

_OWN_IDS = frozenset(("event_id", "record_id", "run_id", "statement_id"))
"""Hardly any value of these occurs twice in a table: to compress them takes four times as long as to write them."""
_DUCKDB = {"STRING": "VARCHAR", "TIMESTAMP": "TIMESTAMPTZ", "INT": "INTEGER", "BINARY": "BLOB"}


def duckdb_type(type_: SqlType) -> str:
    """DuckDB's name for a type; times are always with a zone, and the zone is always UTC.

    >>> from lib.queries.types import parse_type
    >>> duckdb_type(parse_type("MAP<STRING, ARRAY<TIMESTAMP>>"))
    'MAP(VARCHAR, TIMESTAMPTZ[])'
    """
    parts = [duckdb_type(part) for part in type_.parts]
    match type_.name:
        case "ARRAY":
            return f"{parts[0]}[]"
        case "MAP":
            return f"MAP({parts[0]}, {parts[1]})"
        case "STRUCT":
            # quoted, because one of the fields is called `default`
            named = (f'"{name}" {part}' for name, part in zip(type_.fields, parts, strict=True))
            return f"STRUCT({', '.join(named)})"
        case "DECIMAL":
            return str(type_)
    return _DUCKDB.get(type_.name, type_.name)


def duckdb_column(name: str, type_: SqlType) -> str:
    """A column as `CREATE TABLE` spells it."""
    return f'"{name}" {duckdb_type(type_)}{" USING COMPRESSION uncompressed" if name in _OWN_IDS else ""}'


def arrow_type(type_: SqlType) -> "pa.DataType":
    """Arrow's type; times are UTC microseconds."""
    import pyarrow as pa

    parts = [arrow_type(part) for part in type_.parts]
    match type_.name:
        case "ARRAY":
            return pa.list_(parts[0])
        case "MAP":
            return pa.map_(parts[0], parts[1])
        case "STRUCT":
            return pa.struct(list(zip(type_.fields, parts, strict=True)))
        case "DECIMAL":
            return pa.decimal128(*type_.digits)
    return {
        "STRING": pa.string(),
        "BOOLEAN": pa.bool_(),
        "TINYINT": pa.int8(),
        "SMALLINT": pa.int16(),
        "INT": pa.int32(),
        "BIGINT": pa.int64(),
        "FLOAT": pa.float32(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us", tz="UTC"),
        "BINARY": pa.binary(),
    }[type_.name]
