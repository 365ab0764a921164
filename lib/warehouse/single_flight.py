"""Identical work asked for at the same time is done once, and everyone gets its result."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SingleFlight(Generic[Key, Value]):
    """Runs a function for a key; whoever asks for the same key while it runs waits for that run.

    Nothing is kept afterwards: this is no cache. An error reaches everyone who waited for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Key, Future[Value]] = {}
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait at the moment for a run of somebody else."""
        return self._waiting

    def run(self, key: Key, work: Callable[[], Value]) -> Value:
        """The result of `work`, or of the run for `key` that is already under way."""
        while True:
            with self._lock:
                flight = self._running.get(key)
                if flight is None:
                    mine = self._running[key] = Future[Value]()
                    break
                self._waiting += 1
            try:
                error = flight.exception()
            finally:
                with self._lock:
                    self._waiting -= 1
            if error is None or isinstance(error, Exception):
                return flight.result()
            # the one who ran it was stopped (Ctrl-C, a page that was left): that is no answer, so run it again
        return self._run(key, mine, work)

    def _run(self, key: Key, flight: Future[Value], work: Callable[[], Value]) -> Value:
        try:
            value = work()
        except BaseException as error:
            self._land(key)
            flight.set_exception(error)
            raise
        self._land(key)
        flight.set_result(value)
        return value

    def _land(self, key: Key) -> None:
        with self._lock:
            del self._running[key]
