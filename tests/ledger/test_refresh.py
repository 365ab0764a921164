"""The refresh: only what changed, exactly once, all or nothing."""

from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.config import load
from lib.context import Context
from lib.demo import DemoSpec
from lib.errors import SourceError
from lib.ledger.changes import PriceWindow, changed_days, ranges, repriced
from lib.ledger.reference import tables as reference_tables
from lib.ledger.relations import NAMES, SOON
from lib.queries.catalogue import load as load_queries
from lib.spend.period import Period
from lib.warehouse.embedded import EmbeddedWarehouse, open_files
from lib.warehouse.refreshing import LedgerFile, refresh_ledger
from tests.account import ALL, Account, at, price, run_slice, usage
from tests.same import assert_same

USAGE, PRICES, RUNS = "system.billing.usage", "system.billing.list_prices", "system.lakeflow.job_run_timeline"


def on(day: int, quantity: object = 1, **values: Any) -> dict[str, Any]:
    return usage(quantity, start=f"2026-06-{day:02d} 10:00", record_id=f"u{day}-{quantity}", **values)


def test_the_same_account_again_changes_nothing(tmp_path: Path) -> None:
    tables = {USAGE: [on(1), on(2)], PRICES: [price("1")]}
    account = Account(tmp_path, tables)
    ledger = account.folder.current().ledger
    assert account.change(tables).periods == ()
    assert account.folder.current().ledger is not None
    assert account.total() == 2
    with account.folder.writing():
        again = refresh_ledger(account.folder, currency="USD", reference=reference_tables(None, None))
    assert again.periods == ()
    assert ledger is not None


def test_a_ledger_is_copied_only_when_something_changed(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(1), on(2)], PRICES: [price("1")]})
    reader = EmbeddedWarehouse(tmp_path)
    before, ledger = reader.generation, account.folder.current().ledger
    assert reader.fetch("names/span").num_rows
    with account.folder.writing():
        refresh_ledger(account.folder, currency="USD", reference=reference_tables(None, None))
    assert account.folder.current().ledger == ledger
    assert reader.generation == before
    with account.folder.writing():
        refresh_ledger(account.folder, currency="USD", reference=reference_tables(None, None), full=True)
    assert account.folder.current().ledger != ledger
    assert reader.generation != before


def test_only_changed_days_are_worked_out(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(1), on(2), on(20)], PRICES: [price("1")]})
    done = account.change({USAGE: [on(1), on(2), on(20), on(21, 5)], PRICES: [price("1")]})
    assert done.periods == (Period(date(2026, 6, 21), date(2026, 6, 22)),)
    assert not done.full
    assert account.total() == 8


def test_a_late_correction_is_found_on_its_own_day(tmp_path: Path) -> None:
    before = [on(1, 10), on(20)]
    account = Account(tmp_path, {USAGE: before, PRICES: [price("1")]})
    correction = on(1, -4, record_type="RETRACTION", ingestion_date=date(2026, 6, 25))
    done = account.change({USAGE: [*before, correction], PRICES: [price("1")]})
    assert done.periods == (Period(date(2026, 6, 1), date(2026, 6, 2)),)
    assert account.by("day") == {"2026-06-01": 6, "2026-06-20": 1}


def test_a_day_that_vanished_is_taken_out(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(1), on(20)], PRICES: [price("1")]})
    account.change({USAGE: [on(1)], PRICES: [price("1")]})
    assert account.by("day") == {"2026-06-01": 1}


def test_a_price_that_arrives_late_prices_the_days_it_holds_for(tmp_path: Path) -> None:
    days = [on(1), on(10), on(20)]
    account = Account(tmp_path, {USAGE: days, PRICES: [price("1", until="2026-06-05 00:00")]})
    assert account.total() == 1
    later = price("2", since="2026-06-05 00:00", until="2026-06-15 00:00")
    done = account.change({USAGE: days, PRICES: [price("1", until="2026-06-05 00:00"), later]})
    assert [p for p in done.periods if date(2026, 6, 1) in p or date(2026, 6, 20) in p] == []
    assert account.total() == 3


def test_a_new_discount_rule_is_used_everywhere(tmp_path: Path) -> None:
    account = Account(tmp_path / "home", {USAGE: [on(1, 10)], PRICES: [price("1")]})
    rules = tmp_path / "discounts.yaml"
    rules.write_text("discounts: [{id: all, discount: 0.1}]")
    account.settings["discounts"] = rules
    assert account.change({USAGE: [on(1, 10)], PRICES: [price("1")]}).full
    assert account.total("contract_cost") == 9


