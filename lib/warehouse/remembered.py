"""Answers that were given before, kept in memory: within one bound, rows of the newest data only, for whom they were read."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 4
"""Rows that would take more than a quarter of the room are not kept: they would push out what is asked for often."""
OVERHEAD = 2_000
"""Bytes of the objects around the rows of one answer, about."""


class Room:
    """Values by key, of so many bytes at most, for any number of threads; what was asked for longest ago leaves first.

    Rows and what pages make of them share one: rows that nobody asks for, because what was made of them is known, make
    room for others.
    """

    def __init__(self, most: int) -> None:
        """`most`: bytes of all values together. The newest one is kept whatever its size."""
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def get(self, key: Hashable) -> Any:
        """The value, None when there is none (any more)."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of `size` bytes."""
        with self._lock:
            self._drop(key)
            self._kept[key] = value, size
            self.bytes += size
            while self.bytes > self.most and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def drop_all(self, of: Callable[[Hashable], bool]) -> None:
        """Give the room of these back."""
        with self._lock:
            for key in [key for key in self._kept if of(key)]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]


class Asked(NamedTuple):
    """Everything that an answer depends on."""

    owner: str
    """Whose rows these are: nobody gets what was read for another owner."""
    generation: str
    """The state of the data."""
    text: str
    values: str


class Remembered:
    """Rows by what was asked, for any number of threads."""

    def __init__(self, room: Room) -> None:
        """`room`: of all owners together; one of no bytes keeps nothing."""
        self._room = room
        self._newest: dict[str, str] = {}
        self._lock = threading.Lock()

    def found(self, asked: Asked) -> "pa.Table | None":
        """The rows; None when they have to be read. What is known of the owner's older data is dropped."""
        with self._lock:
            if self._newest.get(asked.owner) != asked.generation:
                self._newest[asked.owner] = asked.generation
                self._room.drop_all(lambda old: isinstance(old, Asked) and old.owner == asked.owner)
        rows: pa.Table | None = self._room.get(asked)
        return rows

    def keep(self, asked: Asked, rows: "pa.Table") -> None:
        """Keep the rows, unless the data has changed while they were read, or they are too many."""
        size = len(asked.text) + len(asked.values) + rows.get_total_buffer_size() + OVERHEAD
        with self._lock:
            if self._newest.get(asked.owner) == asked.generation and size <= self._room.most / LARGEST:
                self._room.put(asked, rows, size)
