import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.warehouse.single_flight import SingleFlight
from tests.warehouse.processes import until


def test_identical_work_in_flight_runs_once() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    runs = []

    def work() -> int:
        runs.append(1)
        until(lambda: flights.waiting == 15)
        return 42

    def ask() -> int:
        return flights.run("same", work)

    with ThreadPoolExecutor(16) as pool:
        answers = [future.result() for future in [pool.submit(ask) for _ in range(16)]]
    assert answers == [42] * 16
    assert len(runs) == 1


def test_it_is_no_cache() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    numbers = iter(range(10))
    assert [flights.run("same", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


def test_other_work_does_not_wait() -> None:
    flights: SingleFlight[str, str] = SingleFlight()
    release = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(flights.run, "slow", lambda: "slow" if release.wait(5) else "late")
        assert pool.submit(flights.run, "quick", lambda: "quick").result(timeout=2) == "quick"
        release.set()
        assert slow.result() == "slow"


def test_an_error_reaches_everyone_who_waited_and_is_forgotten() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    runs = []

    def fail() -> int:
        runs.append(1)
        until(lambda: flights.waiting == 3)
        raise LookupError("no")

    def ask() -> int:
        return flights.run("same", fail)

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(ask) for _ in range(4)]
        for future in futures:
            with pytest.raises(LookupError):
                future.result()
    assert len(runs) == 1
    assert flights.run("same", lambda: 7) == 7


def test_when_the_one_who_runs_it_is_stopped_another_takes_over() -> None:
    flights: SingleFlight[str, str] = SingleFlight()
    running, stop = threading.Event(), threading.Event()

    def stopped() -> str:
        running.set()
        stop.wait(5)
        raise KeyboardInterrupt

    def ask() -> str:
        return flights.run("same", lambda: "answer")

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(flights.run, "same", stopped)
        running.wait(5)
        others = [pool.submit(ask) for _ in range(2)]
        until(lambda: flights.waiting == 2)
        stop.set()
        assert isinstance(first.exception(), KeyboardInterrupt)
        assert [other.result() for other in others] == ["answer", "answer"]
