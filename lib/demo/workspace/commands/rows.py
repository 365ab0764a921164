"""Rows: inserted, replaced, changed, deleted; the versions before stay."""

from typing import TYPE_CHECKING

import pyarrow as pa
import sqlglot
from sqlglot import exp

from lib.demo.workspace.commands.outcome import Outcome, bq, dq, own_catalog
from lib.demo.workspace.sql_errors import SqlRefusal, syntax
from lib.demo.workspace.unity import quoted
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


QUERY_STARTS = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")


def insert_with(run: "Execution", words: Words) -> Outcome:
    """`WITH … INSERT INTO t SELECT …`: the expressions go in front of the query."""
    start = words.tokens[0].start
    while words.peek() != "INSERT" or _depth(words) != 0:
        words.position += 1
    ctes = words.text[start : words.tokens[words.position].start]
    return insert(run, words, ctes)


def _depth(words: Words) -> int:
    return sum({"(": 1, ")": -1}.get(token.upper, 0) for token in words.tokens[: words.position])


def insert(run: "Execution", words: Words, ctes: str = "") -> Outcome:
    """INSERT INTO, with REPLACE WHERE and OVERWRITE."""
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
    own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    return _write(run, name, query, columns, by_name, predicate, overwrite)


def _write(
    run: "Execution", name: str, query: str, columns: list[str], by_name: bool, predicate: str, overwrite: bool
) -> Outcome:
    target = quoted(name)
    named = f" ({', '.join(dq(column) for column in columns)})" if columns else " BY NAME" if by_name else ""
    with run.staged(target, named, query), run.changing(name, "WRITE"):
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
            run.execute(run.translated(f"DELETE FROM {bq(name)} WHERE {predicate}", own=True), predicate)
        elif overwrite:
            run.cursor.execute(f"DELETE FROM {target}")
        count = int(run.cursor.execute(f"INSERT INTO {target} FROM arriving").fetchone()[0])  # type: ignore[index]
    return _counted(num_affected_rows=count, num_inserted_rows=count)


def delete(run: "Execution", words: Words) -> Outcome:
    """DELETE FROM."""
    words.expect("DELETE")
    words.expect("FROM")
    return _changing(run, words, "DELETE", "DELETE FROM")


def update(run: "Execution", words: Words) -> Outcome:
    """UPDATE."""
    words.expect("UPDATE")
    return _changing(run, words, "UPDATE", "UPDATE")


def _changing(run: "Execution", words: Words, act: str, start: str) -> Outcome:
    """What stands behind the words of `start`: a table that may be changed, and which rows of it how."""
    name = run.table_name(words.name())
    rest = words.rest()
    own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    return _changed(run, name, act, f"{start} {bq(name)} {rest}", rest)


def merge(run: "Execution", words: Words) -> Outcome:
    """MERGE INTO."""
    words.expect("MERGE")
    words.accept("WITH", "SCHEMA", "EVOLUTION")
    words.expect("INTO")
    name = run.table_name(words.name())
    alias = words.until("USING")[0:] if words.peek() != "USING" else ""
    words.expect("USING")
    own_catalog(name.split(".")[0])
    run.unity.require_table(run.who, "MODIFY", name)
    # the source stands where FROM would stand: read it as one, so that its names are found
    source = words.until("ON")
    rest = words.rest()
    mapped = run.mapped(f"SELECT * FROM {source}").partition("FROM")[2]
    text = f"MERGE INTO {bq(name)} {alias} USING {mapped} {rest}"
    with run.changing(name, "MERGE"):
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


def _changed(run: "Execution", name: str, operation: str, text: str, written: str) -> Outcome:
    with run.changing(name, operation):
        row = run.execute(run.translated(text, own=True), written).fetchone()
    return _counted(num_affected_rows=int(row[0]) if row else 0)


def _counted(**counts: int) -> Outcome:
    rows = pa.table({name: pa.array([count], pa.int64()) for name, count in counts.items()})
    return Outcome(rows, counts["num_affected_rows"])
