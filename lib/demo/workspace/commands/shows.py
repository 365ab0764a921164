"""What shows something: SHOW and DESCRIBE."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from lib.demo.workspace import versions
from lib.demo.workspace.commands.outcome import Outcome, no_rows, strings, table_of
from lib.demo.workspace.commands.privileges import securable
from lib.demo.workspace.unity import CATALOGS
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


def show(run: "Execution", words: Words) -> Outcome:
    """SHOW …"""
    words.expect("SHOW")
    if words.one_of("GRANTS", "GRANT"):
        return _show_grants(run, words)
    if words.accept("CATALOGS"):
        seen = [name for name in CATALOGS if run.unity.has(run.who, "USE CATALOG", "CATALOG", name)]
        return strings({"catalog": name} for name in seen) if seen else no_rows("catalog")
    if words.one_of("SCHEMAS", "DATABASES"):
        catalog = words.identifier() if words.one_of("IN", "FROM") else run.session.catalog
        run.unity.require_exists("CATALOG", catalog)
        run.unity.require(run.who, "USE CATALOG", "CATALOG", catalog)
        names = [
            s for s in run.unity.schemas(catalog) if run.unity.has(run.who, "USE SCHEMA", "SCHEMA", f"{catalog}.{s}")
        ]
        like = _like(words)
        return strings({"databaseName": name} for name in names if like(name)) if names else no_rows("databaseName")
    if words.accept("TABLES"):
        schema = (
            run.schema_name(words.name())
            if words.one_of("IN", "FROM")
            else f"{run.session.catalog}.{run.session.schema}"
        )
        return _show_tables(run, schema, _like(words))
    if words.accept("TBLPROPERTIES"):
        name = run.table_name(words.name())
        run.unity.require_table(run.who, "SELECT", name)
        properties = run.unity.noted("tables", name).get("properties", {})
        return table_of({"key": list(properties), "value": list(properties.values())})
    if words.accept("COLUMNS") and words.one_of("IN", "FROM"):
        name = run.table_name(words.name())
        run.unity.require_table(run.who, "SELECT", name)
        return table_of({"col_name": [column.name for column in run.unity.columns(name)]})
    raise words.wrong()


def _show_grants(run: "Execution", words: Words) -> Outcome:
    principal = None if words.peek() == "ON" else words.principal()
    words.expect("ON")
    kind, name = securable(run, words)
    run.unity.require_exists(kind, name)
    if principal not in run.who.principals:
        run.unity.require(run.who, "MANAGE", kind, name)
    rows = []
    for who, privilege, granted_kind, granted in run.state.grants:
        above = name == granted or name.startswith(f"{granted}.")
        if above and (principal is None or who == principal) and (granted_kind == kind or granted != name):
            rows.append((who, privilege, granted_kind, granted))
    names = ("principal", "actionType", "objectType", "objectKey")
    return table_of({column: [row[number] for row in sorted(rows)] for number, column in enumerate(names)})


def _show_tables(run: "Execution", schema: str, like: Callable[[str], bool]) -> Outcome:
    run.unity.require_exists("SCHEMA", schema)
    run.unity.require(run.who, "USE SCHEMA", "SCHEMA", schema)
    names = [name for name in run.unity.tables(schema.split(".")[0]) if name.startswith(f"{schema}.")]
    seen = [name.split(".")[2] for name in names if run.unity.sees(run.who, name) and like(name.split(".")[2])]
    rows = {
        "database": pa.array([schema.split(".")[1]] * len(seen), pa.string()),
        "tableName": pa.array(seen, pa.string()),
        "isTemporary": pa.array([False] * len(seen), pa.bool_()),
    }
    return Outcome(pa.table(rows))


def _like(words: Words) -> Callable[[str], bool]:
    import re

    words.accept("LIKE")
    if words.done:
        return lambda name: True
    pattern = re.compile(words.string().replace("*", ".*"), re.IGNORECASE)
    return lambda name: pattern.fullmatch(name) is not None


def describe(run: "Execution", words: Words) -> Outcome:
    """DESCRIBE …"""
    words.position += 1
    if words.accept("DETAIL"):
        return _describe_detail(run, run.table_name(words.name()))
    if words.accept("HISTORY"):
        return _describe_history(run, words)
    if words.one_of("SCHEMA", "DATABASE"):
        words.accept("EXTENDED")
        name = run.schema_name(words.name())
        run.unity.require_exists("SCHEMA", name)
        run.unity.require(run.who, "USE SCHEMA", "SCHEMA", name)
        noted = run.unity.noted("schemas", name)
        shown = [("Catalog Name", name.split(".")[0]), ("Namespace Name", name.split(".")[1])]
        shown += [("Comment", noted.get("comment") or ""), ("Owner", run.unity.owner("SCHEMA", name))]
        names = ("database_description_item", "database_description_value")
        return table_of({column: [row[number] for row in shown] for number, column in enumerate(names)})
    words.accept("TABLE")
    extended = words.one_of("EXTENDED", "FORMATTED")
    name = run.table_name(words.name())
    words.end()
    run.unity.require_table(run.who, "SELECT", name)
    rows: list[tuple[str, str, str | None]] = [
        (c.name, c.type_text.lower(), c.comment) for c in run.unity.columns(name)
    ]
    noted = run.unity.noted("tables", name)
    clustering = noted.get("clustering") or []
    if clustering:
        types = {column: type_ for column, type_, _ in rows}
        rows += [("# Clustering Information", "", ""), ("# col_name", "data_type", "comment")]
        rows += [(column, types.get(column, ""), None) for column in clustering]
    if extended:
        catalog, schema, table = name.split(".")
        rows += [("", "", ""), ("# Detailed Table Information", "", "")]
        rows += [("Catalog", catalog, ""), ("Database", schema, ""), ("Table", table, "")]
        rows += [("Owner", run.unity.owner("TABLE", name), ""), ("Comment", noted.get("comment") or "", "")]
        rows += [("Type", "MANAGED", ""), ("Provider", "delta", "")]
    return table_of({c: [row[number] for row in rows] for number, c in enumerate(("col_name", "data_type", "comment"))})


def _describe_history(run: "Execution", words: Words) -> Outcome:
    name = run.table_name(words.name())
    most = int(words.rest()) if words.accept("LIMIT") else None
    words.end()
    run.unity.require_table(run.who, "SELECT", name)
    return Outcome(versions.history(run, name, most))


def _describe_detail(run: "Execution", name: str) -> Outcome:
    run.unity.require_table(run.who, "SELECT", name)
    noted = run.unity.noted("tables", name)
    created = datetime.fromisoformat(noted["created_at"]) if noted.get("created_at") else None
    return Outcome(
        pa.table(
            {
                "format": pa.array(["delta"]),
                "name": pa.array([name]),
                "description": pa.array([noted.get("comment")], pa.string()),
                "createdAt": pa.array([created], pa.timestamp("us", "UTC")),
                "partitionColumns": pa.array([[]], pa.list_(pa.string())),
                "clusteringColumns": pa.array([noted.get("clustering", [])], pa.list_(pa.string())),
                "properties": pa.array([list(noted.get("properties", {}).items())], pa.map_(pa.string(), pa.string())),
            }
        )
    )
