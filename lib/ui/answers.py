"""Answers of a warehouse that may take its time: kept, shared, asked for on threads, cancelled, served stale.

A key names everything an answer depends on but the data: the question, its arguments, and as whom it was asked. Answers
are values that nobody changes. Nothing here knows Streamlit, and questions must not either: they run on other threads.
"""

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from typing import Any

from lib.errors import AppError
from lib.warehouse.databricks.cancelling import CancelToken, cancellable
from lib.warehouse.gathering import Gathering
from lib.warehouse.remembered import Room

KEPT_S = 6 * 3600.0
FAILED_S = 10.0
"""For so long a failure is the answer, so that the page that waited for it can say it."""
WORKERS = 12

Key = tuple[str, str]
"""As whom, and what."""


@dataclass
class Pending:
    """A question that is being asked now."""

    key: Key
    generation: str
    since: float
    token: CancelToken = field(default_factory=CancelToken)
    future: "Future[Any] | None" = None

    @property
    def done(self) -> bool:
        """Is there an answer, or a failure?"""
        return self.future is not None and self.future.done()

    @property
    def seconds(self) -> float:
        """How long it has been asked."""
        return time.monotonic() - self.since


class Waiting(AppError):
    """There is no answer yet; the page shows that it is on its way and looks again."""

    def __init__(self, pending: Pending) -> None:
        super().__init__("The answer is on its way.", remedy="The page fills itself when it is there.")
        self.pending = pending


class Answers:
    """All answers of this process."""

    def __init__(self, room: Room, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._room = room
        self._running: dict[tuple[Key, str], Pending] = {}
        self._failed: dict[tuple[Key, str], tuple[float, BaseException]] = {}
        self._lock = threading.Lock()
        self._workers: ThreadPoolExecutor | None = None

    def now(self, key: Key, generation: str, work: Callable[[], Any]) -> Any:
        """The answer, worked out on this thread when there is none; who asks the same meanwhile waits for it."""
        pending, mine = self._enter(key, generation)
        if isinstance(pending, tuple):
            return pending[0]
        if mine:
            self._run(pending, work)
        assert pending.future is not None
        return pending.future.result()

    def soon(self, key: Key, generation: str, work: Callable[[], Any], patience: float) -> Any:
        """The answer when it is there within `patience` seconds; else Waiting, and the work goes on."""
        pending = self.begin(key, generation, work)
        if isinstance(pending, tuple):
            return pending[0]
        assert pending.future is not None
        try:
            return pending.future.result(timeout=patience)
        except TimeoutError:
            if pending.future.done():
                return pending.future.result()
            raise Waiting(pending) from None

    def begin(self, key: Key, generation: str, work: Callable[[], Any]) -> "Pending | tuple[Any]":
        """Let it be worked out on another thread; the answer in a tuple when there is one."""
        pending, mine = self._enter(key, generation)
        if mine:
            assert isinstance(pending, Pending)
            self._submit(pending, work)
        return pending

    def begin_all(self, generation: str, works: Sequence[tuple[Key, Callable[[], Any]]]) -> None:
        """Let several be worked out on other threads; what they ask the warehouse at the same time is one statement."""
        new = []
        for key, work in works:
            try:
                pending, mine = self._enter(key, generation)
            except AppError:
                continue  # it failed a moment ago; whoever asks is told
            if mine and isinstance(pending, Pending):
                new.append((pending, work))
        gathering = Gathering(len(new))
        for pending, work in new:
            self._submit(pending, partial(gathering.do, work))

    def _submit(self, pending: Pending, work: Callable[[], Any]) -> None:
        if self._workers is None:
            self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="lakeledger-ask")
        self._workers.submit(self._run, pending, work)

    def has(self, key: Key, generation: str) -> bool:
        """Is there an answer to these data?"""
        with self._lock:
            return self._fresh((key, generation)) is not None

    def found(self, key: Key, generation: str) -> "tuple[Any] | None":
        """The answer to these data in a tuple, None when there is none."""
        with self._lock:
            kept = self._fresh((key, generation))
            return None if kept is None else (kept[1],)

    def forget_failures(self) -> None:
        """What failed may be asked again at once."""
        with self._lock:
            self._failed.clear()

    def _enter(self, key: Key, generation: str) -> "tuple[Pending | tuple[Any], bool]":
        """What there is for a key: an answer, somebody's running question, or a new one that is the caller's to run."""
        full = (key, generation)
        with self._lock:
            kept = self._fresh(full)
            if kept is not None:
                return (kept[1],), False
            failed = self._failed.get(full)
            if failed and self._clock() - failed[0] < FAILED_S:
                raise failed[1]
            running = self._running.get(full)
            if running is not None:
                return running, False
            pending = Pending(key, generation, time.monotonic(), future=Future())
            self._running[full] = pending
            return pending, True

    def _run(self, pending: Pending, work: Callable[[], Any]) -> None:
        full, future = (pending.key, pending.generation), pending.future
        assert future is not None
        try:
            with cancellable(pending.token):
                value = work()
            size = weight(value)
        except BaseException as error:
            with self._lock:
                del self._running[full]
                if isinstance(error, AppError):
                    self._failed[full] = (self._clock(), error)
            future.set_exception(error)
            return
        with self._lock:
            del self._running[full]
            self._failed.pop(full, None)
            self._room.put(full, (self._clock(), value), size)
        future.set_result(value)

    def _fresh(self, full: tuple[Key, str]) -> "tuple[float, Any] | None":
        kept: tuple[float, Any] | None = self._room.get(full)
        return None if kept is None or self._clock() - kept[0] > KEPT_S else kept


def weight(value: Any) -> int:
    """Bytes of an answer, about: those of its tables and texts, wherever in it they are."""
    if is_dataclass(value) and not isinstance(value, type):
        return sum(weight(getattr(value, part.name)) for part in fields(value))
    if isinstance(value, Mapping):
        return sum(weight(key) + weight(item) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return sum(weight(item) for item in value)
    if hasattr(value, "memory_usage"):  # a frame, or a column of one
        used = value.memory_usage(deep=True)
        return int(used if isinstance(used, int) else used.sum())
    return int(getattr(value, "nbytes", None) or sys.getsizeof(value))  # rows, an array; else one small thing
