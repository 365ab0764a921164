"""Follows a pointer to the files that hold now: readers finish on what they began with, new ones get the new."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from lib.errors import SourceError
from lib.warehouse.store import Pointer


class Closable(Protocol):
    """What a generation opens."""

    def close(self) -> None:
        """Give everything back."""
        ...


Opened = TypeVar("Opened", bound=Closable)


@dataclass
class _Held(Generic[Opened]):
    pointer: Pointer
    opened: Opened
    readers: int = 0
    retired: bool = False


class Generations(Generic[Opened]):
    """Opens what the pointer names, once, and closes it when the pointer has moved and its last reader has left."""

    def __init__(self, read_pointer: Callable[[], Pointer], open_: Callable[[Pointer], Opened]) -> None:
        self._read_pointer = read_pointer
        self._open = open_
        self._held: _Held[Opened] | None = None
        self._counting = threading.Lock()
        self._opening = threading.Lock()

    @contextmanager
    def current(self) -> Iterator[Opened]:
        """What the pointer names at this moment, kept open for as long as the block runs."""
        held = self._enter()
        try:
            yield held.opened
        finally:
            with self._counting:
                held.readers -= 1
                last = held.retired and held.readers == 0
            if last:
                held.opened.close()

    def close(self) -> None:
        """Close what nobody reads now, and let the last reader close the rest."""
        self._install(None)

    def _enter(self) -> _Held[Opened]:
        while True:
            pointer = self._read_pointer()
            with self._counting:
                held = self._held
                if held is not None and held.pointer == pointer:
                    held.readers += 1
                    return held
            self._switch()

    def _switch(self) -> None:
        """Open what the pointer names; when its files vanished meanwhile, the pointer has moved: look again."""
        with self._opening:
            while True:
                pointer = self._read_pointer()
                if self._held is not None and self._held.pointer == pointer:
                    return
                try:
                    self._install(_Held(pointer, self._open(pointer)))
                    return
                except SourceError:
                    if self._read_pointer() == pointer:
                        raise

    def _install(self, fresh: _Held[Opened] | None) -> None:
        with self._counting:
            old, self._held = self._held, fresh
            idle = old is not None and old.readers == 0
            if old is not None:
                old.retired = True
        if old is not None and idle:
            old.opened.close()
