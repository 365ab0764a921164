"""Tables come by themselves, once, whoever starts first; transactions hold; errors are ours."""

import importlib
import multiprocessing
import pkgutil
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

import lib.store
from lib.errors import Conflict, NotFound, SettingsError, Unavailable
from lib.store import Store, configs, events, migrate
from lib.store.events import Event, Search
from lib.store.rows import change
from lib.store.store import SCHEMA
from lib.store.tables import configs as CONFIGS
from lib.store.tables import metadata

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


def test_opening_twice_changes_nothing(url: str) -> None:
    first = Store.open(url)
    configs.put(first, "a", 1, NOW)
    second = Store.open(url)
    assert configs.get(second, "a") == configs.get(first, "a")


def test_tables_are_what_the_code_says(store: Store) -> None:
    for module in pkgutil.iter_modules(lib.store.__path__):
        importlib.import_module(f"lib.store.{module.name}")
    with store.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [step for step in found if "comment" not in str(step)] == []


def test_migrations_go_back_and_forth(url: str) -> None:
    store = Store.open(url)
    migrate.downgrade(store.engine, "base")
    with store.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(store.engine)
    events.record(store, Event(NOW, "a@x", "look"))
    assert events.count(store) == 1


def test_a_newer_store_is_not_touched(url: str) -> None:
    store = Store.open(url)
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'fffff'"))
    with pytest.raises(SettingsError, match="not of this version"):
        Store.open(url)


def _open(url: str, gate, results) -> None:  # type: ignore[no-untyped-def]
    gate.wait()
    try:
        store = Store.open(url)
        configs.put(store, f"from-{multiprocessing.current_process().pid}", 1, NOW)
        results.put("fine")
    except Exception as error:
        results.put(repr(error))


@pytest.mark.slow
def test_many_processes_may_start_at_once(url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    gate, results = spawn.Barrier(4), spawn.Queue()
    processes = [spawn.Process(target=_open, args=(url, gate, results)) for _ in range(4)]
    for process in processes:
        process.start()
    answers = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    assert answers == ["fine"] * 4
    with Store.open(url).read() as connection:
        assert connection.execute(select(func.count()).select_from(CONFIGS)).scalar() == 4


def test_a_transaction_is_whole_or_not_at_all(store: Store) -> None:
    def save_and_fail() -> None:
        with store.begin():
            configs.put(store, "a", 1, NOW)
            events.record(store, Event(NOW, "a@x", "save"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert configs.get(store, "a") is None
    assert events.count(store) == 0


def test_threads_do_not_lose_each_others_writes(store: Store) -> None:
    def add() -> None:
        for _ in range(20):
            with store.begin():
                found = configs.get(store, "n")
                configs.put(store, "n", (found.value if found else 0) + 1, NOW)

    configs.put(store, "n", 0, NOW)
    if store.engine.dialect.name == "postgresql":
        pytest.skip("two transactions may read the same value there; versions are for that")
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert configs.get(store, "n").value == 80  # type: ignore[union-attr]


def test_two_editors_cannot_overwrite_each_other(store: Store) -> None:
    from lib.store.tables import configs as table

    configs.put(store, "limit", 100, NOW, user="a@x")
    mine = theirs = configs.get(store, "limit", "a@x")
    assert mine
    assert theirs
    configs.put(store, "limit", 200, NOW, user="a@x", version=theirs.version)
    with pytest.raises(Conflict):
        configs.put(store, "limit", 300, NOW, user="a@x", version=mine.version)
    with pytest.raises(Conflict):
        configs.put(store, "limit", 300, NOW, user="a@x", version=0)
    assert configs.get(store, "limit", "a@x").value == 200  # type: ignore[union-attr]
    with store.begin() as connection, pytest.raises(NotFound):
        change(connection, table, {"key": "gone", "user": ""}, 1, {"value": 1}, what="It")


def test_own_settings_come_before_everybodys(store: Store) -> None:
    assert configs.in_force(store, "k", "a@x") is None
    configs.put(store, "k", {"usd": "500"}, NOW)
    configs.put(store, "k", {"usd": "100"}, NOW + timedelta(hours=1), user="a@x")
    assert configs.in_force(store, "k", "a@x") == {"usd": "100"}
    assert configs.in_force(store, "k", "b@x") == {"usd": "500"}
    configs.put(store, "k", None, NOW + timedelta(hours=2), user="a@x")
    assert configs.in_force(store, "k", "a@x") == {"usd": "500"}
    found = configs.get(store, "k", "a@x")
    assert found
    assert (found.created, found.updated) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2))


@pytest.mark.parametrize("statement", ["UPDATE {t} SET who = 'b'", "DELETE FROM {t}", "DELETE FROM {t} WHERE id = 1"])
def test_events_cannot_be_changed(store: Store, statement: str) -> None:
    events.record(store, Event(NOW, "a@x", "stop cluster"))
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(statement.format(t="events")))
    assert events.search(store)[0].who == "a@x"


