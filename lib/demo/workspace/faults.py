"""Things that go wrong on purpose: which requests, what happens to them, how often."""

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass
class Fault:
    """What to do to the next requests that match; all that is given must match.

    A fault answers with `status`, or cuts the connection (`drop`), or only delays (`slow_s`); `slow_s` goes with all.
    """

    path: str = ".*"
    """Regular expression that is found in the path."""
    method: str = ""
    """"" for any."""
    rpc: str = ""
    """Name of a Thrift call (`ExecuteStatement`), for requests that are one; "" for any request."""
    containing: str = ""
    """Text that the raw body must have in it, such as a piece of a statement."""
    who: str = ""
    """Name of the person or application id; "" for any."""
    status: int = 0
    """Answer with this status instead of doing anything; 0: do not answer for the handler."""
    error_code: str = ""
    message: str = "made to fail"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """JSON to answer with; None for the usual error body."""
    drop: Literal["", "before", "after"] = ""
    """Cut the connection: before anything is done, or after it was done and before the answer."""
    slow_s: float = 0
    """Seconds before the first byte of the answer."""
    times: int = 1
    """How many requests; -1 for all until it is taken away."""
    skip: int = 0
    """How many matching requests go through first."""

    def matches(self, method: str, path: str, rpc: str, body: bytes, who: str) -> bool:
        """Does this fault mean this request?"""
        return (
            self.method in ("", method)
            and re.search(self.path, path) is not None
            and self.rpc in ("", rpc)
            and self.who in ("", who)
            and self.containing.encode() in body
        )

    def described(self) -> str:
        """What it does, in a word or two, for the record."""
        what = [f"drop {self.drop}"] if self.drop else [f"status {self.status}"] if self.status else []
        return ", ".join([*what, *([f"slow {self.slow_s} s"] if self.slow_s else [])])


class Faults:
    """The faults that wait for their requests; the first one that matches is taken."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let it wait."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """Faults that have not all happened yet."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, method: str, path: str, rpc: str, body: bytes, who: str) -> Fault | None:
        """What happens to this request, None for nothing."""
        with self._lock:
            for fault in self._waiting:
                if not fault.matches(method, path, rpc, body, who):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                if fault.times == 0:
                    self._waiting.remove(fault)
                return fault
        return None