def test_a_run_that_goes_on_is_updated_where_it_began(tmp_path: Path) -> None:
    first = run_slice("2026-06-01 23:00", "2026-06-02 00:00", None)
    account = Account(tmp_path, {USAGE: [on(1)], PRICES: [price("1")], RUNS: [first]})
    more = run_slice("2026-06-02 00:00", "2026-06-02 00:30")
    account.change({USAGE: [on(1)], PRICES: [price("1")], RUNS: [first, more]})
    assert [(r["run_date"], r["busy_s"], r["final_state"]) for r in account.rows("base/job_runs")] == [
        (date(2026, 6, 1), 5400.0, "SUCCEEDED")
    ]


def test_a_refresh_that_dies_leaves_the_old_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(tmp_path, {USAGE: [on(1)], PRICES: [price("1")]})
    before = account.folder.current()

    def die(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(LedgerFile, "replace_days", die)
    with pytest.raises(KeyboardInterrupt):
        account.change({USAGE: [on(1), on(2)], PRICES: [price("1")]})
    assert account.folder.current() == before
    assert account.total() == 1
    monkeypatch.undo()
    account.change({USAGE: [on(1), on(2)], PRICES: [price("1")]})
    assert account.total() == 2
    assert ledger_files(account) == set(tmp_path.glob("ledger-*.duckdb")), "what the dead refresh left behind is gone"


def test_a_ledger_that_does_not_add_up_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(tmp_path, {USAGE: [on(1)], PRICES: [price("1")]})
    before = account.folder.current()
    replace_days = LedgerFile.replace_days

    def forgetful(self: LedgerFile, relation: Any, *args: Any) -> int:
        rows = replace_days(self, relation, *args)
        if relation.short_name == "spend_daily":
            self.execute("DELETE FROM book.newer.spend_daily WHERE usage_date = DATE '2026-06-02'")
        return rows

    monkeypatch.setattr(LedgerFile, "replace_days", forgetful)
    with pytest.raises(SourceError, match="not add up") as caught:
        account.change({USAGE: [on(1), on(2)], PRICES: [price("1")]})
    assert "2026-06-02" in str(caught.value)
    assert account.folder.current() == before


def test_a_reader_keeps_its_data_while_the_ledger_changes(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(1)], PRICES: [price("1")]})
    reader = EmbeddedWarehouse(tmp_path)
    generation = reader.generation
    account.change({USAGE: [on(1), on(2)], PRICES: [price("1")]})
    assert reader.generation != generation
    assert account.total() == 2


def test_incremental_equals_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        on(d, d, job_id=f"j{d % 3}", job_run_id=f"r{d}", cluster_id=f"c{d % 2}", node_type="m5.xlarge")
        for d in range(1, 25)
    ]
    prices = [price("1"), price("2", since="2026-06-12 00:00")]
    account = Account(tmp_path / "a", {USAGE: rows[:10], PRICES: prices[:1]})
    whole = account.folder.current().ledger
    assert account.folder.current().base is None

    def is_full(rows: list[dict[str, Any]]) -> None:
        fresh = Account(tmp_path / f"{len(rows)}", {USAGE: rows, PRICES: prices})
        for name in ("spend_daily", "spend_overview", "job_run_cost", "cluster_day", "job_names", "workspaces"):
            assert_same(stored(account, name), stored(fresh, name))

    monkeypatch.setattr(
        "lib.warehouse.newer.SHARE", 0
    )  # never too large: days beside the whole ledger, again and again
    for days in (20, 22, 23):
        account.change({USAGE: rows[:days], PRICES: prices})
        assert account.folder.current().base == whole
        assert ledger_files(account) == set((tmp_path / "a").glob("ledger-*.duckdb"))
        is_full(rows[:days])
    monkeypatch.undo()  # too large now: one ledger again
    account.change({USAGE: rows, PRICES: prices})
    assert account.folder.current().base is None
    is_full(rows)


def test_what_a_new_ledger_lacks_is_added_by_the_next_refresh_and_live_until_then(tmp_path: Path) -> None:
    here = Context(load(source="demo", home=tmp_path))
    first = here.make_demo(DemoSpec(seed=1, today=date(2026, 6, 30), days=60, scale=0.02), soon=True)
    assert first is not None
    assert first.rows.keys() == SOON
    query = load_queries().relations["statement_shape_days"]

    def answered() -> pa.Table:
        return here.warehouse.fetch(query, ALL)

    live = answered()
    assert live.num_rows
    done = here.refresh()
    assert (done.full, done.rows.keys(), done.periods) == (False, NAMES - SOON, first.periods)
    assert_same(answered(), live)
    assert here.refresh().rows == {}


