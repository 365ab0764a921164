"""What is remembered is never stale, never somebody else's, and never more than it may be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from lib.ui.answers import Answers
from lib.warehouse import embedded
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.isolation import Isolation
from lib.warehouse.remembered import Asked, Remembered, Room
from lib.warehouse.store import DatabaseFolder
from tests.warehouse.processes import next_generation, read_once
from tests.warehouse.small import CATALOGUE, TEN_DAYS, new_account, new_ledger


@pytest.fixture
def room() -> Room:
    return Room(1_000_000)


@pytest.fixture
def memory(room: Room) -> Remembered:
    return Remembered(room)


@pytest.fixture
def folder(tmp_path: Path) -> DatabaseFolder:
    return new_account(tmp_path)


@pytest.fixture
def warehouse(folder: DatabaseFolder, memory: Remembered) -> Iterator[EmbeddedWarehouse]:
    engine = EmbeddedWarehouse(folder.path, catalogue=CATALOGUE, remembered=memory)
    yield engine
    engine.close()


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every statement that really reached DuckDB."""
    seen: list[object] = []
    run = embedded.run

    def counted(*arguments: object) -> pa.Table:
        seen.append(arguments[1])
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(embedded, "run", counted)
    return seen


def asked(text: str, owner: str = "me", generation: str = "1", values: str = "") -> Asked:
    return Asked(owner, generation, text, values)


def rows(kilobytes: int) -> pa.Table:
    return pa.table({"bytes": pa.array([b"x" * 1000] * kilobytes)})


def test_the_same_question_reaches_the_engine_once(warehouse: EmbeddedWarehouse, executed: list[object]) -> None:
    first, again = (warehouse.fetch("spend/total", dict(TEN_DAYS)) for _ in range(2))
    assert again is first
    assert warehouse.fetch("spend/total", TEN_DAYS | {"skus": ["sku1"]}).to_pylist()[0]["records"] == 33
    assert len(executed) == 2


def test_without_a_memory_every_answer_is_worked_out(folder: DatabaseFolder, executed: list[object]) -> None:
    engine = EmbeddedWarehouse(folder.path, catalogue=CATALOGUE)
    for _ in range(2):
        engine.fetch("spend/total", TEN_DAYS)
    engine.close()
    assert len(executed) == 2


def test_a_new_account_is_not_answered_with_the_old_one(
    folder: DatabaseFolder, warehouse: EmbeddedWarehouse, room: Room
) -> None:
    next_generation(folder, 7)
    assert read_once(warehouse) == 7
    before = room.bytes
    next_generation(folder, 9)
    assert read_once(warehouse) == 9
    assert room.bytes == before, "what was known of the old one is dropped"


def test_a_new_ledger_is_not_answered_with_what_was_before_it(
    folder: DatabaseFolder, warehouse: EmbeddedWarehouse, executed: list[object]
) -> None:
    answers = [warehouse.fetch("spend/total", TEN_DAYS)]
    for _ in range(2):  # a first ledger, and one after it over the same account and with the same statement
        folder.point(ledger=new_ledger(folder))
        answers.append(warehouse.fetch("spend/total", TEN_DAYS))
    assert answers[0].equals(answers[1])
    assert answers[1].equals(answers[2])
    assert answers[1] is not answers[2]
    assert len(executed) == 3


def test_viewers_of_different_workspaces_share_nothing(folder: DatabaseFolder, memory: Remembered) -> None:
    """They may share one memory: even the same statement with the same values is kept for each by itself."""
    nothing = Isolation(("1",), frozenset())
    everybody, one, other = (
        EmbeddedWarehouse(folder.path, catalogue=CATALOGUE, remembered=memory, isolation=isolation)
        for isolation in (None, nothing, Isolation(("2",), frozenset()))
    )
    sku0 = {"sku": "sku0"}
    assert everybody.fetch("spend/marks", sku0).to_pylist()[0]["records"] == 34
    for engine in (one, other, one):
        assert engine.fetch("spend/marks", sku0).to_pylist()[0]["records"] == 0
    assert one.fetch("spend/marks", sku0) is one.fetch("spend/marks", sku0)
    assert one.fetch("spend/marks", sku0) is not other.fetch("spend/marks", sku0)
    for engine in (everybody, one, other):
        engine.close()


def test_what_one_owner_is_given_is_not_found_by_another(memory: Remembered) -> None:
    for owner in ("me", "you"):
        assert memory.found(asked("secret", owner)) is None
    memory.keep(asked("secret", "me"), rows(1))
    assert memory.found(asked("secret", "me")) is not None
    assert memory.found(asked("secret", "you")) is None


def test_the_data_of_one_owner_changes_alone(memory: Remembered) -> None:
    for owner in ("me", "you"):
        memory.found(asked("a", owner))
        memory.keep(asked("a", owner), rows(1))
    assert memory.found(asked("a", "me", generation="2")) is None
    assert memory.found(asked("a", "you")) is not None


def test_an_answer_that_comes_after_the_data_changed_is_not_kept(memory: Remembered, room: Room) -> None:
    late = asked("a", generation="1")
    memory.found(late)
    memory.found(asked("a", generation="2"))
    memory.keep(late, rows(1))
    assert room.bytes == 0


def test_the_bound_holds_and_what_is_asked_for_stays() -> None:
    room = Room(100_000)
    memory = Remembered(room)
    for number in range(50):
        memory.found(asked("often"))
        memory.keep(asked("often"), rows(10))
        memory.found(asked(f"once {number}"))
        memory.keep(asked(f"once {number}"), rows(10))
        assert room.bytes <= 100_000
    assert memory.found(asked("often")) is not None
    assert memory.found(asked("once 0")) is None
    assert memory.found(asked("once 49")) is not None


def test_rows_and_what_was_made_of_them_share_one_bound() -> None:
    """Rows that nobody asks for any more leave before answers that are asked for."""
    room = Room(100_000)
    memory, answers = Remembered(room), Answers(room)
    memory.found(asked("rows"))
    memory.keep(asked("rows"), rows(20))
    for number in range(10):
        assert answers.now(("me", "page"), "1", lambda: "x" * 20_000) == "x" * 20_000
        answers.now(("me", f"once {number}"), "1", lambda: "x" * 20_000)
        assert room.bytes <= 100_000
    assert answers.has(("me", "page"), "1")
    assert memory.found(asked("rows")) is None


def test_an_answer_that_would_push_out_the_others_is_not_kept() -> None:
    room = Room(100_000)
    memory = Remembered(room)
    for text, size in (("small", 10), ("large", 50)):
        memory.found(asked(text))
        memory.keep(asked(text), rows(size))
    assert memory.found(asked("small")) is not None
    assert memory.found(asked("large")) is None


def test_many_threads_keep_the_count_right() -> None:
    room = Room(60_000)
    memory = Remembered(room)

    def work(number: int) -> None:
        for turn in range(200):
            key = asked(f"{(number * 7 + turn) % 40}", f"owner {number % 3}", str(turn // 100))
            if memory.found(key) is None:
                memory.keep(key, rows(1 + turn % 9))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert 0 < room.bytes <= 60_000
    assert room.bytes == sum(size for _, size in room._kept.values())
