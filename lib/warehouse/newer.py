"""A ledger file that has newer days only: all others are read from the whole ledger it stands on, which nobody copies.

The file is catalog `book`, what it stands on `base`. Its `ledger.<relation>` is a view: the base's rows of the days that
`newer.days` does not name, and its own rows in `newer.<relation>`. A relation that is replaced whole is a table of its own.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Unpack

import duckdb

from lib.ledger.changes import ranges
from lib.warehouse.connections import Limits, attach, open_memory, tables_of

SHARE = 8
"""A file of newer days that has grown to this part of its base is merged into a copy of it."""


def stand_on_base(con: duckdb.DuckDBPyConnection, relations: Iterable[str]) -> None:
    """Make an empty `book` say what its base says."""
    con.execute("CREATE SCHEMA book.newer")
    con.execute("CREATE TABLE book.newer.days (relation VARCHAR, date_column VARCHAR, day DATE)")
    there = tables_of(con, "base")
    for name in relations:
        if f"ledger.{name}" in there:
            con.execute(f'CREATE VIEW book.ledger."{name}" AS SELECT * FROM base.ledger."{name}"')


def take(con: duckdb.DuckDBPyConnection, name: str, date_column: str, start: date, end: date) -> str:
    """The table that has a relation's rows of `[start, end)` from now on, in the place of the base."""
    con.execute(f'CREATE TABLE IF NOT EXISTS book.newer."{name}" AS FROM base.ledger."{name}" LIMIT 0')
    known = "SELECT day FROM book.newer.days WHERE relation = $name"
    days = {start + timedelta(days=n) for n in range((end - start).days)}
    taken = {day for (day,) in con.execute(known, {"name": name}).fetchall()}
    if fresh := sorted(days - taken):
        con.execute(
            "INSERT INTO book.newer.days SELECT $name, $date_column, UNNEST($days::DATE[])",
            {"name": name, "date_column": date_column, "days": fresh},
        )
        others = " AND ".join(
            f"(\"{date_column}\" < DATE '{period.start}' OR \"{date_column}\" >= DATE '{period.end}')"
            for period in ranges(days | taken, gap=0)
        )
        con.execute(
            f'CREATE OR REPLACE VIEW book.ledger."{name}" AS SELECT * FROM base.ledger."{name}" WHERE {others}'
            f' UNION ALL SELECT * FROM book.newer."{name}"'
        )
    return f'book.newer."{name}"'


def is_large(newer: Path, base: Path) -> bool:
    """Is it time to merge the two?"""
    return newer.stat().st_size * SHARE > base.stat().st_size


def merge(newer: Path, into: Path, **limits: Unpack[Limits]) -> None:
    """Put newer days and relations into a copy of the ledger they stand on; of the rest each has its own."""
    with open_memory(**limits) as con:
        attach(con, newer, "added")
        attach(con, into, "book", writable=True)
        con.execute("BEGIN TRANSACTION")
        dated = dict(con.execute("SELECT DISTINCT relation, date_column FROM added.newer.days").fetchall())
        for name, day in dated.items():
            con.execute(
                f'DELETE FROM book.ledger."{name}" WHERE "{day}" IN'
                " (SELECT day FROM added.newer.days WHERE relation = $name)",
                {"name": name},
            )
            con.execute(f'INSERT INTO book.ledger."{name}" FROM added.newer."{name}"')
        whole = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'added' AND schema_name = 'ledger'"
        for (name,) in con.execute(whole).fetchall():
            con.execute(f'CREATE OR REPLACE TABLE book.ledger."{name}" AS FROM added.ledger."{name}"')
        con.execute("COMMIT")
        con.execute("CHECKPOINT book")
