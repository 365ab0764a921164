"""What this process asked of the warehouse: counted where it happens, so that the app can show its own cost."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What was asked of warehouses since this process started."""

    since: float
    """Seconds since 1970."""
    statements: int = 0
    failed: int = 0
    cancelled: int = 0
    retried: int = 0
    rows: int = 0
    bytes: int = 0
    statement_seconds: float = 0.0
    """Sum of the statements' own times; statements side by side count each."""
    busy_seconds: float = 0.0
    """Time during which at least one statement ran."""
    wakes: int = 0
    """How often a statement came after the warehouse could have fallen asleep."""
    by_query: tuple[tuple[str, int], ...] = ()
    """Query name and how often, most often first."""

    def kept_awake_seconds(self, auto_stop_s: float) -> float:
        """How long the warehouse ran for us at most: busy, and after each stretch until it stops by itself.

        Less when others use it too; for a warehouse that never stops this is not its running time.
        """
        return self.busy_seconds + self.wakes * auto_stop_s


class Meter:
    """Counts statements; one for a process."""

    def __init__(self, asleep_after_s: float = 600, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._asleep_after_s = asleep_after_s
        self._lock = threading.Lock()
        self._since = clock()
        self._counts: Counter[str] = Counter()
        self._queries: Counter[str] = Counter()
        self._seconds = 0.0
        self._busy = 0.0
        self._running = 0
        self._busy_since = 0.0
        self._last_end: float | None = None
        self._recent: deque[float] = deque(maxlen=10_000)

    def begin(self, name: str) -> float:
        """A statement is sent; give what this returns to `end`."""
        now = self._clock()
        with self._lock:
            self._counts["statements"] += 1
            self._queries[name] += 1
            self._recent.append(now)
            if self._running == 0:
                self._busy_since = now
                if self._last_end is None or now - self._last_end > self._asleep_after_s:
                    self._counts["wakes"] += 1
            self._running += 1
        return now

    def end(self, began: float, *, rows: int = 0, size: int = 0, outcome: str = "") -> None:
        """It ended; `outcome` is "", "failed" or "cancelled"."""
        now = self._clock()
        with self._lock:
            self._running -= 1
            self._seconds += now - began
            self._last_end = now
            if self._running == 0:
                self._busy += now - self._busy_since
            self._counts["rows"] += rows
            self._counts["bytes"] += size
            if outcome:
                self._counts[outcome] += 1

    def now(self) -> float:
        """The clock it counts by."""
        return self._clock()

    def retried(self) -> None:
        """A read was sent once more."""
        with self._lock:
            self._counts["retried"] += 1

    def within(self, seconds: float) -> int:
        """Statements sent in the last `seconds`."""
        after = self._clock() - seconds
        with self._lock:
            return sum(1 for at in self._recent if at >= after)

    def usage(self) -> Usage:
        """Everything so far."""
        with self._lock:
            running = self._clock() - self._busy_since if self._running else 0.0
            names = ("statements", "failed", "cancelled", "retried", "rows", "bytes", "wakes")
            return Usage(
                since=self._since,
                statement_seconds=self._seconds,
                busy_seconds=self._busy + running,
                by_query=tuple(self._queries.most_common()),
                **{name: self._counts[name] for name in names},
            )
