"""Every request the workspace got, in order: what tests read to know what really went over the wire."""

import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 5_000
"""Requests kept; older ones are forgotten."""


@dataclass
class Recorded:
    """One request and what became of it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case; tokens are left out."""
    body: Any = None
    """JSON as it came, None for anything else."""
    who: str = ""
    status: int = 0
    """0 when the connection was cut instead of answered."""
    note: dict[str, Any] = field(default_factory=dict)
    """What the handler noted: `rpc`, `statement`, `parameters`, …"""
    fault: str = ""
    """What was done to it on purpose."""


class Recorder:
    """Keeps the newest requests."""

    def __init__(self) -> None:
        self._requests: deque[Recorded] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, request: Recorded) -> None:
        """Keep a request; it may still be filled in."""
        with self._lock:
            self._requests.append(request)

    def all(self) -> list[dict[str, Any]]:
        """What is kept, oldest first, as JSON-able values."""
        with self._lock:
            return [asdict(request) for request in self._requests]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._requests.clear()
