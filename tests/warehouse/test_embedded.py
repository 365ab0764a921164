from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.errors import NotFound, QueryError, SourceError
from lib.queries.catalogue import parse_query
from lib.warehouse.connections import lock_down, open_memory, open_writable
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.warehouse.small import CATALOGUE, COST, TEN_DAYS, new_account, new_ledger, write_account

TOTAL = {"list_cost": 67 * COST * Decimal("1.5"), "records": 100, "last_day": date(2026, 1, 10)}
"""67 of 100 rows have a price."""


@pytest.fixture
def folder(tmp_path: Path) -> DatabaseFolder:
    return new_account(tmp_path)


@pytest.fixture
def warehouse(folder: DatabaseFolder) -> Iterator[EmbeddedWarehouse]:
    engine = EmbeddedWarehouse(folder.path, catalogue=CATALOGUE)
    yield engine
    engine.close()


def test_a_query_is_answered_as_its_head_promises(warehouse: EmbeddedWarehouse) -> None:
    rows = warehouse.fetch("spend/total", TEN_DAYS)
    assert [str(type_) for type_ in rows.schema.types] == ["decimal128(38, 12)", "int64", "date32[day]"]
    assert rows.to_pylist() == [TOTAL]


def test_a_list_narrows_and_a_value_is_only_a_value(warehouse: EmbeddedWarehouse) -> None:
    chosen = TEN_DAYS | {"skus": ["sku1", "x' OR 1=1 --"], "of no use": object()}
    assert warehouse.fetch("spend/total", chosen).to_pylist()[0]["records"] == 33
    assert warehouse.fetch("spend/marks", {"sku": "x' OR '1'='1"}).to_pylist()[0]["records"] == 0


def test_stored_and_worked_out_figures_are_the_same(folder: DatabaseFolder, warehouse: EmbeddedWarehouse) -> None:
    assert "billing" in warehouse.sql("spend/total")
    folder.point(ledger=new_ledger(folder))
    assert "billing" not in warehouse.sql("spend/total")
    assert '"book"."ledger"."spend_daily"' in warehouse.sql("spend/total")
    assert warehouse.fetch("spend/total", TEN_DAYS).to_pylist() == [TOTAL]
    live = EmbeddedWarehouse(folder.path, frozenset(), catalogue=CATALOGUE)
    assert live.fetch("spend/total", TEN_DAYS).to_pylist() == [TOTAL]
    live.close()


def test_it_follows_the_pointer(folder: DatabaseFolder, warehouse: EmbeddedWarehouse) -> None:
    before = warehouse.generation
    assert warehouse.fetch("spend/marks", {"sku": "sku0"}).to_pylist()[0]["records"] == 34
    account = folder.new_file("account")
    write_account(account, rows=3)
    folder.point(account=account)
    folder.prune()
    assert warehouse.generation != before
    assert warehouse.fetch("spend/marks", {"sku": "sku0"}).to_pylist()[0]["records"] == 1


def test_tables_that_were_not_loaded_are_missing(warehouse: EmbeddedWarehouse) -> None:
    assert warehouse.missing_tables() == {"system.access.audit"}


def test_a_table_that_is_not_there_is_named(warehouse: EmbeddedWarehouse) -> None:
    with pytest.raises(SourceError, match=r"The account has no system\.query\.history"):
        warehouse.fetch("spend/query_history")


def test_what_duckdb_refuses_names_the_file(warehouse: EmbeddedWarehouse) -> None:
    with pytest.raises(QueryError, match="no_such_column") as caught:
        warehouse.fetch("spend/broken")
    assert caught.value.place == "lib/queries/spend/broken.sql"


def test_an_unknown_query_and_a_missing_value_are_named(warehouse: EmbeddedWarehouse) -> None:
    with pytest.raises(NotFound, match="spend/totals"):
        warehouse.fetch("spend/totals")
    with pytest.raises(QueryError, match="parameter skus"):
        warehouse.fetch("spend/total", {k: v for k, v in TEN_DAYS.items() if k != "skus"})


def test_a_query_of_ones_own_can_be_asked(warehouse: EmbeddedWarehouse) -> None:
    text = (
        "-- Rows.\n-- Row: one\n-- Params: none\n-- Returns: n BIGINT\nSELECT COUNT(*) AS n FROM system.billing.usage"
    )
    assert warehouse.fetch(parse_query("x/y", text, frozenset())).to_pylist() == [{"n": 100}]


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM read_text('/etc/hostname')", "SET threads = 1",
     "ATTACH '/tmp/other.duckdb'", "COPY (SELECT 1) TO '/tmp/out.csv'", "DROP TABLE account.billing.usage", "INSTALL httpfs"],
)  # fmt: skip
def test_nothing_beside_the_account_can_be_reached(warehouse: EmbeddedWarehouse, statement: str) -> None:
    warehouse.missing_tables()
    with (
        warehouse._generations.current() as files,
        pytest.raises(Exception, match=r"(?i)permission|locked|read-only|disabled"),
    ):
        files.connection.cursor().execute(statement)


def test_a_folder_without_an_account_says_what_to_do(tmp_path: Path) -> None:
    engine = EmbeddedWarehouse(tmp_path / "empty", catalogue=CATALOGUE)
    with pytest.raises(SourceError, match="no account data yet"):
        engine.fetch("spend/total", TEN_DAYS)
    engine.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    account = folder.new_file("account")
    account.write_text("not a database")
    folder.point(account=account)
    engine = EmbeddedWarehouse(tmp_path, catalogue=CATALOGUE)
    with pytest.raises(SourceError, match=account.name):
        engine.fetch("spend/total", TEN_DAYS)
    engine.close()


def test_times_are_utc_whatever_the_machine_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    with open_writable(tmp_path / "x.duckdb") as con:
        assert con.execute("SELECT CAST(TIMESTAMPTZ '2026-01-01 23:30:00+00' AS DATE)").fetchall() == [
            (date(2026, 1, 1),)
        ]


def test_closing_gives_the_files_back(folder: DatabaseFolder) -> None:
    engine = EmbeddedWarehouse(folder.path, catalogue=CATALOGUE)
    engine.fetch("spend/total", TEN_DAYS)
    engine.close()
    with open_writable(folder.current().account) as con:
        assert con.execute("SELECT COUNT(*) FROM billing.usage").fetchall() == [(100,)]


def test_more_than_fits_in_memory_is_spilled_and_cleaned_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with open_memory(memory_limit="60MB", threads=1) as con:
        lock_down(con)
        rows = con.execute(
            "SELECT COUNT(*) FROM (SELECT i, repeat('x', 100) || i AS s FROM range(900000) t(i) ORDER BY s DESC)"
        )
        assert rows.fetchall() == [(900000,)]
    assert list(tmp_path.iterdir()) == []
