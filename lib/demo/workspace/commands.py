"""Statements that are not queries: what creates, changes, grants and shows.

Nothing can be deleted for good: DROP, TRUNCATE, VACUUM and their like are refused, here as in the product. Rows may be
deleted; Delta keeps the versions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from lib.demo.workspace.sql_errors import SqlRefusal, may_not, no_table, syntax, unsupported
from lib.demo.workspace.unity import (
    CATALOGS,
    PRIVILEGES,
    column_type,
    duckdb_column,
    quoted,
)
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


@dataclass(frozen=True)
class Outcome:
    """What a command gives back."""

    rows: pa.Table
    modified: int | None = None
    """Rows that were changed, for commands that change rows."""


Command = Callable[["Execution", Words], Outcome]

NOTHING = Outcome(pa.table({}))
DESTRUCTIVE = ("DROP", "TRUNCATE", "VACUUM", "UNDROP", "RESTORE", "PURGE")
QUERY_STARTS = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")


def command_for(words: Words) -> Command | None:
    """Who runs the statement, None for a query."""
    first = words.peek()
    if first in ("SELECT", "VALUES", "(", "TABLE", "FROM"):
        return None
    if first == "WITH":
        return None if not _inserts_after_with(words) else _insert_with
    if first in DESTRUCTIVE:
        raise SqlRefusal("OPERATION_NOT_ALLOWED", f"{first} is not allowed: this workspace keeps everything.", "0A000")
    found = _COMMANDS.get(first)
    if found is None:
        raise words.wrong()
    return found


def _inserts_after_with(words: Words) -> bool:
    depth = 0
    for token in words.tokens:
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if depth == 0 and token.upper in ("SELECT", "INSERT", "VALUES"):
            return token.upper == "INSERT"
    return False


# ── schemas and tables ──────────────────────────────────────────────────────────────────────────────────────────────


def _create(run: "Execution", words: Words) -> Outcome:
    words.expect("CREATE")
    replace = words.accept("OR", "REPLACE")
    if words.one_of("SCHEMA", "DATABASE"):
        return _create_schema(run, words)
    if words.accept("FUNCTION"):
        return _create_function(run, words)
    if words.accept("VIEW"):  # kept with the rows of the moment it was made: nothing here asks a view again later
        return _create_table(run, words, replace)
    words.expect("TABLE")
    return _create_table(run, words, replace)


def _create_function(run: "Execution", words: Words) -> Outcome:
    """A function is listed in the catalog; the loopback does not call it."""
    name = run.table_name(words.name())
    words.group()
    words.expect("RETURNS")
    words.rest()
    schema = name.rpartition(".")[0]
    run.unity.require_exists("SCHEMA", schema)
    run.unity.require(run.who, "CREATE TABLE", "SCHEMA", schema)
    run.state.things("functions")[name] = {"owner": run.who.name, "created_at": _now()}
    return NOTHING


def _create_schema(run: "Execution", words: Words) -> Outcome:
    if_missing = words.accept("IF", "NOT", "EXISTS")
    name = run.schema_name(words.name())
    comment = None
    while not words.done:
        if words.accept("COMMENT"):
            comment = words.string()
        else:
            raise words.wrong()
    catalog, schema = name.split(".")
    run.unity.require_exists("CATALOG", catalog)
    run.unity.require(run.who, "CREATE SCHEMA", "CATALOG", catalog)
    _own_catalog(catalog)
    if run.unity.has_schema(name):
        if if_missing:
            return NOTHING
        raise SqlRefusal("SCHEMA_ALREADY_EXISTS", f"Cannot create schema `{catalog}`.`{schema}`.", "42P06")
    with run.writing():
        run.cursor.execute(f'CREATE SCHEMA uc_main."{schema}"')
    run.unity.note("schemas", name, owner=run.who.name, comment=comment, created_at=_now())
    return NOTHING


def _create_table(run: "Execution", words: Words, replace: bool) -> Outcome:
    if_missing = words.accept("IF", "NOT", "EXISTS")
    name = run.table_name(words.name())
    schema = name.rpartition(".")[0]
    _own_catalog(name.split(".")[0])
    columns = [_column(piece) for piece in words.group()] if words.peek() == "(" else []
    noted = _table_options(words)
    query = words.rest() if words.accept("AS") else ""
    words.end()
    if not query and not columns:
        raise syntax("end of input")
    run.unity.require_exists("SCHEMA", schema)
    there = run.unity.has_table(name)
    if there and replace:
        run.unity.require_table(run.who, "MODIFY", name)
    else:
        run.unity.require(run.who, "CREATE TABLE", "SCHEMA", schema)
    if there and not replace:
        if if_missing:
            return NOTHING
        raise SqlRefusal("TABLE_OR_VIEW_ALREADY_EXISTS", f"Cannot create table or view {_back(name)}.", "42P07")
    if query:
        columns = run.columns_of(query)
    _check_clustering(noted.get("clustering", []), [column[0] for column in columns])
    defined = ", ".join(duckdb_column(column, type_) for column, type_, _, _ in columns)
    with run.writing():
        run.cursor.execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({defined})")
        if query:
            run.execute(f"INSERT INTO {quoted(name)} {run.translated(query)}", query)
    run.unity.note(
        "tables",
        name,
        owner=run.who.name,
        created_at=_now(),
        columns={column: {"type": type_, "comment": comment} for column, type_, comment, _ in columns},
        **{"comment": None, "clustering": [], "properties": {}} | noted,
    )
    return NOTHING


ColumnDef = tuple[str, str, str | None, bool]
"""Name, type, comment, may it be NULL."""


def _column(words: Words) -> ColumnDef:
    name = words.identifier()
    type_ = words.until("COMMENT", "NOT", "DEFAULT", "GENERATED")
    comment, nullable = None, True
    while not words.done:
        if words.accept("COMMENT"):
            comment = words.string()
        elif words.accept("NOT", "NULL"):
            nullable = False
        else:
            raise unsupported(f"{words.peek()} in a column definition")
    return name, str(column_type(type_)), comment, nullable


def _table_options(words: Words) -> dict[str, Any]:
    noted: dict[str, Any] = {}
    while not words.done and words.peek() != "AS":
        if words.accept("USING"):
            if words.identifier() != "delta":
                raise unsupported("formats other than DELTA")
        elif words.accept("COMMENT"):
            noted["comment"] = words.string()
        elif words.accept("CLUSTER", "BY"):
            if words.one_of("AUTO", "NONE"):
                noted["clustering"] = []
            else:
                noted["clustering"] = [piece.identifier() for piece in words.group()]
        elif words.accept("TBLPROPERTIES"):
            noted["properties"] = dict(_property(piece) for piece in words.group())
        elif words.accept("PARTITIONED", "BY"):
            words.group()
        else:
            raise words.wrong()
    return noted


def _property(words: Words) -> tuple[str, str]:
    token = words.token
    key = words.string() if token and token.kind == "string" else ".".join(words.name())
    words.accept("=")
    token = words.token
    return key, words.string() if token and token.kind == "string" else words.rest()


def _check_clustering(wanted: list[str], columns: list[str]) -> None:
    if len(wanted) > 4:
        raise SqlRefusal("DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS", "CLUSTER BY supports up to 4 columns.", "54000")
    for name in wanted:
        if name not in [column.lower() for column in columns]:
            raise SqlRefusal("DELTA_COLUMN_NOT_FOUND_IN_SCHEMA", f"Unable to find the column {name}.", "42703")


def _alter(run: "Execution", words: Words) -> Outcome:
    words.expect("ALTER")
    words.expect("TABLE")
    name = run.table_name(words.name())
    _own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    if words.accept("ADD", "COLUMN") or words.accept("ADD", "COLUMNS"):
        if words.accept("IF", "NOT", "EXISTS"):
            raise syntax("IF")  # Delta has no such thing
        pieces = words.group() if words.peek() == "(" else [Words(words.rest())]
        return _add_columns(run, name, [_column(piece) for piece in pieces])
    if words.accept("SET", "TBLPROPERTIES"):
        properties = run.unity.noted("tables", name).get("properties", {})
        run.unity.note("tables", name, properties=properties | dict(_property(piece) for piece in words.group()))
        return NOTHING
    if words.accept("CLUSTER", "BY"):
        wanted = [] if words.one_of("AUTO", "NONE") else [piece.identifier() for piece in words.group()]
        _check_clustering(wanted, [column.name for column in run.unity.columns(name)])
        run.unity.note("tables", name, clustering=wanted)
        return NOTHING
    if words.accept("OWNER", "TO") or words.accept("SET", "OWNER", "TO"):
        run.unity.require(run.who, "MANAGE", "TABLE", name)
        run.unity.note("tables", name, owner=words.principal())
        return NOTHING
    if words.accept("ALTER", "COLUMN"):
        return _comment_column(run, words, name)
    if words.peek() in ("DROP", "REPLACE"):
        raise SqlRefusal("OPERATION_NOT_ALLOWED", "Columns are not dropped: this workspace keeps everything.", "0A000")
    raise words.wrong()


def _add_columns(run: "Execution", name: str, columns: list[ColumnDef]) -> Outcome:
    known = {column.name.lower() for column in run.unity.columns(name)}
    noted = dict(run.unity.noted("tables", name).get("columns", {}))
    for column, type_, comment, nullable in columns:
        if column.lower() in known:
            raise SqlRefusal("FIELD_ALREADY_EXISTS", f"Cannot add column, because `{column}` already exists.", "42710")
        if not nullable:
            raise unsupported("NOT NULL on a column that is added")
        known.add(column.lower())
        noted[column] = {"type": type_, "comment": comment}
    with run.writing():
        for column, type_, _, _ in columns:
            run.cursor.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {duckdb_column(column, type_)}")
    run.unity.note("tables", name, columns=noted)
    return NOTHING


def _comment_column(run: "Execution", words: Words, name: str) -> Outcome:
    column = words.identifier()
    words.expect("COMMENT")
    noted = dict(run.unity.noted("tables", name).get("columns", {}))
    noted[column] = {**noted.get(column, {}), "comment": words.string()}
    run.unity.note("tables", name, columns=noted)
    return NOTHING


def _comment_on(run: "Execution", words: Words) -> Outcome:
    words.expect("COMMENT", "ON")
    kind = words.one_of("TABLE", "SCHEMA", "DATABASE")
    name = run.table_name(words.name()) if kind == "TABLE" else run.schema_name(words.name())
    words.expect("IS")
    comment = None if words.accept("NULL") else words.string()
    _own_catalog(name.split(".")[0])
    run.unity.require_exists("TABLE" if kind == "TABLE" else "SCHEMA", name)
    run.unity.require(run.who, "MODIFY" if kind == "TABLE" else "MANAGE", kind if kind == "TABLE" else "SCHEMA", name)
    run.unity.note("tables" if kind == "TABLE" else "schemas", name, comment=comment)
    return NOTHING


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _insert_with(run: "Execution", words: Words) -> Outcome:
    """`WITH … INSERT INTO t SELECT …`: the expressions go in front of the query."""
    start = words.tokens[0].start
    while words.peek() != "INSERT" or _depth(words) != 0:
        words.position += 1
    ctes = words.text[start : words.tokens[words.position].start]
    return _insert(run, words, ctes)


def _depth(words: Words) -> int:
    return sum({"(": 1, ")": -1}.get(token.upper, 0) for token in words.tokens[: words.position])


def _insert(run: "Execution", words: Words, ctes: str = "") -> Outcome:
    words.expect("INSERT")
    overwrite = words.accept("OVERWRITE")
    if not overwrite:
        words.expect("INTO")
    words.accept("TABLE")
    name = run.table_name(words.name())
    columns: list[str] = []
    if words.peek() == "(" and words.peek(1) not in ("SELECT", "WITH"):
        columns = [piece.identifier() for piece in words.group()]
    by_name = words.accept("BY", "NAME")
    predicate = ""
    if words.accept("REPLACE"):
        if columns or overwrite:
            raise syntax("REPLACE")  # the grammar has no column list, and no OVERWRITE, with REPLACE
        words.expect("WHERE")
        predicate = words.until("SELECT", "WITH", "VALUES", "FROM")
    if words.peek() not in QUERY_STARTS:
        raise words.wrong()
    query = ctes + words.rest()
    _own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    return _write(run, name, query, columns, by_name, predicate, overwrite)


def _write(
    run: "Execution", name: str, query: str, columns: list[str], by_name: bool, predicate: str, overwrite: bool
) -> Outcome:
    target = quoted(name)
    named = f" ({', '.join(_dq(column) for column in columns)})" if columns else " BY NAME" if by_name else ""
    with run.staged(target, named, query), run.writing():
        if predicate:
            outside = run.translated(
                f"SELECT COUNT(*) FROM arriving WHERE NOT COALESCE(({predicate}), FALSE)", own=True
            )
            if run.execute(outside, predicate).fetchone() != (0,):
                raise SqlRefusal(
                    "DELTA_REPLACE_WHERE_MISMATCH",
                    f"Written data does not conform to partial table overwrite condition or constraint '{predicate}'.",
                    "44000",
                )
            run.execute(run.translated(f"DELETE FROM {_bq(name)} WHERE {predicate}", own=True), predicate)
        elif overwrite:
            run.cursor.execute(f"DELETE FROM {target}")
        count = int(run.cursor.execute(f"INSERT INTO {target} FROM arriving").fetchone()[0])  # type: ignore[index]
    return _counted(num_affected_rows=count, num_inserted_rows=count)


def _delete(run: "Execution", words: Words) -> Outcome:
    words.expect("DELETE")
    words.expect("FROM")
    name = run.table_name(words.name())
    rest = words.rest()
    _own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    return _changed(run, f"DELETE FROM {_bq(name)} {rest}", rest)


def _update(run: "Execution", words: Words) -> Outcome:
    words.expect("UPDATE")
    name = run.table_name(words.name())
    rest = words.rest()
    _own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    return _changed(run, f"UPDATE {_bq(name)} {rest}", rest)


def _merge(run: "Execution", words: Words) -> Outcome:
    words.expect("MERGE")
    words.accept("WITH", "SCHEMA", "EVOLUTION")
    words.expect("INTO")
    name = run.table_name(words.name())
    alias = words.until("USING")[0:] if words.peek() != "USING" else ""
    words.expect("USING")
    _own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    # the source stands where FROM would stand: read it as one, so that its names are found
    source = words.until("ON")
    rest = words.rest()
    mapped = run.mapped(f"SELECT * FROM {source}").partition("FROM")[2]
    text = f"MERGE INTO {_bq(name)} {alias} USING {mapped} {rest}"
    with run.writing():
        row = run.execute(_merge_in_duckdb(text), source + " " + rest).fetchone()
    return _counted(num_affected_rows=int(row[0]) if row else 0)


def _merge_in_duckdb(text: str) -> str:
    from lib.warehouse.repairs import repair

    tree = repair(sqlglot.parse_one(text, dialect="databricks"))
    for update in tree.find_all(exp.Update):
        for equation in update.expressions:
            if isinstance(equation, exp.EQ) and isinstance(equation.this, exp.Column):
                equation.this.set("table", None)
    return str(tree.sql(dialect="duckdb"))


def _changed(run: "Execution", text: str, written: str) -> Outcome:
    with run.writing():
        row = run.execute(run.translated(text, own=True), written).fetchone()
    return _counted(num_affected_rows=int(row[0]) if row else 0)


def _counted(**counts: int) -> Outcome:
    rows = pa.table({name: pa.array([count], pa.int64()) for name, count in counts.items()})
    return Outcome(rows, counts["num_affected_rows"])


# ── privileges ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _grant(run: "Execution", words: Words) -> Outcome:
    giving = words.one_of("GRANT", "REVOKE") == "GRANT"
    privileges = [_privilege(text) for text in words.until("ON").split(",")]
    words.expect("ON")
    kind, name = _securable(run, words)
    words.expect("TO" if giving else "FROM")
    principal = words.principal()
    words.end()
    run.unity.require_exists(kind, name)
    run.unity.require(run.who, "MANAGE", kind, name)
    if principal not in run.state.people and principal not in run.state.groups and principal != "account users":
        raise SqlRefusal("PRINCIPAL_DOES_NOT_EXIST", f"Could not find principal with name {principal}.", "42704")
    for privilege in privileges:
        if privilege not in (*PRIVILEGES[kind], "ALL PRIVILEGES"):
            raise SqlRefusal(
                "INVALID_PARAMETER_VALUE", f"Privilege {privilege} is not applicable to this entity {name}.", "22023"
            )
    with run.state.lock:
        for privilege in privileges:
            change = run.state.grant if giving else run.state.revoke
            change(principal, privilege, kind, name)
        run.state.save()
    return NOTHING


def _privilege(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).upper()


def _securable(run: "Execution", words: Words) -> tuple[str, str]:
    kind = words.one_of("CATALOG", "SCHEMA", "DATABASE", "TABLE", "VIEW")
    parts = words.name()
    if kind == "CATALOG":
        return "CATALOG", parts[0]
    if kind in ("SCHEMA", "DATABASE"):
        return "SCHEMA", run.schema_name(parts)
    return "TABLE", run.table_name(parts)


# ── what shows something ────────────────────────────────────────────────────────────────────────────────────────────


def _show(run: "Execution", words: Words) -> Outcome:
    words.expect("SHOW")
    if words.one_of("GRANTS", "GRANT"):
        return _show_grants(run, words)
    if words.accept("CATALOGS"):
        seen = [name for name in CATALOGS if run.unity.has(run.who, "USE CATALOG", "CATALOG", name)]
        return _strings({"catalog": name} for name in seen) if seen else _no_rows("catalog")
    if words.one_of("SCHEMAS", "DATABASES"):
        catalog = words.identifier() if words.one_of("IN", "FROM") else run.session.catalog
        run.unity.require_exists("CATALOG", catalog)
        run.unity.require(run.who, "USE CATALOG", "CATALOG", catalog)
        names = [
            s for s in run.unity.schemas(catalog) if run.unity.has(run.who, "USE SCHEMA", "SCHEMA", f"{catalog}.{s}")
        ]
        like = _like(words)
        return _strings({"databaseName": name} for name in names if like(name)) if names else _no_rows("databaseName")
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
        return _table_of({"key": list(properties), "value": list(properties.values())})
    if words.accept("COLUMNS") and words.one_of("IN", "FROM"):
        name = run.table_name(words.name())
        run.unity.require_table(run.who, "SELECT", name)
        return _table_of({"col_name": [column.name for column in run.unity.columns(name)]})
    raise words.wrong()


def _show_grants(run: "Execution", words: Words) -> Outcome:
    principal = None if words.peek() == "ON" else words.principal()
    words.expect("ON")
    kind, name = _securable(run, words)
    run.unity.require_exists(kind, name)
    if principal not in run.who.principals:
        run.unity.require(run.who, "MANAGE", kind, name)
    rows = []
    for who, privilege, granted_kind, granted in run.state.grants:
        above = name == granted or name.startswith(f"{granted}.")
        if above and (principal is None or who == principal) and (granted_kind == kind or granted != name):
            rows.append((who, privilege, granted_kind, granted))
    names = ("principal", "actionType", "objectType", "objectKey")
    return _table_of({column: [row[number] for row in sorted(rows)] for number, column in enumerate(names)})


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


def _describe(run: "Execution", words: Words) -> Outcome:
    words.position += 1
    if words.accept("DETAIL"):
        return _describe_detail(run, run.table_name(words.name()))
    if words.one_of("SCHEMA", "DATABASE"):
        words.accept("EXTENDED")
        name = run.schema_name(words.name())
        run.unity.require_exists("SCHEMA", name)
        run.unity.require(run.who, "USE SCHEMA", "SCHEMA", name)
        noted = run.unity.noted("schemas", name)
        shown = [("Catalog Name", name.split(".")[0]), ("Namespace Name", name.split(".")[1])]
        shown += [("Comment", noted.get("comment") or ""), ("Owner", run.unity.owner("SCHEMA", name))]
        names = ("database_description_item", "database_description_value")
        return _table_of({column: [row[number] for row in shown] for number, column in enumerate(names)})
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
    return _table_of(
        {c: [row[number] for row in rows] for number, c in enumerate(("col_name", "data_type", "comment"))}
    )


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


# ── the session ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _use(run: "Execution", words: Words) -> Outcome:
    words.expect("USE")
    if words.accept("CATALOG"):
        catalog = words.identifier()
        run.unity.require_exists("CATALOG", catalog)
        run.unity.require(run.who, "USE CATALOG", "CATALOG", catalog)
        run.session.catalog, run.session.schema = catalog, "default"
        return NOTHING
    words.one_of("SCHEMA", "DATABASE")
    name = run.schema_name(words.name())
    run.unity.require_exists("SCHEMA", name)
    run.unity.require(run.who, "USE SCHEMA", "SCHEMA", name)
    run.session.catalog, run.session.schema = name.split(".")
    return NOTHING


def _set(run: "Execution", words: Words) -> Outcome:
    words.expect("SET")
    if words.accept("TIME", "ZONE"):
        run.session.configure({"TIMEZONE": words.string()})
        return NOTHING
    key = ".".join(words.name())
    if words.done:
        return _table_of({"key": [key], "value": [run.session.conf.get(key.upper(), "<undefined>")]})
    words.expect("=")
    token = words.token
    value = words.string() if token and token.kind == "string" else words.rest().strip()
    run.session.configure({key: value})
    return _table_of({"key": [key], "value": [value]})


def _reset(run: "Execution", words: Words) -> Outcome:
    words.expect("RESET")
    run.session.conf.pop(".".join(words.name()).upper(), None)
    return NOTHING


def _maintain(run: "Execution", words: Words) -> Outcome:
    """OPTIMIZE and ANALYZE: accepted, for who may change the table; nothing to do."""
    words.position += 1
    words.accept("TABLE")
    name = run.table_name(words.name())
    run.unity.require_table(run.who, "MODIFY", name)
    return NOTHING


_COMMANDS: Mapping[str, Command] = {
    "ALTER": _alter,
    "ANALYZE": _maintain,
    "COMMENT": _comment_on,
    "CREATE": _create,
    "DELETE": _delete,
    "DESC": _describe,
    "DESCRIBE": _describe,
    "GRANT": _grant,
    "INSERT": _insert,
    "MERGE": _merge,
    "OPTIMIZE": _maintain,
    "RESET": _reset,
    "REVOKE": _grant,
    "SET": _set,
    "SHOW": _show,
    "UPDATE": _update,
    "USE": _use,
}


def _own_catalog(catalog: str) -> None:
    """Only `main` can be written."""
    if catalog == "system":
        raise may_not("MODIFY", "CATALOG", catalog)
    if catalog not in CATALOGS:
        raise no_table(catalog)


def _table_of(columns: Mapping[str, list[Any]]) -> Outcome:
    return Outcome(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


def _strings(rows: Any) -> Outcome:
    return Outcome(pa.Table.from_pylist(list(rows)))


def _no_rows(*names: str) -> Outcome:
    return _table_of({name: [] for name in names})


def _bq(name: str) -> str:
    catalog, schema, table = name.split(".")
    return f"`uc_{catalog}`.`{schema}`.`{table}`"


def _back(name: str) -> str:
    return ".".join(f"`{part}`" for part in name.split("."))


def _dq(name: str) -> str:
    return f'"{name}"'


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
