"""Results as Databricks would type them: what DuckDB has besides, and Spark has not, is cast away."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A column of a result: its name and its type as Databricks writes it."""

    name: str
    type_text: str


def as_databricks(table: pa.Table, duckdb_types: list[str]) -> pa.Table:
    """The table with only types that Spark has: HUGEINT is BIGINT, unsigned numbers the next larger signed one."""
    columns = [
        column.cast(_plain(column.type, "HUGEINT" in type_))
        for column, type_ in zip(table.itercolumns(), duckdb_types, strict=True)
    ]
    return pa.table(columns, names=table.schema.names)


def _plain(type_: pa.DataType, huge: bool) -> pa.DataType:
    if huge and pa.types.is_decimal(type_) and type_.precision == 38 and type_.scale == 0:
        return pa.int64()
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", tz="UTC" if type_.tz else None)
    if pa.types.is_map(type_):
        return pa.map_(_plain(type_.key_type, huge), _plain(type_.item_type, huge))
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return pa.list_(_plain(type_.value_type, huge))
    if pa.types.is_struct(type_):
        return pa.struct([(field.name, _plain(field.type, huge)) for field in type_])
    if pa.types.is_interval(type_) or pa.types.is_duration(type_) or pa.types.is_time(type_):
        return pa.string()
    return _SIGNED.get(type_, type_)


_SIGNED = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.int64(),
    pa.large_string(): pa.string(),
    pa.string_view(): pa.string(),
    pa.large_binary(): pa.binary(),
}

_NAMES = {
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INT",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
    pa.binary(): "BINARY",
    pa.date32(): "DATE",
    pa.null(): "VOID",
}


def type_text(type_: pa.DataType) -> str:
    """Databricks' name for an Arrow type.

    >>> type_text(pa.map_(pa.string(), pa.list_(pa.decimal128(38, 12))))
    'MAP<STRING, ARRAY<DECIMAL(38,12)>>'
    """
    if pa.types.is_decimal(type_):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP" if type_.tz else "TIMESTAMP_NTZ"
    if pa.types.is_map(type_):
        return f"MAP<{type_text(type_.key_type)}, {type_text(type_.item_type)}>"
    if pa.types.is_list(type_):
        return f"ARRAY<{type_text(type_.value_type)}>"
    if pa.types.is_struct(type_):
        return f"STRUCT<{', '.join(f'{field.name}: {type_text(field.type)}' for field in type_)}>"
    return _NAMES[type_]


def columns_of(table: pa.Table) -> list[Column]:
    """The columns of a result."""
    return [Column(field.name, type_text(field.type)) for field in table.schema]
