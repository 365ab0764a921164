"""Questions that are worked on side by side and whose queries go out as one statement, wherever they wait together."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from lib.queries.catalogue import Query

PATIENCE = 1.0
"""Seconds that a query waits for those of members that are still working things out."""


@dataclass(eq=False)
class Asked:
    """One query that waits to be sent."""

    query: "Query"
    params: Mapping[str, object]
    answer: "Future[pa.Table]" = field(default_factory=Future)


Send = Callable[[Sequence[Asked]], None]
"""Fills in the answers of all; never raises."""


class Gathering:
    """So many members are at work; when all that are wait for rows, what they wait for is sent."""

    def __init__(self, members: int) -> None:
        self._working = members
        self._waiting: list[Asked] = []
        self._changed = threading.Condition()

    def fetch(self, query: "Query", params: Mapping[str, object], send: Send) -> "pa.Table":
        """The rows of a query, together with what the others ask now."""
        mine = Asked(query, params)
        with self._changed:
            self._waiting.append(mine)
            self._working -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._working <= 0 or mine not in self._waiting, timeout=PATIENCE)
            batch = self._waiting if mine in self._waiting else []
            if batch:
                self._waiting = []
                self._working += len(batch)  # all of them work on as soon as they have their rows
        if batch:
            send(batch)
        return mine.answer.result()

    def do(self, work: Callable[[], Any]) -> Any:
        """One member's work: its queries are gathered, and when it is over nobody waits for it."""
        token = _current.set(self)
        try:
            return work()
        finally:
            _current.reset(token)
            with self._changed:
                self._working -= 1
                self._changed.notify_all()

    def join(self, members: int) -> None:
        """So many more members, in the place of the one who calls this and waits for them."""
        with self._changed:
            self._working += members - 1

    def back(self) -> None:
        """The one who called `join` works on."""
        with self._changed:
            self._working += 1


_current: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


def current() -> Gathering | None:
    """The gathering that this thread is a member of."""
    return _current.get()


def fill(asked: Asked, work: Callable[[], Any]) -> None:
    """Put the outcome of `work` where the asker waits for it."""
    try:
        rows = work()
    except BaseException as error:
        asked.answer.set_exception(error)
    else:
        asked.answer.set_result(rows)
