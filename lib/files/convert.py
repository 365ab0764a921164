"""SQL that turns a file's column into a table's column, and SQL that is true where it cannot.

Exporters differ: ids arrive as numbers, prices as text or floats, tags as structs, structs as JSON. Every conversion
here yields NULL instead of failing, and comes with the condition that finds the values it could not take over.
"""

from collections.abc import Callable
from itertools import chain

from duckdb.sqltypes import VARCHAR, DuckDBPyType

from lib.files.scalars import Converted, Unfit, either, scalar
from lib.files.sql import name_sql, text_sql
from lib.queries.types import SqlType
from lib.warehouse.types import duckdb_type

Bind = Callable[[str], str]
"""Takes an expression that is worked out once, and returns the name it has from then on."""


def convert(sql: str, source: DuckDBPyType, target: SqlType, bind: Bind | None = None) -> Converted:
    """`sql`, an expression of type `source`, as `target`; Unfit when that never works."""
    if str(source) == duckdb_type(target):
        return Converted(sql)
    match target.name:
        case "STRUCT":
            return _struct(sql, source, target, bind)
        case "MAP":
            return _map(sql, source, target, bind)
        case "ARRAY":
            return _array(sql, source, target, bind)
    return scalar(sql, source, target)


def _struct(sql: str, source: DuckDBPyType, target: SqlType, bind: Bind | None) -> Converted:
    if source.id == "varchar":
        return _json(sql, target, bind)
    fields = list(zip(target.fields, target.parts, strict=True))
    if source.id == "map":
        value_type = _children(source)["value"]
        parts = {
            name: _part(f"map_extract_value({sql}, {text_sql(name)})", value_type, type_) for name, type_ in fields
        }
        return _pack(sql, target, parts)
    if source.id != "struct":
        raise Unfit
    given = {name.lower(): type_ for name, type_ in _children(source).items()}
    parts = {
        name: _part(f"struct_extract({sql}, {text_sql(name)})", given[name.lower()], type_)
        for name, type_ in fields
        if name.lower() in given
    }
    if not parts:
        raise Unfit
    inner = (f"{name}.{field}" for name, part in parts.items() for field in part.extra)
    extra = (name for name in _children(source) if name.lower() not in {field.lower() for field in target.fields})
    packed = _pack(sql, target, parts)
    return Converted(packed.value, packed.bad, extra=tuple(chain(extra, inner)))


def _part(sql: str, source: DuckDBPyType, target: SqlType) -> Converted:
    """A field or element. One of a wrong type may be there while it is NULL: exporters type empty fields freely."""
    try:
        return convert(sql, source, target)
    except Unfit:
        return Converted(f"CAST(NULL AS {duckdb_type(target)})", f"{sql} IS NOT NULL")


def _pack(sql: str, target: SqlType, parts: dict[str, Converted]) -> Converted:
    """A struct of `parts`, its other fields NULL; a NULL struct stays NULL."""
    values = (
        f"{name_sql(name)} := " + (parts[name].value if name in parts else f"CAST(NULL AS {duckdb_type(type_)})")
        for name, type_ in zip(target.fields, target.parts, strict=True)
    )
    value = f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(values)}) END"
    return Converted(value, either(*(part.bad for part in parts.values())))


def _map(sql: str, source: DuckDBPyType, target: SqlType, bind: Bind | None) -> Converted:
    if source.id == "varchar":
        return _json(sql, target, bind)
    key_type, value_type = target.parts
    if source.id == "struct":  # a struct whose fields are the keys: empty fields are keys that are not there
        parts = {name: _part(f"struct_extract({sql}, {text_sql(name)})", type_, value_type)
                 for name, type_ in _children(source).items()}  # fmt: skip
        pairs = ", ".join(f"{{'key': {text_sql(name)}, 'value': {part.value}}}" for name, part in parts.items())
        entries = f"list_filter([{pairs}], lambda pair: pair.value IS NOT NULL)"
        value = f"CASE WHEN {sql} IS NOT NULL THEN map_from_entries({entries}) END"
        return Converted(value, either(*(part.bad for part in parts.values())))
    entries, given = _entries(sql, source)
    name = _variable(sql)
    key = convert(f"{name}.key", given["key"], key_type)
    item = _part(f"{name}.value", given["value"], value_type)
    changed = f"list_transform({entries}, lambda {name}: {{'key': {key.value}, 'value': {item.value}}})"
    value = f"TRY(map_from_entries({changed}))"
    return Converted(
        value, either(_any(entries, name, either(key.bad, item.bad)), f"{sql} IS NOT NULL AND {value} IS NULL")
    )


