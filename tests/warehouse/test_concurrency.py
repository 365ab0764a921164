"""Many threads and processes at once: every answer is right, work is shared, nobody blocks anybody."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lib.warehouse import embedded
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.warehouse.processes import LAST, WAITS, next_generation, read_once, until
from tests.warehouse.small import CATALOGUE, TEN_DAYS, new_account

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> DatabaseFolder:
    return new_account(tmp_path, rows=100)


@pytest.fixture
def warehouse(folder: DatabaseFolder) -> Iterator[EmbeddedWarehouse]:
    engine = EmbeddedWarehouse(folder.path, catalogue=CATALOGUE)
    yield engine
    engine.close()


def test_eight_threads_get_their_own_answers(warehouse: EmbeddedWarehouse) -> None:
    expected = {"sku0": 34, "sku1": 33, "sku2": 33, "sku3": 0}

    def ask(number: int) -> list[str]:
        wrong = []
        for turn in range(60):
            sku = f"sku{(number + turn) % 4}"
            answer = warehouse.fetch("spend/marks", {"sku": sku}).to_pylist()[0]
            total = warehouse.fetch("spend/total", TEN_DAYS | {"skus": [sku]}).to_pylist()[0]
            if answer["records"] != expected[sku] or (total["records"] or 0) != expected[sku]:
                wrong.append(f"{sku}: {answer} {total}")
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert [wrong for wrongs in pool.map(ask, range(8)) for wrong in wrongs] == []


@dataclass
class Executions:
    """Texts that really reached DuckDB; each takes until `enough` is true."""

    texts: list[str] = field(default_factory=list)
    enough: Callable[[], bool] = lambda: True
    """Once true, it stays so."""
    over: bool = False


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> Executions:
    seen = Executions()
    run = embedded.run

    def held(con: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, object], place: str) -> pa.Table:
        seen.texts.append(text)
        until(lambda: seen.over or seen.enough())
        seen.over = True
        return run(con, text, values, place)

    monkeypatch.setattr(embedded, "run", held)
    return seen


def test_identical_requests_in_flight_are_one_execution(warehouse: EmbeddedWarehouse, executions: Executions) -> None:
    executions.enough = lambda: warehouse._flights.waiting == 15

    def ask(number: int) -> pa.Table:
        return warehouse.fetch("spend/total", dict(TEN_DAYS))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))
    assert len(executions.texts) == 1
    assert all(answer.equals(answers[0]) for answer in answers)


def test_requests_that_differ_in_a_value_are_not_shared(warehouse: EmbeddedWarehouse, executions: Executions) -> None:
    executions.enough = lambda: len(executions.texts) == 3 and warehouse._flights.waiting == 1
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda sku: warehouse.fetch("spend/marks", {"sku": sku}), ["sku0", "sku1", "sku2", "sku2"])
        )
    assert len(executions.texts) == 3
    assert [answer.to_pylist()[0]["records"] for answer in answers] == [34, 33, 33, 33]


def test_a_new_generation_is_not_answered_by_the_old_ones_flight(
    folder: DatabaseFolder, warehouse: EmbeddedWarehouse, executions: Executions
) -> None:
    executions.enough = lambda: len(executions.texts) == 2  # the old one lasts until the new one runs
    with ThreadPoolExecutor(2) as pool:
        old = pool.submit(warehouse.fetch, "spend/marks", {"sku": "sku1"})
        until(lambda: bool(executions.texts))
        next_generation(folder, 5)
        new = pool.submit(read_once, warehouse)
        assert old.result().to_pylist()[0]["records"] == 33
        assert new.result() == 5


def test_readers_are_right_while_generations_change(folder: DatabaseFolder, warehouse: EmbeddedWarehouse) -> None:
    next_generation(folder, 0)
    done = threading.Event()
    seen: set[int] = set()

    def read() -> list[int]:
        history = []
        while not done.is_set():
            history.append(read_once(warehouse))
            seen.add(history[-1])
        return history

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(6)]
        for generation in range(1, 16):
            next_generation(folder, generation)
            # every other generation stays until somebody has seen it; the others come and go as they like
            while generation % 2 == 0 and generation not in seen and not any(reader.done() for reader in readers):
                time.sleep(0.002)
        done.set()
        histories = [reader.result() for reader in readers]
    assert all(history == sorted(history) for history in histories)
    assert {2, 4, 6, 8, 10, 12, 14} <= {generation for history in histories for generation in history}
    assert read_once(warehouse) == 15
    assert open_databases(folder.path) <= {folder.current().account.name}


def open_databases(folder: Path) -> set[str]:
    """Database files of a folder that this process holds open, deleted ones included."""
    names = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue
        if ".duckdb" in target and str(folder) in target:
            names.add(Path(target).name)
    return names


class Process:
    """A reader or writer of its own, and what it has said so far."""

    def __init__(self, what: str, home: Path) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tests.warehouse.processes", what, home], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._in, self._out = self._running.stdin, self._running.stdout
        self.said: list[int] = []

    def until(self, generation: int) -> None:
        """Listen until it says that it sees this generation; an AssertionError with its own error when it ends before."""
        while generation not in self.said:
            line = self._out.readline()
            assert line, self._running.communicate()[1]
            self.said.append(int(line))

    def go_on(self) -> None:
        """Let it write what it waits to write."""
        self._in.write("\n")
        self._in.flush()

    def end(self) -> None:
        """Wait for its end, which must be a good one."""
        errors = self._running.communicate(timeout=300)[1]
        assert self._running.returncode == 0, errors

    def kill(self) -> None:
        """Whatever it does."""
        self._running.kill()
        self._running.wait()


def test_reader_and_writer_processes_work_side_by_side(folder: DatabaseFolder) -> None:
    next_generation(folder, 0)
    readers = [Process("reads", folder.path) for _ in range(2)]
    writer = Process("writes", folder.path)
    processes = (writer, *readers)
    # so that one that fails ends the others, which would listen for ever
    limit = threading.Timer(300, lambda: [process.kill() for process in processes])
    limit.start()
    try:
        for generation in WAITS:
            for reader in readers:
                reader.until(generation - 1)
            writer.go_on()
        writer.end()
        for reader in readers:
            reader.until(LAST)
            reader.end()
    finally:
        limit.cancel()
        for process in processes:
            process.kill()
    for reader in readers:
        assert reader.said == sorted(reader.said)
        assert {0, 3, 7, 11, 12} <= set(reader.said)
