"""Importing again and importing more: what is added, what replaces, what stays."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.errors import SourceError
from lib.files import import_folder
from lib.files.report import TableReport
from lib.files.rules import RULES
from lib.files.schema import known_tables
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.files.exports import PRICES, USAGE, loaded, price, rows_of, run, usage, write_csv, write_parquet

HISTORY = "system.query.history"
SPENDS = "external.databricks_job_spends"


def time(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{text}+00:00")


def imported(tmp_path: Path, table: str, *files: list[dict[str, Any]]) -> TableReport:
    """Import one folder of these parts into the account of the test."""
    number = len(list(tmp_path.glob("in*")))
    for part, rows in enumerate(files):
        write_parquet(tmp_path / f"in{number}" / table / f"part-{part}.parquet", table, rows)
    (report,) = run(tmp_path / f"in{number}", tmp_path / "home").tables
    return report


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage("r1"), usage("r2")])
    first = run(tmp_path / "in", tmp_path / "home")
    before = _files(tmp_path / "home")
    again = run(tmp_path / "in", tmp_path / "home")
    assert (first.changed, again.changed, again.generation) == (True, False, first.generation)
    assert again.tables == (TableReport(USAGE, files=1, files_known=1, rows=2),)
    assert again.text().startswith("Nothing new in")
    assert _files(tmp_path / "home") == before


def _files(home: Path) -> dict[str, int]:
    """When the files of an account were changed."""
    return {path.name: path.stat().st_mtime_ns for path in home.iterdir() if path.suffix in (".json", ".duckdb")}


def test_the_same_rows_in_another_file_change_nothing(tmp_path: Path) -> None:
    row = usage("r1", custom_tags={"b": "2", "a": "1"}, usage_metadata={"job_id": "7"}, workspace_id="w")
    assert imported(tmp_path, USAGE, [row]).added == 1
    generation = DatabaseFolder(tmp_path / "home").current().generation
    fields = {"usage_metadata": row["usage_metadata"] | dict.fromkeys(("cluster_id", "job_run_id"))}
    write_csv(tmp_path / "csv/billing_usage.csv", [row | fields | {"custom_tags": {"a": "1", "b": "2"}}])
    report = run(tmp_path / "csv", tmp_path / "home")
    assert (report.changed, report.tables[0].present) == (False, 1)
    assert DatabaseFolder(tmp_path / "home").current().generation == generation


def test_newer_files_add(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage("r1"), usage("r2")])
    report = imported(tmp_path, USAGE, [usage("r2"), usage("r3", usage_date=date(2026, 2, 1))])
    assert report == TableReport(USAGE, 1, read=2, added=1, present=1, rows=3)
    assert rows_of(tmp_path / "home", USAGE, "record_id") == [("r1",), ("r2",), ("r3",)]
    assert loaded(tmp_path / "home") == {USAGE: 3}


def test_tables_come_one_after_the_other(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage()])
    imported(tmp_path, PRICES, [price()])
    assert loaded(tmp_path / "home") == {USAGE: 1, PRICES: 1}


def test_duplicates_inside_one_import_are_kept_once(tmp_path: Path) -> None:
    report = imported(tmp_path, USAGE, [usage("r1"), usage("r1"), usage("r2")], [usage("r2"), usage("r3")])
    assert report == TableReport(USAGE, 2, read=5, added=3, duplicates=2, rows=3)


def test_of_two_contents_the_newest_ingestion_counts_and_is_reported(tmp_path: Path) -> None:
    old, new = (usage("r1", n, ingestion_date=date(2026, 2, n)) for n in (1, 2))
    write_parquet(tmp_path / "in/billing.usage/a.parquet", USAGE, [new])
    write_parquet(tmp_path / "in/billing.usage/b.parquet", USAGE, [old, usage("r1", 3)])
    report = run(tmp_path / "in", tmp_path / "home")
    assert report.tables == (TableReport(USAGE, 2, read=3, added=1, conflicts=2, rows=1),)
    assert (
        f"{USAGE}: 2 rows left out that differ from another with the same record_id: the newest ingestion_date counts"
        in map(str, report.notes)
    )
    assert rows_of(tmp_path / "home", USAGE, "usage_quantity") == [(Decimal(2),)]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_newest_version_counts_in_whatever_order_it_comes(tmp_path: Path, order: tuple[int, int]) -> None:
    for n in order:
        report = imported(tmp_path, HISTORY, [
            {"workspace_id": "w", "statement_id": "s", "start_time": time("01 10:00"), "update_time": time(f"01 1{n}:00"),
             "execution_status": "RUNNING" if n == 1 else "FINISHED"}
        ])  # fmt: skip
    assert (report.replacing, report.older) == ((1, 0) if order == (1, 2) else (0, 1))
    assert rows_of(tmp_path / "home", HISTORY, "execution_status") == [("FINISHED",)]


def test_a_price_that_ends_replaces_the_open_one_for_good(tmp_path: Path) -> None:
    closed = price(price_end_time=time("15 00:00"))
    imported(tmp_path, PRICES, [price()])
    assert imported(tmp_path, PRICES, [closed, price("2026-01-15", amount="0.2")]).replacing == 1
    assert imported(tmp_path, PRICES, [price()] * 2).older == 1
    assert rows_of(tmp_path / "home", PRICES, "price_start_time, price_end_time") == [
        (time("01 00:00"), time("15 00:00")), (time("15 00:00"), None),
    ]  # fmt: skip


def test_versions_of_a_job_are_rows_of_their_own(tmp_path: Path) -> None:
    def job(day: str, name: str) -> dict[str, Any]:
        return {"workspace_id": "w", "job_id": "1", "change_time": time(f"{day} 00:00"), "name": name}

    imported(tmp_path, "system.lakeflow.jobs", [job("01", "old")])
    report = imported(tmp_path, "system.lakeflow.jobs", [job("01", "old"), job("02", "new"), job("02", "newest")])
    assert (report.added, report.present, report.conflicts) == (1, 1, 1)
    assert rows_of(tmp_path / "home", "system.lakeflow.jobs", "name", "change_time") == [("old",), ("newest",)]


def test_slices_of_a_run_keep_both_endings_of_a_repair(tmp_path: Path) -> None:
    def piece(state: str | None) -> dict[str, Any]:
        return {"workspace_id": "w", "job_id": "1", "run_id": "2", "result_state": state,
                "period_start_time": time("01 00:00"), "period_end_time": time("01 00:00")}  # fmt: skip

    report = imported(
        tmp_path, "system.lakeflow.job_run_timeline", [piece("FAILED"), piece("SUCCEEDED"), piece(None), piece(None)]
    )
    assert (report.added, report.duplicates) == (3, 1)


def test_events_without_key_are_the_same_when_all_columns_are(tmp_path: Path) -> None:
    def event(count: int | None) -> dict[str, Any]:
        return {"workspace_id": "w", "warehouse_id": "h", "event_type": "RUNNING", "event_time": time("01 00:00"),
                "cluster_count": count}  # fmt: skip

    table = "system.compute.warehouse_events"
    assert imported(tmp_path, table, [event(1), event(1), event(2), event(None)]).duplicates == 1
    assert imported(tmp_path, table, [event(None), event(2), event(3)]) == TableReport(
        table, 1, read=3, added=1, present=2, rows=4
    )


def test_a_newer_cloud_bill_replaces_what_it_covers(tmp_path: Path) -> None:
    def spend(day: int, cost: str, run: str = "r") -> dict[str, Any]:
        return {
            "usage_date": date(2026, 1, day),
            "cluster_id": "c",
            "job_id": "j",
            "run_id": run,
            "ec2_cost": Decimal(cost),
        }

    imported(tmp_path, SPENDS, [spend(1, "1.0"), spend(1, "2.0"), spend(2, "5"), spend(2, "7", "other")])
    report = imported(tmp_path, SPENDS, [spend(1, "1.0"), spend(1, "2.0"), spend(2, "6")])
    assert report == TableReport(SPENDS, 1, read=3, replacing=1, present=2, rows=4)
    assert rows_of(tmp_path / "home", SPENDS, "usage_date, run_id, ec2_cost", "1, 2, 3") == [
        (date(2026, 1, 1), "r", Decimal(1)), (date(2026, 1, 1), "r", Decimal(2)),
        (date(2026, 1, 2), "other", Decimal(7)), (date(2026, 1, 2), "r", Decimal(6)),
    ]  # fmt: skip


def test_the_first_day_with_new_usage_is_reported(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage("r1", usage_date=date(2026, 1, 1))])
    write_csv(
        tmp_path / "more/billing_usage.csv",
        [usage("r1", usage_date=date(2026, 1, 1)), usage("r2", usage_date=date(2026, 1, 9))],
    )
    report = run(tmp_path / "more", tmp_path / "home")
    assert report.usage_from == date(2026, 1, 9)
    assert json.loads(json.dumps(report.as_dict()))["usage_from"] == "2026-01-09"


def test_rows_are_kept_in_the_order_of_time(tmp_path: Path) -> None:
    days = (3, 1, 2)
    imported(tmp_path, USAGE, [usage(f"r{n}", usage_date=date(2026, 1, n)) for n in days])
    assert rows_of(tmp_path / "home", USAGE, "record_id", "rowid") == [("r1",), ("r2",), ("r3",)]


def test_publish_gets_the_new_account_while_the_folder_is_locked(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage()])
    database, seen = DatabaseFolder(tmp_path / "home"), []

    def publish(account: Path) -> None:
        seen.append((account.is_file(), database.find()))
        database.point(account=account)

    assert import_folder(tmp_path / "in", database, publish).changed
    assert seen == [(True, None)]


def test_an_account_that_cannot_be_published_is_thrown_away(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage()])
    before = DatabaseFolder(tmp_path / "home").current()
    write_csv(tmp_path / "more/billing_usage.csv", [usage("r2")])

    def publish(account: Path) -> None:
        raise SourceError("The ledger would not add up.")

    with pytest.raises(SourceError):
        import_folder(tmp_path / "more", DatabaseFolder(tmp_path / "home"), publish)
    assert DatabaseFolder(tmp_path / "home").current() == before
    assert list((tmp_path / "home").glob("account-*")) == [before.account]
    assert run(tmp_path / "more", tmp_path / "home").tables[0].added == 1


def test_a_reader_in_the_same_process_goes_on(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage()])
    warehouse = EmbeddedWarehouse(tmp_path / "home", frozenset())
    missing = warehouse.missing_tables()
    imported(tmp_path, PRICES, [price()])
    assert missing - warehouse.missing_tables() == {PRICES}
    assert USAGE not in missing
    warehouse.close()


def test_an_account_of_an_older_version_gets_todays_tables(tmp_path: Path) -> None:
    imported(tmp_path, USAGE, [usage("r1", usage_metadata={"job_id": "7"}, custom_tags={"a": "b"})])
    _make_older(DatabaseFolder(tmp_path / "home"))
    write_csv(tmp_path / "more/billing_usage.csv", [usage("r2", workspace_id="w")])
    assert run(tmp_path / "more", tmp_path / "home").tables[0].added == 1
    got = rows_of(tmp_path / "home", USAGE, "record_id, usage_metadata.job_id AS job, custom_tags, usage_type")
    assert got == [("r1", "7", {"a": "b"}, None), ("r2", None, None, None)]
    assert loaded(tmp_path / "home") == {USAGE: 2}


def _make_older(database: DatabaseFolder) -> None:
    """Take a column, a field and a table away from the account."""
    import duckdb

    with duckdb.connect(str(database.current().account)) as con:
        con.execute("ALTER TABLE billing.usage DROP COLUMN usage_type")
        con.execute(
            "ALTER TABLE billing.usage ALTER usage_metadata TYPE STRUCT(job_id VARCHAR) USING {'job_id': usage_metadata.job_id}"
        )
        con.execute("DROP TABLE access.audit; DELETE FROM meta.tables WHERE table_name = 'system.access.audit'")


def test_progress_tells_every_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage()])
    said: list[str] = []
    import_folder(tmp_path / "in", DatabaseFolder(tmp_path / "home"), None, lambda step, done, of: said.append(step))
    assert said == [
        "Looking at billing_usage.csv",
        "Reading billing_usage.csv",
        f"Comparing {USAGE}",
        "Writing",
        "Writing",
    ]


def test_every_table_has_a_rule_with_columns_it_has() -> None:
    assert RULES.keys() == known_tables().keys()
    for name, rule in RULES.items():
        columns = {column.name for column in known_tables()[name].columns}
        used = {*rule.required, *rule.key, *rule.replaced_by, rule.newest, rule.order} - {None}
        assert used <= columns, name
        assert rule.key or rule.replaced_by or "event" in name or "lineage" in name, name


def test_the_tables_are_those_of_the_ddl() -> None:
    from lib.warehouse.ddl import ddl

    assert {table.name: [name for name, _ in table.columns] for table in ddl()} == {
        name: [column.name for column in table.columns] for name, table in known_tables().items()
    }


def test_two_imports_at_once_both_arrive(tmp_path: Path) -> None:
    for n in (1, 2):
        write_csv(tmp_path / f"in{n}/billing_usage.csv", [usage(f"r{n}")])
    with ThreadPoolExecutor() as pool:
        reports = list(pool.map(lambda n: run(tmp_path / f"in{n}", tmp_path / "home"), (1, 2)))
    assert sorted(report.tables[0].rows for report in reports) == [1, 2]
    assert rows_of(tmp_path / "home", USAGE, "record_id") == [("r1",), ("r2",)]


def test_workspaces_are_taken_one_by_one_and_add_up(tmp_path: Path) -> None:
    rows = [usage("r1", workspace_id="w1"), usage("r2", workspace_id="w2"), usage("r3", workspace_id=None)]
    write_parquet(tmp_path / "in/system.billing.usage.parquet", USAGE, rows)
    write_parquet(tmp_path / "in/system.billing.list_prices.parquet", PRICES, [price()])
    home = tmp_path / "home"
    first = run(tmp_path / "in", home, workspaces=["w1"])
    assert [(table.table, table.added) for table in first.tables] == [(PRICES, 1), (USAGE, 1)]
    assert "2 rows of other workspaces left out" in first.text()
    assert not run(tmp_path / "in", home, workspaces=["w1"]).changed
    assert rows_of(home, USAGE, "record_id") == [("r1",)]
    run(tmp_path / "in", home, workspaces=["w2"])
    run(tmp_path / "in", home, workspaces=[""])
    assert rows_of(home, USAGE, "record_id") == [("r1",), ("r2",), ("r3",)]
    assert not run(tmp_path / "in", home).changed
