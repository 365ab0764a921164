"""Statements of spaces, run on the account: the system tables, and the ledger's relations under a schema of the user's."""

from typing import Any

import duckdb

from lib.demo.workspace.refusals import invalid
from lib.demo.workspace.state import State
from lib.warehouse.connections import attach, lock_down, open_memory
from lib.warehouse.dialect import Translations
from lib.warehouse.names import embedded_name, remap

MOST_ROWS = 5_000
TYPES = {
    "VARCHAR": "STRING", "BIGINT": "LONG", "INTEGER": "INT", "HUGEINT": "DECIMAL", "BOOLEAN": "BOOLEAN", "DATE": "DATE",
    "DOUBLE": "DOUBLE", "TIMESTAMP": "TIMESTAMP_NTZ", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}  # fmt: skip


def answer(state: State, text: str, who: str) -> tuple[list[tuple[str, str]], list[list[str | None]]]:
    """Columns (name, type) and rows (texts) of one statement, read-only."""
    assert state.account is not None
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
        attach(con, pointer.ledger, "book")
    lock_down(con)
    return con


def _type(name: str) -> str:
    return TYPES.get(name, "DECIMAL" if name.startswith("DECIMAL") else "STRING")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