def _entries(sql: str, source: DuckDBPyType) -> tuple[str, dict[str, DuckDBPyType]]:
    """A map's pairs as a list, and the types of their parts: of a map, or of a list of (key, value) structs."""
    if source.id == "map":
        return f"map_entries({sql})", _children(source)
    if source.id == "list" and (element := _children(source)["child"]).id == "struct":
        given = {name.lower(): type_ for name, type_ in _children(element).items()}
        if given.keys() == {"key", "value"}:
            return sql, given
    raise Unfit


def _array(sql: str, source: DuckDBPyType, target: SqlType, bind: Bind | None) -> Converted:
    if source.id == "varchar":
        return _json(sql, target, bind)
    if source.id != "list":
        raise Unfit
    name = _variable(sql)
    element = _part(name, _children(source)["child"], target.parts[0])
    value = f"list_transform({sql}, lambda {name}: {element.value})"
    return Converted(value, _any(sql, name, element.bad), extra=element.extra)


def _json(sql: str, target: SqlType, bind: Bind | None) -> Converted:
    """A nested value written as JSON text. Each level is read as texts first, so that numbers keep their digits."""
    parsed = f"from_json(TRY_CAST({sql} AS JSON), {text_sql(_json_shape(target))})"
    name = bind(parsed) if bind else _variable(sql)
    match target.name:
        case "STRUCT" if all(part.name == "STRING" for part in target.parts):
            body = Converted(name)
        case "STRUCT":
            parts = {
                field: convert(f"struct_extract({name}, {text_sql(field)})", VARCHAR, type_)
                for field, type_ in zip(target.fields, target.parts, strict=True)
            }
            body = _pack(name, target, parts)
        case "MAP":
            body = convert(name, DuckDBPyType("MAP(VARCHAR, VARCHAR)"), target)
        case _:
            body = convert(name, DuckDBPyType("VARCHAR[]"), target)
    opens = text_sql("[" if target.name == "ARRAY" else "{")
    fits = f"starts_with(ltrim({sql}), {opens})"
    value = f"CASE WHEN {fits} THEN {body.value} END"
    lost = f"{sql} IS NOT NULL AND lower(trim({sql})) NOT IN ('', 'null') AND ({name} IS NULL OR NOT {fits})"
    bad = either(lost, body.bad)
    if bind:
        return Converted(value, bad)
    return Converted(_let(name, parsed, value), _let(name, parsed, bad or "false"))


def _json_shape(target: SqlType) -> str:
    match target.name:
        case "MAP":
            return '"MAP(VARCHAR, VARCHAR)"'
        case "ARRAY":
            return '["VARCHAR"]'
    fields = [f'"{field}":"VARCHAR"' for field in target.fields]
    if any(part.name != "STRING" for part in target.parts):
        # a decimal anywhere makes DuckDB keep every number as it is written instead of as a double
        fields.append('" ":"DECIMAL(1,0)"')
    return "{" + ",".join(fields) + "}"


def _any(entries: str, name: str, bad: str | None) -> str | None:
    return f"len(list_filter({entries}, lambda {name}: coalesce({bad}, false))) > 0" if bad else None


def _let(name: str, expression: str, body: str) -> str:
    """`body`, in which `name` stands for `expression`, worked out once."""
    return f"list_transform([{expression}], lambda {name}: {body})[1]"


def _variable(sql: str) -> str:
    """A name that no expression inside `sql` uses."""
    depth = 1
    while f"v{depth}" in sql:
        depth += 1
    return f"v{depth}"


def _children(type_: DuckDBPyType) -> dict[str, DuckDBPyType]:
    return dict(type_.children)
