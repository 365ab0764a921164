"""Stopping work from outside: a token that the work carries along, whatever threads it goes through."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class CancelToken:
    """Set once; whoever listens is told, those who come later at once."""

    def __init__(self) -> None:
        self._set = False
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        """Has somebody asked to stop?"""
        return self._set

    def cancel(self) -> None:
        """Ask the work to stop."""
        with self._lock:
            self._set = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    @contextmanager
    def told(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` when the token is set while the block runs."""
        with self._lock:
            self._listeners.append(listener)
            already = self._set
        if already:
            listener()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)


_current: ContextVar[CancelToken | None] = ContextVar("cancel token", default=None)


def current() -> CancelToken:
    """The token of the work this thread does; one that nobody sets when there is none."""
    return _current.get() or CancelToken()


@contextmanager
def cancellable(token: CancelToken) -> Iterator[None]:
    """Everything the block runs stops when `token` is set."""
    before = _current.set(token)
    try:
        yield
    finally:
        _current.reset(before)
