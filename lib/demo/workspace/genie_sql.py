"""Statements of spaces: which one a question means, and its rows.

A statement whose tables are in the workspace's catalogs runs on a warehouse, as whoever asked. Another one runs on the
account's own files: the system tables, and the ledger's relations under whatever schema they are asked in.
"""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import duckdb

from lib.demo.workspace import statements, warehouses
from lib.demo.workspace.engine import Operation
from lib.demo.workspace.refusals import invalid
from lib.demo.workspace.state import State
from lib.demo.workspace.unity import CATALOGS
from lib.queries.tokens import cte_names, table_names, tokenise
from lib.warehouse.connections import attach, attach_ledger, lock_down, open_memory
from lib.warehouse.dialect import Translations
from lib.warehouse.names import embedded_name, remap

MOST_ROWS = 5_000
LONGEST_S = 120
NEAR = 0.82
"""How alike a question and an example's have to be (0–1) to count as the same."""
TYPES = {
    "VARCHAR": "STRING", "BIGINT": "LONG", "INTEGER": "INT", "HUGEINT": "DECIMAL", "BOOLEAN": "BOOLEAN", "DATE": "DATE",
    "DOUBLE": "DOUBLE", "TIMESTAMP": "TIMESTAMP_NTZ", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}  # fmt: skip


def taught(content: Mapping[str, Any], question: str) -> dict[str, Any] | None:
    """The example whose question this is, or nearly is."""
    examples = content.get("instructions", {}).get("example_question_sqls", [])
    wanted = _words(question)
    scored = [(SequenceMatcher(None, wanted, _words("".join(e["question"]))).ratio(), e) for e in examples]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= NEAR else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def begun(state: State, text: str, who: str, warehouse_id: str) -> Operation | None:
    """The statement, begun on its warehouse; None when its tables are not in the workspace's catalogs."""
    engine = state.engine
    tokens = tokenise(text)
    inner = cte_names(tokens)
    names = [found.parts for found in table_names(tokens) if len(found.parts) > 1 or found.parts[0] not in inner]
    if engine is None or not all(
        len(parts) == 3 and parts[0] in CATALOGS and engine.unity.has_table(".".join(parts)) for parts in names
    ):
        return None
    asker = state.identity(who)
    warehouses.use(state, asker, warehouse_id)
    session = engine.open_session(asker, warehouse_id, {"TIMEZONE": "UTC"}, kept=False)
    return engine.submit(session, text.strip().rstrip(";"), {}, row_limit=MOST_ROWS)


def rows_of(state: State, text: str, who: str, warehouse_id: str) -> list[list[str | None]]:
    """Rows (texts) of a statement, waited for; Refusal when it fails. The state must not be locked."""
    operation = begun(state, text, who, warehouse_id)
    if operation is None:
        return answer(state, text)[1]
    if not operation.done.wait(LONGEST_S) or operation.rows is None:
        raise invalid(str(operation.error or f"The statement is {operation.state}."))
    return statements.cells(operation.rows)


def answer(state: State, text: str) -> tuple[list[tuple[str, str]], list[list[str | None]]]:
    """Columns (name, type) and rows (texts) of one statement on the account's files, read-only."""
    if state.account is None:
        raise invalid("This workspace has no tables.")
    statement = Translations(None).duckdb(remap(text.strip().rstrip(";"), place_of))
    with _open(state) as con:
        try:
            found = con.execute(statement)
            columns = [(item[0], _type(str(item[1]))) for item in found.description or []]
            rows = found.fetchmany(MOST_ROWS)
        except duckdb.Error as error:
            raise invalid(str(error).strip().splitlines()[0]) from error
    return columns, [[None if value is None else _text(value) for value in row] for row in rows]


def columns(state: State, name: str) -> list[tuple[str, str]] | None:
    """Names and types of a table's columns; None when there is no such table."""
    if state.account is None:
        return None
    parts = name.split(".")
    if len(parts) != 3:
        return None
    with _open(state) as con:
        try:
            found = con.execute(f"DESCRIBE SELECT * FROM {place_of(tuple(parts))}").fetchall()
        except duckdb.Error:
            return None
    return [(row[0], _type(row[1]).lower()) for row in found]


def place_of(parts: tuple[str, ...]) -> str:
    """Where a table is in the attached files: `system.…` in the account, a relation of the ledger in the book."""
    if len(parts) == 3 and parts[0] != "system":
        return f"book.ledger.{parts[2]}"
    return str(embedded_name(parts))


def _open(state: State) -> Any:
    assert state.account is not None
    pointer = state.account.pointer
    con = open_memory(threads=1)
    attach(con, pointer.account, "account")
    if pointer.ledger is not None:
        attach_ledger(con, pointer.ledger, pointer.base)
    lock_down(con)
    return con


def _type(name: str) -> str:
    return TYPES.get(name, "DECIMAL" if name.startswith("DECIMAL") else "STRING")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
