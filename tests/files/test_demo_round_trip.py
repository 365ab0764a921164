"""The whole demo account, exported as Parquet and as CSV, comes back row for row."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lib.demo import DemoSpec, create_account
from lib.files.schema import Table, known_tables
from lib.warehouse.connections import attach, open_memory, open_writable
from lib.warehouse.store import DatabaseFolder
from tests.files.exports import run

pytestmark = pytest.mark.slow

HISTORY = "system.query.history"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest demo account, and of its largest tables a part."""
    path = tmp_path_factory.mktemp("demo") / "account.duckdb"
    create_account(path, DemoSpec(seed=1, today=date(2026, 7, 1), days=60, scale=0.01))
    with open_writable(path) as con:
        for table, key in (("billing.usage", "record_id"), ("compute.node_timeline", "start_time")):
            con.execute(f"DELETE FROM {table} WHERE hash({key}) % 20 <> 0")
    return path


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_the_demo_account_comes_back(demo: Path, tmp_path: Path, kind: str) -> None:
    with open_memory() as con:
        attach(con, demo, "demo")
        exported = dict(_export(con, tmp_path / "in", kind))
        report = run(tmp_path / "in", tmp_path / "home")
        assert {table.table: table.read for table in report.tables} == exported
        assert {table.table for table in report.tables if table.conflicts} == {HISTORY}
        attach(con, DatabaseFolder(tmp_path / "home").current().account, "account")
        for table in known_tables().values():
            ours, theirs = (_rows(catalog, table) for catalog in ("account", "demo"))
            missing = con.execute(f"SELECT count(*) FROM ({theirs} EXCEPT {ours})").fetchone()
            added = con.execute(f"SELECT count(*) FROM ({ours} EXCEPT {theirs})").fetchone()
            assert (table.name, missing, added) == (table.name, (0,), (0,))


def _export(con: duckdb.DuckDBPyConnection, folder: Path, kind: str) -> Iterator[tuple[str, int]]:
    """Every table that has rows; nested columns of CSV as JSON."""
    folder.mkdir()
    for table in known_tables().values():
        (rows,) = con.execute(f"SELECT count(*) FROM demo.{table.sql_name}").fetchone() or (0,)
        if not rows:
            continue
        columns = (
            f'to_json("{column.name}") AS "{column.name}"'
            if column.type.parts and kind == "csv"
            else f'"{column.name}"'
            for column in table.columns
        )
        query = f"SELECT {', '.join(columns)} FROM demo.{table.sql_name}"
        con.execute(f"COPY ({query}) TO '{folder / table.name}.{kind}' (FORMAT {kind})")
        yield table.name, rows


def _rows(catalog: str, table: Table) -> str:
    """Rows that compare: the order of a map's entries means nothing."""
    columns = (
        f'list_sort(map_entries("{column.name}")) AS "{column.name}"'
        if column.type.name == "MAP"
        else f'"{column.name}"'
        for column in table.columns
    )
    # a statement is there once for each update; the newest counts
    newest = " QUALIFY row_number() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1"
    return f"SELECT {', '.join(columns)} FROM {catalog}.{table.sql_name}{newest if table.name == HISTORY else ''}"
