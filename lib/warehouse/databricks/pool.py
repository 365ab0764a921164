"""Connections of one identity to one warehouse, each lent to one thread at a time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lib.errors import Unavailable

if TYPE_CHECKING:
    from databricks.sql.client import Connection

logger = logging.getLogger("lakeledger.pool")


@dataclass(frozen=True)
class Limits:
    """How many, and how long they live."""

    size: int = 6
    uses: int = 200
    """Statements after which a connection is closed: it keeps every cursor it ever had."""
    age_s: float = 3600
    idle_s: float = 1800
    wait_s: float = 60
    """How long to wait for a connection when all are in use."""


@dataclass
class Lent:
    """A connection and its history."""

    connection: "Connection"
    born: float
    used: float
    uses: int = 0
    broken: bool = field(default=False)
    """It met an error that may have spoilt it, or is still busy with a statement nobody waits for."""


class Pool:
    """Opens connections when needed, gives back the one used last, and retires them by age, use, idleness and error."""

    def __init__(
        self,
        open_: Callable[[], "Connection"],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_
        self._limits = limits or Limits()
        self._clock = clock
        self._idle: list[Lent] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(self._limits.size)
        self._closed = False
        self.opened = 0
        """Connections opened so far."""

    @contextmanager
    def lend(self, *, fresh: bool = False) -> Iterator[Lent]:
        """A connection for this thread alone; `fresh`: a new one, and none that waits is kept."""
        if not self._slots.acquire(timeout=self._limits.wait_s):
            raise Unavailable(
                f"All {self._limits.size} connections to the warehouse have been busy for {self._limits.wait_s:.0f} s.",
                remedy="Wait for the running statements, or raise LAKELEDGER_CONNECTIONS.",
            )
        try:
            if fresh:
                self.drain()
            lent = self._take() or self._new()
            try:
                yield lent
            except BaseException:
                lent.broken = True
                raise
            finally:
                self._give_back(lent)
        finally:
            self._slots.release()

    def extra(self) -> "Connection":
        """A connection beside the pool, for a word to the server while all others are busy; the caller closes it."""
        return self._open()

    def drain(self) -> None:
        """Close all that nobody uses now."""
        with self._lock:
            old, self._idle = self._idle, []
        close_quietly(old)

    def close(self) -> None:
        """Close those that wait now, and the others when they come back."""
        self._closed = True
        self.drain()

    def _take(self) -> Lent | None:
        now, old, found = self._clock(), [], None
        with self._lock:
            while self._idle and found is None:
                lent = self._idle.pop()
                if self._worn(lent, now):
                    old.append(lent)
                else:
                    found = lent
            kept = [lent for lent in self._idle if not self._worn(lent, now)]
            old += [lent for lent in self._idle if lent not in kept]
            self._idle = kept
        close_quietly(old)
        return found

    def _new(self) -> Lent:
        connection = self._open()
        self.opened += 1
        now = self._clock()
        return Lent(connection, now, now)

    def _worn(self, lent: Lent, now: float) -> bool:
        limits = self._limits
        return lent.uses >= limits.uses or now - lent.born >= limits.age_s or now - lent.used >= limits.idle_s

    def _give_back(self, lent: Lent) -> None:
        lent.uses += 1
        lent.used = self._clock()
        if lent.broken or self._closed:
            close_quietly([lent])
            return
        with self._lock:
            self._idle.append(lent)


def close_quietly(lent: list[Lent]) -> None:
    """Close connections on a thread of their own: saying goodbye to a server that is gone takes its time."""
    if not lent:
        return

    def close() -> None:
        for one in lent:
            try:
                one.connection.close()
            except Exception as error:  # whatever it says, the connection is not used again
                logger.debug("closing a connection: %s", error)

    threading.Thread(target=close, name="lakeledger-close", daemon=True).start()
