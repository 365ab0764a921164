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

    def run(self, key: Key, work: Callable[[], Value]) -> Value:
        """The result of `work`, or of the run for `key` that is already under way."""
        with self._lock:
            future = self._running.get(key)
            mine = future is None
            if future is None:
                future = self._running[key] = Future()
        if not mine:
            return future.result()
        try:
            value = work()
        except BaseException as error:
            self._finish(key)
            future.set_exception(error)
            raise
        self._finish(key)
        future.set_result(value)
        return value

    def _finish(self, key: Key) -> None:
        with self._lock:
            del self._running[key]
