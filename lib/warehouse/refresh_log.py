"""The log of loads and refreshes: one line of JSON each, beside the files they wrote.

It also has those that failed and the last one that found nothing new, which leave no trace in the ledger itself.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Literal

from filelock import FileLock

from lib.errors import AppError
from lib.ledger.refresh import Refreshed

NAME = "refreshes.jsonl"
KEPT = 1000
"""Entries that are kept; the oldest go first."""

Kind = Literal["demo", "import", "refresh"]
Result = Literal["done", "nothing new", "failed"]
NOTHING: Result = "nothing new"


@dataclass(frozen=True)
class Entry:
    """One load or refresh."""

    at: datetime
    """When it began, UTC."""
    kind: Kind
    result: Result
    seconds: float
    full: bool = False
    days: int = 0
    """Days that were worked out again."""
    first_day: date | None = None
    last_day: date | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows written, by relation; relations that were left alone are not there."""
    detail: str = ""
    """Why it failed."""

    @property
    def total_rows(self) -> int:
        """Rows written, all relations together."""
        return sum(self.rows.values())


@dataclass
class Attempt:
    """A load or refresh under way."""

    refreshed: Refreshed | None = None
    """What it did; None when the ledger was not even looked at."""


class RefreshLog:
    """The log of one folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    @contextmanager
    def attempt(self, kind: Kind) -> Iterator[Attempt]:
        """Log the block, however it ends."""
        at, started = datetime.now(timezone.utc).replace(microsecond=0), time.monotonic()
        attempt = Attempt()
        try:
            yield attempt
        except BaseException as error:
            said = error.message if isinstance(error, AppError) else f"{type(error).__name__}: {error}"
            self._append(Entry(at, kind, "failed", _since(started), detail=said.splitlines()[0] if said else ""))
            raise
        self._append(_entry(at, kind, _since(started), attempt))

    def entries(self, most: int = 50) -> list[Entry]:
        """The newest entries, newest first; a line that cannot be read is left out."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found = (_parsed(line) for line in reversed(lines))
        return [entry for entry in found if entry is not None][:most]

    def _append(self, entry: Entry) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._file.with_suffix(".lock"), timeout=10):
            lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
            if entry.result == NOTHING and lines and (last := _parsed(lines[-1])) and last.result == NOTHING:
                lines.pop()  # one an hour would crowd out what did something
            text = "\n".join([*lines[-KEPT + 1 :], json.dumps(asdict(entry), default=str)]) + "\n"
            fresh = self._file.with_suffix(".tmp")
            fresh.write_text(text, encoding="utf-8")
            os.replace(fresh, self._file)


def _entry(at: datetime, kind: Kind, seconds: float, attempt: Attempt) -> Entry:
    done = attempt.refreshed
    if done is None or not (done.full or done.periods or done.rows):
        return Entry(at, kind, NOTHING, seconds)
    return Entry(
        at,
        kind,
        "done",
        seconds,
        done.full,
        done.days,
        min((period.start for period in done.periods), default=None),
        max((period.last for period in done.periods), default=None),
        {name: rows for name, rows in done.rows.items() if rows},
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)


def _parsed(line: str) -> Entry | None:
    try:
        said = json.loads(line)
        days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("first_day", "last_day")}
        return Entry(**{**said, **days, "at": datetime.fromisoformat(said["at"])})
    except (ValueError, KeyError, TypeError):
        return None