def ledger_files(account: Account) -> set[Path | None]:
    pointer = account.folder.current()
    return {pointer.ledger, pointer.base} - {None}


def stored(account: Account, table: str) -> Any:
    files = open_files(account.folder.current())
    try:
        return files.connection.sql(f"SELECT * FROM book.ledger.{table}").to_arrow_table()
    finally:
        files.close()


def window(since: str, until: str | None, amount: str) -> PriceWindow:
    return PriceWindow(at(since), at(until) if until else None, D(amount))


YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


JOBS = "system.lakeflow.jobs"


def named(name: str, since: str) -> dict[str, Any]:
    return {"account_id": "acc-1", "workspace_id": "ws1", "job_id": "j1", "name": name, "change_time": at(since)}


def test_a_new_name_alone_arrives(tmp_path: Path) -> None:
    tables = {USAGE: [on(1, job_id="j1")], PRICES: [price("1")], JOBS: [named("before", "2026-06-01 00:00")]}
    account = Account(tmp_path, tables)
    assert [row["job_name"] for row in account.rows("base/job_names")] == ["before"]
    done = account.change(tables | {JOBS: [*tables[JOBS], named("after", "2026-06-02 00:00")]})
    assert done.periods == ()
    assert set(done.rows) == {"job_names"}
    assert [row["job_name"] for row in account.rows("base/job_names")] == ["after"]
    assert account.change(tables | {JOBS: [*tables[JOBS], named("after", "2026-06-02 00:00")]}).rows == {}


def test_a_workspace_that_is_renamed_in_place_is_found(tmp_path: Path) -> None:
    def workspace(name: str) -> list[dict[str, Any]]:
        return [{"workspace_id": "ws1", "workspace_name": name, "create_time": at("2026-01-01 00:00")}]

    tables = {USAGE: [on(1)], PRICES: [price("1")], "system.access.workspaces_latest": workspace("old")}
    account = Account(tmp_path, tables)
    done = account.change(tables | {"system.access.workspaces_latest": workspace("new")})
    assert set(done.rows) == {"workspaces"}
    assert account.rows("names/workspaces")[0]["workspace_name"] == "new"


def test_an_old_month_that_is_loaded_late_is_found(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(28)], PRICES: [price("1")]})
    old = usage(3, start="2026-02-03 10:00")
    done = account.change({USAGE: [on(28), old], PRICES: [price("1")]})
    assert done.periods == (Period(date(2026, 2, 3), date(2026, 2, 4)),)
    assert account.total() == 4


def test_a_correction_of_an_old_day_is_found_by_its_ingestion(tmp_path: Path) -> None:
    old = usage(3, start="2026-02-03 10:00")
    account = Account(tmp_path, {USAGE: [on(28), old], PRICES: [price("1")]})
    late = usage(-1, start="2026-02-03 10:00", record_type="RETRACTION", ingestion_date=date(2026, 6, 28))
    done = account.change({USAGE: [on(28), old, late], PRICES: [price("1")]})
    assert done.periods == (Period(date(2026, 2, 3), date(2026, 2, 4)),)
    assert account.total() == 3


def test_old_rows_exchanged_one_for_one_need_a_thorough_look(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [on(28), usage(3, start="2026-02-03 10:00")], PRICES: [price("1")]})
    exchanged = {USAGE: [on(28), usage(5, start="2026-02-03 10:00")], PRICES: [price("1")]}
    assert account.change(exchanged).periods == ()
    assert account.change(exchanged, thorough=True).days == 1
    assert account.total() == 6


def test_a_bill_of_machines_that_is_restated_in_place_is_found(tmp_path: Path) -> None:
    def bill(cost: int) -> list[dict[str, Any]]:
        return [{"usage_date": date(2026, 2, 3), "cluster_id": "c1", "ec2_cost": D(cost), "databricks_cost": D(1)}]

    used = [on(28), usage(3, start="2026-02-03 10:00", cluster_id="c1")]
    tables = {USAGE: used, PRICES: [price("1")], "external.databricks_job_spends": bill(10)}
    account = Account(tmp_path, tables)
    done = account.change(tables | {"external.databricks_job_spends": bill(12)})
    assert done.periods == (Period(date(2026, 2, 3), date(2026, 2, 4)),)
    assert account.total("vm_cost") == 12


def run_usage(day: int, quantity: int, hour: int = 10) -> dict[str, Any]:
    return usage(quantity, start=f"2026-06-{day:02d} {hour}:00", job_id="j1", job_run_id="r1")


