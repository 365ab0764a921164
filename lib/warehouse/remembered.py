"""Rows that were read before, kept in memory: within a bound, of the newest data only, for whom they were read only."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

Key = TypeVar("Key")
Value = TypeVar("Value")

LARGEST = 4
"""An answer that would take more than a quarter of the room is not kept: it would push out what is asked for often."""
OVERHEAD = 2_000
"""Bytes of the objects around the rows of one answer, about."""


class Bounded(Generic[Key, Value]):
    """Values by key, of so many bytes at most; what was asked for longest ago leaves first. Its owner has a lock."""

    def __init__(self, most: int) -> None:
        """`most`: bytes of all values together. The newest one is kept whatever its size."""
        self._most = most
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.bytes = 0

    def get(self, key: Key) -> Value | None:
        """The value, None when there is none (any more)."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value of `size` bytes."""
        self.drop(key)
        self._kept[key] = value, size
        self.bytes += size
        while self.bytes > self._most and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Give a value's room back."""
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]

    def drop_all(self, of: Callable[[Key], bool]) -> None:
        """Give the room of these back."""
        for key in [key for key in self._kept if of(key)]:
            self.drop(key)


class Asked(NamedTuple):
    """Everything that an answer depends on."""

    owner: str
    """Whose rows these are: nobody gets what was read for another owner."""
    generation: str
    """The state of the data."""
    text: str
    values: str


class Remembered:
    """Answers by what was asked, for any number of threads."""

    def __init__(self, most: int) -> None:
        """`most`: bytes kept at most, all owners together; 0 keeps nothing."""
        self._most = most
        self._kept: Bounded[Asked, pa.Table] = Bounded(most)
        self._newest: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """How much is kept now."""
        return self._kept.bytes

    def found(self, asked: Asked) -> "pa.Table | None":
        """The rows; None when they have to be read. What is known of the owner's older data is dropped."""
        with self._lock:
            if self._newest.get(asked.owner) != asked.generation:
                self._newest[asked.owner] = asked.generation
                self._kept.drop_all(lambda old: old.owner == asked.owner)
            return self._kept.get(asked)

    def keep(self, asked: Asked, rows: "pa.Table") -> None:
        """Keep the rows, unless the data has changed while they were read, or they are too many."""
        size = len(asked.text) + len(asked.values) + rows.get_total_buffer_size() + OVERHEAD
        with self._lock:
            if self._newest.get(asked.owner) == asked.generation and size <= self._most / LARGEST:
                self._kept.put(asked, rows, size)
