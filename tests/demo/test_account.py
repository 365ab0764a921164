"""What one build promises: the same rows again, a complete file or none, true counts."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from lib.demo import DemoSpec, create_account
from lib.errors import InputError, SourceError
from lib.warehouse.ddl import ddl
from tests.demo.conftest import SMALL

pytestmark = pytest.mark.slow

ABSENT = {
    "external.cloud_costs", "external.databricks_job_spends", "system.billing.account_prices", "system.billing.attributed_usage",
    "system.billing.cloud_infra_cost",
}  # fmt: skip

ORDER = {
    "system.billing.usage": "usage_start_time", "system.query.history": "start_time",
    "system.compute.node_timeline": "start_time", "system.compute.warehouse_events": "event_time",
    "system.compute.clusters": "change_time", "system.lakeflow.job_run_timeline": "period_start_time",
    "system.lakeflow.job_task_run_timeline": "period_start_time", "system.access.table_lineage": "event_time",
}  # fmt: skip


def contents(path: Path) -> dict[str, tuple[object, ...]]:
    """Rows and a hash of every table."""
    names = [*(table.duckdb_name for table in ddl()), "meta.planted", "meta.tables"]
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            name: connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM {name} AS t").fetchall()[0]
            for name in names
        }


def test_same_spec_gives_the_same_account(small_account: Path, tmp_path: Path):
    again = tmp_path / "again.duckdb"
    create_account(again, SMALL)
    assert contents(again) == contents(small_account)


def test_another_seed_gives_another_account(small_account: Path, tmp_path: Path):
    other = tmp_path / "other.duckdb"
    create_account(other, replace(SMALL, seed=12))
    assert contents(other)['"billing"."usage"'] != contents(small_account)['"billing"."usage"']


def test_key_names_the_spec():
    assert SMALL.key == replace(SMALL).key
    others = [replace(SMALL, seed=1), replace(SMALL, days=61), replace(SMALL, scale=0.06)]
    assert len({SMALL.key, *(spec.key for spec in others)}) == 4
    assert SMALL.key.isalnum()
    assert replace(SMALL, scale=1).key == replace(SMALL, scale=1.0).key


@pytest.mark.parametrize("wrong", [{"days": 30}, {"scale": 0.0}, {"scale": 1000.0}])
def test_spec_refuses_what_it_cannot_make(wrong: dict[str, float]):
    with pytest.raises(InputError):
        DemoSpec(**{"seed": 1, "today": SMALL.today, **wrong})


def test_progress_counts_up_to_the_end(tmp_path: Path):
    seen: list[tuple[str, int, int]] = []
    create_account(tmp_path / "a.duckdb", SMALL, lambda *step: seen.append(step))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1] == ("ready", seen[-1][2], seen[-1][2])
    assert all(name for name, _, _ in seen)


def test_failure_leaves_nothing_behind(tmp_path: Path):
    def stop(step: str, done: int, total: int) -> None:
        if done == 3:
            raise OSError("disk full")

    kept = tmp_path / "kept.duckdb"
    kept.write_bytes(b"before")
    with pytest.raises(SourceError):
        create_account(kept, SMALL, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.duckdb"]
    assert kept.read_bytes() == b"before"


def test_tables_are_listed_with_their_true_counts(account: duckdb.DuckDBPyConnection):
    listed = account.execute("SELECT table_name, loaded, rows, origin FROM meta.tables").fetchall()
    for table in ddl():
        (count,) = account.execute(f"SELECT count(*) FROM {table.duckdb_name}").fetchall()[0]
        assert (table.name, table.name not in ABSENT, count, "demo") in listed
        assert (count == 0) == (table.name in ABSENT), table.name
    assert len(listed) == len(ddl())


def test_size_is_as_announced(account: duckdb.DuckDBPyConnection):
    counts = dict(account.execute("SELECT table_name, rows FROM meta.tables").fetchall())
    assert 30_000 < counts["system.billing.usage"] < 80_000
    assert 20_000 < counts["system.query.history"] < 60_000
    assert counts["system.compute.node_timeline"] < 300_000


@pytest.mark.parametrize(("table", "column"), ORDER.items())
def test_rows_are_written_in_time_order(account: duckdb.DuckDBPyConnection, table: str, column: str):
    name = next(t.duckdb_name for t in ddl() if t.name == table)
    earlier = account.execute(
        f"SELECT count(*) FROM (SELECT {column} < lag({column}) OVER (ORDER BY rowid) AS back FROM {name}) WHERE back"
    ).fetchall()
    # the engine may swap whole row groups, and a planted row starts half a millisecond before the hour it belongs to
    assert earlier[0][0] <= 3
