"""Writes an account file: every known table, `meta.tables` (what is loaded), `meta.imported_files` (what was read)."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from lib.files.convert import convert
from lib.files.rules import RULES
from lib.files.schema import Table, known_tables
from lib.files.sql import name_sql
from lib.files.staging import Staged
from lib.warehouse.connections import attach, tables_of

_META = """
CREATE SCHEMA IF NOT EXISTS {catalog}.meta;
CREATE TABLE IF NOT EXISTS {catalog}.meta.tables
    (table_name VARCHAR, loaded BOOLEAN, rows BIGINT, loaded_at TIMESTAMPTZ, origin VARCHAR);
CREATE TABLE IF NOT EXISTS {catalog}.meta.imported_files
    (table_name VARCHAR, digest VARCHAR, file VARCHAR, imported_at TIMESTAMPTZ)
"""
_GROUP_ROWS = 122_880
"""Rows that DuckDB keeps together, with the least and the greatest value of each column."""


@dataclass(frozen=True)
class Taken:
    """A file that this import takes over."""

    table: str
    digest: str
    label: str


def create(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A new account file with every table, all empty and not loaded."""
    attach(con, path, "making", writable=True)
    _make_tables(con, "making")
    con.execute("DETACH making")


def upgraded(con: duckdb.DuckDBPyConnection, old: Path, path: Path) -> Path:
    """`old` if its tables are what they are today, else `path`: the same rows in today's tables."""
    attach(con, old, "before")
    tables = known_tables().values()
    noted = tables_of(con, "before") & {"meta.tables", "meta.imported_files"}
    is_current = all(_types(con, "before", table) == {c.name: str(c.duckdb) for c in table.columns} for table in tables)
    if is_current and len(noted) == 2:
        con.execute("DETACH before")
        return old
    attach(con, path, "making", writable=True)
    _make_tables(con, "making")
    for table in tables:
        _carry_over(con, table)
    for name in sorted(noted):
        con.execute(f"DELETE FROM making.{name}; INSERT INTO making.{name} BY NAME FROM before.{name}")
    _register(con, "making")
    con.execute("DETACH making; DETACH before")
    return path


def write(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    staged: Iterable[tuple[Staged, str]],
    files: Iterable[Taken],
    origin: str,
    now: datetime,
) -> dict[str, int]:
    """Put the scratch rows into the account file `path`, which nobody uses yet; returns each table's rows.

    `staged` pairs each table with the temporary table of row ids that make way.
    """
    attach(con, path, "fresh", writable=True)
    for table, drops in staged:
        target = f"fresh.{table.table.sql_name}"
        con.execute(f"DELETE FROM {target} WHERE rowid IN (SELECT o FROM {drops})")
        names = ", ".join(name_sql(column.name) for column in table.table.columns)
        con.execute(f"INSERT INTO {target} ({names}) SELECT {names} FROM {table.sql_name}{_order(con, table)}")
        (rows,) = con.execute(f"SELECT count(*) FROM {target}").fetchone() or (0,)
        con.execute(
            "UPDATE fresh.meta.tables SET loaded = true, rows = $rows, loaded_at = $now, origin = $origin "
            "WHERE table_name = $name",
            {"rows": rows, "now": now, "origin": origin, "name": table.table.name},
        )
    for file in files:
        con.execute(
            "INSERT INTO fresh.meta.imported_files VALUES ($table, $digest, $file, $now)",
            {"table": file.table, "digest": file.digest, "file": file.label, "now": now},
        )
    con.execute("CHECKPOINT fresh; DETACH fresh")
    return check(con, path)


def check(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, int]:
    """Rows of each loaded table, counted in the file as readers will see it; they must be what its notes say."""
    attach(con, path, "written")
    noted = dict(con.execute("SELECT table_name, rows FROM written.meta.tables WHERE loaded").fetchall())
    for name, rows in noted.items():
        written = f"written.{known_tables()[name].sql_name}"
        (counted,) = con.execute(f"SELECT count(*) FROM {written}").fetchone() or (None,)
        if counted != rows:
            raise RuntimeError(f"{name} has {counted} rows in {path.name} where {rows} were written")
    con.execute("DETACH written")
    return noted


def imported_digests(con: duckdb.DuckDBPyConnection, catalog: str) -> set[tuple[str, str]]:
    """(table, digest) of every file that went into the account."""
    if "meta.imported_files" not in tables_of(con, catalog):
        return set()
    return set(con.execute(f"SELECT table_name, digest FROM {catalog}.meta.imported_files").fetchall())


def start_from(con: duckdb.DuckDBPyConnection, base: Path | None, path: Path) -> None:
    """Begin the account file `path`: as a copy of `base`, or empty."""
    if base is None:
        create(con, path)
    else:
        shutil.copyfile(base, path)


def _make_tables(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    for table in known_tables().values():
        schema = table.sql_name.partition(".")[0]
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {catalog}.{schema}")
        con.execute(f"CREATE TABLE {catalog}.{table.sql_name} {table.create_sql}")
    con.execute(_META.format(catalog=catalog))
    _register(con, catalog)


def _register(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """A row of `meta.tables` for every table that has none."""
    con.execute(
        f"INSERT INTO {catalog}.meta.tables "
        f"SELECT name, false, 0, NULL, NULL FROM (SELECT unnest($names) AS name) "
        f"WHERE name NOT IN (SELECT table_name FROM {catalog}.meta.tables)",
        {"names": list(known_tables())},
    )


def _types(con: duckdb.DuckDBPyConnection, catalog: str, table: Table) -> dict[str, str]:
    try:
        found = con.sql(f"SELECT * FROM {catalog}.{table.sql_name}")
    except duckdb.CatalogException:
        return {}
    return dict(zip(found.columns, map(str, found.types), strict=True))


def _carry_over(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Copy a table of the old file, its columns as today's types; new columns are NULL."""
    if not _types(con, "before", table):
        return
    found = con.sql(f"SELECT * FROM before.{table.sql_name}")
    given = dict(zip(found.columns, found.types, strict=True))
    columns = [column for column in table.columns if column.name in given]
    names = ", ".join(name_sql(column.name) for column in columns)
    values = ", ".join(convert(name_sql(c.name), given[c.name], c.type).value for c in columns)
    con.execute(f"INSERT INTO making.{table.sql_name} ({names}) SELECT {values} FROM before.{table.sql_name}")


def _order(con: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """ORDER BY, unless the files already are (nearly) in order: sorting wide rows is most of an import's time."""
    order = RULES[staged.table.name].order
    if order is None:
        return ""
    column = name_sql(order)
    groups = (
        f"SELECT min({column}) AS first, max({column}) AS last FROM {staged.sql_name} GROUP BY rowid // {_GROUP_ROWS}"
    )
    found = con.execute(
        f"SELECT epoch(max(last)) - epoch(min(first)), avg(epoch(last) - epoch(first)), count(*) FROM ({groups})"
    ).fetchone()
    whole, parts, count = found or (0.0, 0.0, 0)
    in_order = count > 2 and parts <= max(2 * 86_400, 3 * whole / count)
    return "" if in_order else f" ORDER BY {column}"
