"""What the embedded engine keeps of its files in memory while nobody reads."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

KEPT = 0.25
"""Part of a statement's memory. A process at rest is then as large at ten million usage rows as at one; all pages together read
half as much again, which the system still has: a tenth more processor than with three eighths."""
SHORT_S = 0.05
"""A statement that took less has read little; giving back after each would cost small pages more than it brings."""


class Resting:
    """Gives memory back when the last of the statements that run at once has ended.

    A statement may use all of `memory_limit`; between statements blocks of the files take `KEPT` of it, those read longest
    ago leave. The system still has the files' pages, so that reading them again is a copy.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, memory_limit: str | None) -> None:
        """`con` lets `memory_limit` be set; None: the engine's own limit, and nothing is given back."""
        self._con = con
        self._limits = (_kept(memory_limit), memory_limit) if memory_limit else ()
        self._readers = 0
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A statement runs as long as the block does."""
        with self._lock:  # waits while memory is given back: nothing may run within so little
            self._readers += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1
                if not self._readers and time.perf_counter() - began > SHORT_S:
                    self._give_back()

    def _give_back(self) -> None:
        for limit in self._limits:
            with suppress(duckdb.Error):  # a result that is still held keeps its blocks
                self._con.execute(f"SET memory_limit='{limit}'")


def _kept(limit: str) -> str:
    """What stays of an amount of memory.

    >>> _kept("512MB"), _kept("1.5 GiB")
    ('128.0MB', '0.375GiB')
    """
    amount, unit = re.fullmatch(r"([\d.]+)\s?(\w+)", limit).groups()  # type: ignore[union-attr]
    return f"{float(amount) * KEPT}{unit}"
