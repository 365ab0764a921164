from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lib.errors import QueryError, SourceError
from lib.queries.catalogue import parse_query
from lib.warehouse.connections import open_writable
from lib.warehouse.names import embedded_name
from lib.warehouse.writer import EmbeddedWriter, run_statement
from tests.warehouse.small import CATALOGUE, COST, TEN_DAYS, new_account

SPEND = CATALOGUE.relations["spend_daily"]
TEXT = CATALOGUE.expanded(SPEND)
DAY_3, DAY_5 = date(2026, 1, 3), date(2026, 1, 5)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    folder = new_account(tmp_path)
    return folder.current().account, folder.new_file("ledger")


@pytest.fixture
def writer(files: tuple[Path, Path]) -> Iterator[EmbeddedWriter]:
    with EmbeddedWriter(*files, catalogue=CATALOGUE) as writer:
        writer.create_table(SPEND)
        yield writer


def count(writer: EmbeddedWriter, where: str = "TRUE") -> int:
    return int(str(writer.execute(f"SELECT COUNT(*) FROM book.ledger.spend_daily WHERE {where}")[0][0]))


def test_a_table_has_the_columns_that_the_head_promises(writer: EmbeddedWriter) -> None:
    columns = writer.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'spend_daily'")
    assert columns == [
        ("usage_date", "DATE"), ("sku_name", "VARCHAR"), ("list_cost", "DECIMAL(38,12)"), ("records", "BIGINT"),
        ("tags", "MAP(VARCHAR, VARCHAR)"),
    ]  # fmt: skip


def test_days_are_replaced_and_others_left(writer: EmbeddedWriter) -> None:
    assert writer.replace_all(SPEND, TEXT, TEN_DAYS) == 30
    writer.execute("UPDATE book.ledger.spend_daily SET records = 0")
    for _ in range(2):
        assert writer.replace_days(SPEND, TEXT, "usage_date", DAY_3, DAY_5, TEN_DAYS) == 6
    assert count(writer) == 30
    assert count(writer, "records > 0") == 6
    assert count(writer, "records > 0 AND usage_date BETWEEN '2026-01-03' AND '2026-01-04'") == 6


def test_a_failing_replacement_changes_nothing(writer: EmbeddedWriter) -> None:
    writer.replace_all(SPEND, TEXT, TEN_DAYS)
    bad = "SELECT usage_date, sku_name, 1 / 0 AS list_cost, nothing AS records, NULL AS tags FROM system.billing.usage"
    with pytest.raises(QueryError, match="nothing"):
        writer.replace_days(SPEND, bad, "usage_date", DAY_3, DAY_5, TEN_DAYS)
    assert count(writer) == 30


def test_money_is_rounded_once_and_exactly(writer: EmbeddedWriter) -> None:
    writer.replace_all(SPEND, TEXT, TEN_DAYS)
    rows = writer.fetch(CATALOGUE["spend/total"], TEN_DAYS, frozenset({"spend_daily"})).to_pylist()
    assert rows[0]["list_cost"] == 67 * COST * Decimal("1.5")
    assert writer.fetch(CATALOGUE["spend/total"], TEN_DAYS).to_pylist() == rows


def test_threads_write_different_relations_at_the_same_time(writer: EmbeddedWriter) -> None:
    named = [replace(SPEND, name=f"base/{name}") for name in ("spend_daily", "job_names", "workspaces", "job_runs")]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda relation: writer.replace_all(relation, TEXT, TEN_DAYS), named)) == [30] * 4


def test_arrow_tables_are_appended_by_name(writer: EmbeddedWriter) -> None:
    writer.insert_arrow("reference.vm_prices", pa.table({"node_type": ["a"], "usd_per_hour": [0.5]}))
    writer.insert_arrow("reference.vm_prices", pa.table({"usd_per_hour": [0.25], "node_type": ["b"]}))
    assert writer.read_table("reference.vm_prices").to_pylist() == [
        {"node_type": "a", "usd_per_hour": 0.5},
        {"node_type": "b", "usd_per_hour": 0.25},
    ]
    writer.replace_table("reference.vm_prices", pa.table({"node_type": ["c"]}))
    assert writer.read_table("reference.vm_prices").to_pylist() == [{"node_type": "c"}]
    assert {"reference.vm_prices", "ledger.spend_daily"} <= writer.tables


def test_the_account_cannot_be_changed(writer: EmbeddedWriter) -> None:
    with pytest.raises(Exception, match="read-only"):
        writer.execute("DELETE FROM account.billing.usage")


def test_what_was_written_is_there_afterwards(files: tuple[Path, Path]) -> None:
    with EmbeddedWriter(*files, catalogue=CATALOGUE) as writer:
        writer.create_table(SPEND)
        writer.replace_all(SPEND, TEXT, TEN_DAYS)
        assert not files[1].with_name(f"{files[1].name}.wal").exists()  # nobody uses it yet: nothing is written twice
    with open_writable(files[1]) as con:
        assert con.execute("SELECT COUNT(*), SUM(records) FROM ledger.spend_daily").fetchall() == [(30, 100)]


def test_a_missing_account_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"), EmbeddedWriter(tmp_path / "nowhere", tmp_path / "ledger"):
        pass


def test_any_statement_runs_on_any_connection(files: tuple[Path, Path]) -> None:
    with open_writable(files[0]) as con:
        text = "SELECT COUNT_IF(usage_date < :day) AS n FROM system.billing.usage"
        rows = run_statement(con, text, {"day": DAY_3}, names=lambda parts: ".".join(parts[1:]))
        assert rows.to_pylist() == [{"n": 20}]
        with pytest.raises(QueryError):
            run_statement(con, text, {"day": DAY_3}, names=embedded_name)


def test_every_type_of_a_contract_can_be_stored(files: tuple[Path, Path]) -> None:
    returns = "a BOOLEAN, b INT, c BIGINT, d DOUBLE, e TIMESTAMP, f ARRAY<STRING>, g STRUCT<x: INT, y: STRING>, h DATE"
    text = (
        "SELECT TRUE AS a, 1 AS b, 2 AS c, 0.5 AS d, TIMESTAMP'2026-01-01 10:00:00' AS e, ARRAY('x') AS f,\n"
        "  NAMED_STRUCT('x', 1, 'y', 'z') AS g, DATE'2026-01-01' AS h"
    )
    relation = parse_query(
        "base/all_types", f"-- A.\n-- Row: one\n-- Params: none\n-- Returns: {returns}\n{text}", frozenset()
    )
    with EmbeddedWriter(*files, catalogue=CATALOGUE) as writer:
        writer.create_table(relation)
        assert writer.replace_all(relation, relation.text) == 1
        stored = writer.read_table("ledger.all_types").to_pylist()
        assert stored == writer.fetch(relation).to_pylist()