def test_a_run_that_costs_on_a_later_day_is_filed_where_it_began(tmp_path: Path) -> None:
    slices = [run_slice("2026-06-10 23:00", "2026-06-11 00:00", None)]
    account = Account(tmp_path, {USAGE: [run_usage(10, 2, 23)], PRICES: [price("1")], RUNS: slices})
    slices = [*slices, run_slice("2026-06-11 00:00", "2026-06-11 00:30")]
    account.change({USAGE: [run_usage(10, 2, 23), run_usage(11, 3)], PRICES: [price("1")], RUNS: slices})
    (run,) = account.rows("base/whole_runs")
    assert (run["begun_on"], run["last_day"], run["list_cost"]) == (date(2026, 6, 10), date(2026, 6, 11), 5)
    assert run["final_state"] == "SUCCEEDED"


def test_a_run_that_loses_its_usage_loses_its_cost(tmp_path: Path) -> None:
    slices = [run_slice("2026-06-10 23:00", "2026-06-11 00:30")]
    both = [on(20), run_usage(10, 2, 23), run_usage(11, 3)]
    account = Account(tmp_path, {USAGE: both, PRICES: [price("1")], RUNS: slices})
    account.change({USAGE: both[:2], PRICES: [price("1")], RUNS: slices})
    assert [run["list_cost"] for run in account.rows("base/whole_runs") if run["run_id"] == "r1"] == [2]
    account.change({USAGE: both[:1], PRICES: [price("1")], RUNS: slices})
    assert [(run["currency"], run["list_cost"]) for run in account.rows("base/whole_runs") if run["run_id"]] == [
        (None, None)
    ]


def test_a_long_history_is_worked_out_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {
        USAGE: [run_usage(day, day) for day in range(1, 29)] + [on(day) for day in range(1, 29)],
        PRICES: [price("1")],
        RUNS: [run_slice("2026-06-01 10:00", "2026-06-28 11:00")],
    }
    whole = Account(tmp_path / "whole", tables)
    monkeypatch.setattr("lib.ledger.refresh.PORTION", 10)
    parts = Account(tmp_path / "parts", tables)
    for name in NAMES:
        assert_same(whole.warehouse.fetch(f"base/{name}", ALL), parts.warehouse.fetch(f"base/{name}", ALL))


def test_a_service_that_began_long_ago_still_costs(tmp_path: Path) -> None:
    days = [date(2026, 4, 1) + timedelta(days=n) for n in range(70)]
    rows = [usage(1, start=f"{day} 10:00", job_id="j1", job_run_id="r1") for day in days]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    june = {"start_date": date(2026, 5, 1), "end_date": date(2026, 8, 1)}
    june |= {"period_start": date(2026, 6, 1), "period_end": date(2026, 7, 1), "base": "list"}
    (run,) = account.warehouse.fetch("base/run_totals", ALL | june).to_pylist()
    assert (run["period_dbu_cost"], run["dbu_cost"]) == (9, 40)


def test_a_window_that_gets_its_end_changes_only_what_follows() -> None:
    old = {("k",): [window("2026-01-01", None, "1")]}
    new = {("k",): [window("2026-01-01", "2026-06-10 12:00", "1"), window("2026-06-10 12:00", None, "2")]}
    assert repriced(old, new, YEAR) == [Period(date(2026, 6, 10), date(2027, 1, 1))]
    assert repriced(new, new, YEAR) == []


def test_a_split_window_of_one_price_is_no_change() -> None:
    old = {("k",): [window("2026-01-01", None, "1")]}
    new = {("k",): [window("2026-01-01", "2026-06-01", "1"), window("2026-06-01", None, "1")]}
    assert repriced(old, new, YEAR) == []


def test_a_gone_price_touches_the_days_it_held_for() -> None:
    old = {("k",): [window("2026-02-01", "2026-03-01", "1")]}
    assert repriced(old, {}, YEAR) == [Period(date(2026, 2, 1), date(2026, 3, 1))]


def test_days_are_compared_by_source() -> None:
    one, two = date(2026, 6, 1), date(2026, 6, 2)
    known = {("usage", one): (1, D(1)), ("runs", two): (1, D(0))}
    found = {("usage", one): (1, D(1)), ("runs", one): (3, D(0))}
    assert changed_days(known, found) == {one, two}


def test_near_days_become_one_range() -> None:
    days = [date(2026, 6, d) for d in (1, 2, 4, 9)]
    assert ranges(days) == [Period(date(2026, 6, 1), date(2026, 6, 5)), Period(date(2026, 6, 9), date(2026, 6, 10))]
