"""SQL that turns a value without parts into a column's type: texts, numbers, times, truth values."""

from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from lib.queries.types import SqlType
from lib.warehouse.types import duckdb_type

_WHOLE = frozenset(("tinyint", "smallint", "integer", "bigint", "hugeint",
                   "utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"))  # fmt: skip
_FLOATS = frozenset(("float", "double"))
_TIMES = frozenset(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone", "date"))
_NESTED = frozenset(("struct", "map", "list"))
_WHOLE_TARGETS = frozenset(("TINYINT", "SMALLINT", "INT", "BIGINT"))
_EXACT_FLOAT = 2**53


class Unfit(Exception):
    """No value of this type can become a value of that one."""


@dataclass(frozen=True)
class Converted:
    """One column (or field, or element) as SQL."""

    value: str
    bad: str | None = None
    """True where the file has a value that is lost; NULL counts as false."""
    rounded: str | None = None
    """True where a number has more decimals than the column."""
    extra: tuple[str, ...] = ()
    """Fields of a struct that the table does not have."""


def scalar(sql: str, source: DuckDBPyType, target: SqlType) -> Converted:
    """`sql`, an expression of type `source`, as `target`, which has no parts; Unfit when that never works."""
    if target.name == "STRING":
        return _string(sql, source)
    if source.id == "varchar":
        return _from_text(sql, target)
    if target.name in ("TIMESTAMP", "DATE"):
        return _time(sql, source, target)
    return _number(sql, source, target)


def either(*conditions: str | None) -> str | None:
    """True where one of the conditions is; None when there is none."""
    given = [condition for condition in conditions if condition]
    return f"({' OR '.join(f'({condition})' for condition in given)})" if given else None


def _string(sql: str, source: DuckDBPyType) -> Converted:
    if source.id in _NESTED:
        return Converted(f"CAST(to_json({sql}) AS VARCHAR)")
    if source.id not in _FLOATS:
        if source.id == "blob":
            raise Unfit
        return Converted(f"CAST({sql} AS VARCHAR)")
    # ids with gaps are floats in data frames: 123.0 is the id 123, and beyond 2^53 its digits are gone
    sql = _no_nan(sql)
    whole = f"CAST(TRY_CAST({sql} AS BIGINT) AS VARCHAR)"
    text = f"CASE WHEN {sql} = trunc({sql}) THEN {whole} ELSE CAST({sql} AS VARCHAR) END"
    return _checked(sql, f"CASE WHEN abs({sql}) < {_EXACT_FLOAT} THEN {text} END")


def _from_text(sql: str, target: SqlType) -> Converted:
    sql = f"nullif(trim({sql}), '')"
    type_ = duckdb_type(target)
    if target.name in _WHOLE_TARGETS:  # a cast alone would round 1.5
        whole = f"TRY_CAST({sql} AS DOUBLE) = TRY_CAST({sql} AS BIGINT)"
        return _checked(sql, f"CASE WHEN {whole} THEN TRY_CAST({sql} AS {type_}) END")
    if target.name in ("TIMESTAMP", "DATE"):  # 'epoch' and 'infinity' are times to DuckDB
        return _checked(sql, f"TRY_CAST(CASE WHEN {sql}[1] BETWEEN '0' AND '9' THEN {sql} END AS {type_})")
    if target.name == "DECIMAL":
        scale = target.digits[1]
        many = f"length({sql}) > {scale} AND regexp_matches({sql}, '^[^eE]*\\.\\d{{{scale}}}\\d*[1-9]')"
        return _checked(sql, f"TRY_CAST({sql} AS {type_})", rounded=many)
    if target.name in ("DOUBLE", "FLOAT"):
        return _checked(sql, f"CASE WHEN isfinite(TRY_CAST({sql} AS {type_})) THEN TRY_CAST({sql} AS {type_}) END")
    return _checked(sql, f"TRY_CAST({sql} AS {type_})")


def _time(sql: str, source: DuckDBPyType, target: SqlType) -> Converted:
    if source.id not in _TIMES:
        raise Unfit
    zoned = sql if source.id in ("timestamp with time zone", "date") else f"CAST({sql} AS TIMESTAMP)"
    return Converted(f"CAST({zoned} AS {duckdb_type(target)})")


def _number(sql: str, source: DuckDBPyType, target: SqlType) -> Converted:
    type_ = duckdb_type(target)
    if source.id not in _WHOLE | _FLOATS | {"decimal"}:
        raise Unfit
    if source.id in _FLOATS and target.name not in ("DOUBLE", "FLOAT"):
        sql = _no_nan(sql)
    if target.name == "BOOLEAN":
        return _checked(sql, f"CASE {sql} WHEN 0 THEN false WHEN 1 THEN true END")
    if target.name in _WHOLE_TARGETS and source.id not in _WHOLE:
        return _checked(sql, f"CASE WHEN {sql} = trunc({sql}) THEN TRY_CAST({sql} AS {type_}) END")
    if target.name == "DECIMAL" and source.id in _FLOATS:  # 0.15 means 0.15, not the nearest binary fraction
        return _checked(sql, f"TRY_CAST(CAST({sql} AS VARCHAR) AS {type_})")
    value = f"TRY_CAST({sql} AS {type_})"
    if target.name == "DECIMAL" and source.id == "decimal" and dict(source.children)["scale"] > target.digits[1]:
        return _checked(sql, value, rounded=f"TRY_CAST({value} AS {source}) <> {sql}")
    return _checked(sql, value)


def _checked(sql: str, value: str, *, rounded: str | None = None) -> Converted:
    return Converted(value, f"{sql} IS NOT NULL AND ({value}) IS NULL", rounded)


def _no_nan(sql: str) -> str:
    return f"nullif({sql}, 'nan')"
