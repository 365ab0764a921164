"""Schemas and tables: made, changed, commented; never dropped."""

from typing import TYPE_CHECKING, Any

from lib.demo.workspace.commands.outcome import NOTHING, Outcome, back, dq, now, own_catalog
from lib.demo.workspace.sql_errors import SqlRefusal, syntax, unsupported
from lib.demo.workspace.unity import column_type, duckdb_column, quoted
from lib.demo.workspace.views import create_view
from lib.demo.workspace.words import Words
from lib.warehouse.types import duckdb_type

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


def create(run: "Execution", words: Words) -> Outcome:
    """CREATE SCHEMA, TABLE, VIEW, FUNCTION."""
    words.expect("CREATE")
    replace = words.accept("OR", "REPLACE")
    if words.one_of("SCHEMA", "DATABASE"):
        return _create_schema(run, words)
    if words.accept("FUNCTION"):
        return _create_function(run, words)
    if words.accept("VIEW"):
        create_view(run, words, replace=replace)
        return NOTHING
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
    run.state.things("functions")[name] = {"owner": run.who.name, "created_at": now()}
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
    own_catalog(catalog)
    if run.unity.has_schema(name):
        if if_missing:
            return NOTHING
        raise SqlRefusal("SCHEMA_ALREADY_EXISTS", f"Cannot create schema `{catalog}`.`{schema}`.", "42P06")
    with run.writing():
        run.cursor.execute(f'CREATE SCHEMA uc_main."{schema}"')
    run.unity.note("schemas", name, owner=run.who.name, comment=comment, created_at=now())
    return NOTHING


def _create_table(run: "Execution", words: Words, replace: bool) -> Outcome:
    if_missing = words.accept("IF", "NOT", "EXISTS")
    name = run.table_name(words.name())
    schema = name.rpartition(".")[0]
    own_catalog(name.split(".")[0])
    columns = [_column(piece) for piece in words.group()] if words.peek() == "(" else []
    noted = _table_options(words)
    query = words.rest() if words.accept("AS") else ""
    words.end()
    if not query and not columns:
        raise syntax("end of input")
    run.unity.require_exists("SCHEMA", schema)
    there = run.unity.has_table(name)
    if there and run.unity.is_view(name):
        raise SqlRefusal("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", f"{back(name)} is a view, not a table.", "42809")
    if there and replace:
        run.unity.require_table(run.who, "MODIFY", name)
    else:
        run.unity.require(run.who, "CREATE TABLE", "SCHEMA", schema)
    if there and not replace:
        if if_missing:
            return NOTHING
        raise SqlRefusal("TABLE_OR_VIEW_ALREADY_EXISTS", f"Cannot create table or view {back(name)}.", "42P07")
    if query:
        columns = run.columns_of(query)
    _check_clustering(noted.get("clustering", []), [column[0] for column in columns])
    defined = ", ".join(duckdb_column(column, type_) for column, type_, _, _ in columns)
    with run.changing(name, "CREATE OR REPLACE TABLE" if there else "CREATE TABLE"):
        run.cursor.execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({defined})")
        if query:
            run.execute(f"INSERT INTO {quoted(name)} {run.translated(query)}", query)
    run.unity.note(
        "tables",
        name,
        owner=run.who.name,
        created_at=now(),
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


def alter(run: "Execution", words: Words) -> Outcome:
    """ALTER TABLE."""
    words.expect("ALTER")
    words.expect("TABLE")
    name = run.table_name(words.name())
    own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    if words.accept("ADD", "COLUMN") or words.accept("ADD", "COLUMNS"):
        if words.accept("IF", "NOT", "EXISTS"):
            raise syntax("IF")  # Delta has no such thing
        pieces = words.group() if words.peek() == "(" else [Words(words.rest())]
        return _add_columns(run, name, [_column(piece) for piece in pieces])
    if words.accept("SET", "TBLPROPERTIES"):
        properties = run.unity.noted("tables", name).get("properties", {})
        with run.changing(name, "SET TBLPROPERTIES"):
            pass
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
        column = words.identifier()
        if words.accept("TYPE"):
            return _widen_column(run, name, column, words.rest())
        return _comment_column(run, words, name, column)
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
    with run.changing(name, "ADD COLUMNS"):
        for column, type_, _, _ in columns:
            run.cursor.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {duckdb_column(column, type_)}")
    run.unity.note("tables", name, columns=noted)
    return NOTHING


WIDER = {
    "TINYINT": ("SMALLINT", "INT", "BIGINT"),
    "SMALLINT": ("INT", "BIGINT"),
    "INT": ("BIGINT",),
    "FLOAT": ("DOUBLE",),
}
"""Changes of type that Delta makes in place, decimals left out."""
DIGITS = {"TINYINT": 10, "SMALLINT": 10, "INT": 10, "BIGINT": 20}


def _widen_column(run: "Execution", name: str, column: str, type_text: str) -> Outcome:
    noted = run.unity.noted("tables", name)
    known = {item.name.lower(): item for item in run.unity.columns(name)}
    if column not in known:
        raise SqlRefusal("DELTA_COLUMN_NOT_FOUND_IN_SCHEMA", f"Unable to find the column {column}.", "42703")
    before, after = column_type(known[column].type_text), column_type(type_text)
    whole = DIGITS.get(before.name, before.digits[0] - before.digits[1] if before.digits else 99)
    decimal = after.name == "DECIMAL" and after.digits[0] - after.digits[1] >= whole
    finer = not before.digits or not after.digits or after.digits[1] >= before.digits[1]
    allowed = str(noted.get("properties", {}).get("delta.enableTypeWidening", "")).lower() == "true"
    if not allowed or not (after.name in WIDER.get(before.name, ()) or (decimal and finer) or before == after):
        raise SqlRefusal(
            "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
            f"ALTER TABLE CHANGE COLUMN is not supported for changing column {column} from {before} to {after}.",
            "0AKDC",
        )
    with run.changing(name, "CHANGE COLUMN"):
        run.cursor.execute(f"ALTER TABLE {quoted(name)} ALTER COLUMN {dq(column)} TYPE {duckdb_type(after)}")
    columns = dict(noted.get("columns", {}))
    columns[known[column].name] = {**columns.get(known[column].name, {}), "type": str(after)}
    run.unity.note("tables", name, columns=columns)
    return NOTHING


def _comment_column(run: "Execution", words: Words, name: str, column: str) -> Outcome:
    words.expect("COMMENT")
    noted = dict(run.unity.noted("tables", name).get("columns", {}))
    noted[column] = {**noted.get(column, {}), "comment": words.string()}
    run.unity.note("tables", name, columns=noted)
    return NOTHING


def comment_on(run: "Execution", words: Words) -> Outcome:
    """COMMENT ON."""
    words.expect("COMMENT", "ON")
    kind = words.one_of("TABLE", "SCHEMA", "DATABASE")
    name = run.table_name(words.name()) if kind == "TABLE" else run.schema_name(words.name())
    words.expect("IS")
    comment = None if words.accept("NULL") else words.string()
    own_catalog(name.split(".")[0])
    run.unity.require_exists("TABLE" if kind == "TABLE" else "SCHEMA", name)
    run.unity.require(run.who, "MODIFY" if kind == "TABLE" else "MANAGE", kind if kind == "TABLE" else "SCHEMA", name)
    run.unity.note("tables" if kind == "TABLE" else "schemas", name, comment=comment)
    return NOTHING