@pytest.mark.slow
def test_events_cannot_be_truncated(postgres) -> None:  # type: ignore[no-untyped-def]
    store = Store.open(postgres.new_database())
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text("TRUNCATE events"))


def test_events_are_found(store: Store) -> None:
    for n in range(5):
        events.record(store, Event(NOW + timedelta(minutes=n), f"p{n % 2}@x", "stop cluster", "cluster", f"c{n}", "ETL 100%", "17",
                                   {"state": "RUNNING"}, {"state": "TERMINATED"}, "idle"))  # fmt: skip
    assert [e.object_id for e in events.search(store)] == ["c4", "c3", "c2", "c1", "c0"]
    assert [e.object_id for e in events.search(store, limit=2, offset=1)] == ["c3", "c2"]
    assert events.count(store, Search(who="p0@x")) == 3
    assert events.count(store, Search(text="etl 100%")) == 5
    assert events.count(store, Search(text="etl 100_")) == 0
    assert events.count(store, Search(since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=3))) == 2
    first = events.search(store, Search(object_type="cluster", object_id="c0"))[0]
    assert (first.at, first.before, first.after) == (NOW, {"state": "RUNNING"}, {"state": "TERMINATED"})


def test_events_keep_no_secrets(store: Store) -> None:
    events.record(store, Event(NOW, "a@x", "save", after={"spark_conf": {"my.password": "hunter2"}, "n": 1},
                               detail="failed: password=hunter2", reason="dapi" + "0123456789abcdef" * 2))  # fmt: skip
    with store.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM events")).all())
    assert "hunter2" not in kept
    assert "dapi" not in kept


def test_long_and_odd_texts_are_kept_as_far_as_they_fit(store: Store) -> None:
    events.record(store, Event(NOW, "w" * 999, "act", "cluster", "i" * 999, "n" * 9999 + "\0", detail="a\0b"))
    found = events.search(store)[0]
    assert (len(found.who), len(found.object_id), len(found.object_name), found.detail) == (320, 400, 9999, "ab")


def test_times_without_a_zone_are_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a zone"):
        configs.put(store, "a", 1, datetime(2026, 1, 1))


def test_times_come_back_in_utc(store: Store) -> None:
    berlin = timezone(timedelta(hours=2))
    configs.put(store, "a", 1, datetime(2026, 7, 1, 1, 30, tzinfo=berlin))
    found = configs.get(store, "a")
    assert found
    assert found.created.isoformat() == "2026-06-30T23:30:00+00:00"


@pytest.mark.parametrize("bad", ["", "file.db", "mysql://x/y", "sqlite3:///x"])
def test_addresses_that_are_none(bad: str) -> None:
    with pytest.raises(SettingsError):
        Store.open(bad)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be made"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'sub' / 'state.db'}")


def test_nobody_answers_and_no_password_is_shown() -> None:
    with pytest.raises(Unavailable) as caught:
        Store.open("postgresql://me:hunter2@127.0.0.1:1/nothing")
    assert "hunter2" not in str(caught.value)


@pytest.mark.slow
def test_postgres_keeps_to_its_own_schema(postgres) -> None:  # type: ignore[no-untyped-def]
    store = Store.open(postgres.new_database())
    with store.read() as connection:
        assert inspect(connection).get_table_names(schema="public") == []
        assert "events" in inspect(connection).get_table_names(schema=SCHEMA)


@pytest.mark.slow
def test_every_connection_asks_for_a_fresh_password(postgres) -> None:  # type: ignore[no-untyped-def]
    """As on Lakebase: the password is a token that ends; the server takes only the newest."""
    postgres.new_database()
    issued: list[str] = []

    def credential() -> str:
        issued.append(f"token-{len(issued)}")
        postgres.run(f"ALTER ROLE app PASSWORD '{issued[-1]}'")
        return issued[-1]

    postgres.run("CREATE ROLE app LOGIN PASSWORD 'none yet'")
    postgres.run("CREATE DATABASE lakebase OWNER app")
    store = Store.open(f"postgresql://app@127.0.0.1:{postgres.port}/lakebase", credential=credential)
    configs.put(store, "a", 1, NOW)
    assert len(issued) == 1, "a connection that lives needs no new token"
    postgres.run("ALTER ROLE app PASSWORD 'ended'")
    assert configs.get(store, "a") is not None
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")
    assert configs.get(store, "a") is not None, "a dropped connection is replaced, with a new token"
    assert len(issued) == 2
    store.close()
    assert configs.get(store, "a") is not None
    assert len(issued) == 3
    assert all(token not in store.place for token in issued)
