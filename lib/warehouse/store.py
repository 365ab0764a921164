"""A folder of database files, and the pointer that says which of them hold now.

A file that is pointed at is never changed: a refresh writes a new file and moves the pointer, so readers in any
process are never blocked and never see half of it (reopening a replaced path would show the old data).
"""

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from lib.errors import SourceError

FileKind = Literal["account", "ledger"]
_KINDS: tuple[FileKind, ...] = ("account", "ledger")


@dataclass(frozen=True)
class Pointer:
    """Which files hold now; `generation` differs after every change."""

    account: Path
    ledger: Path | None
    generation: str
    base: Path | None = None
    """The whole ledger that `ledger` only has newer days of; None when it has all of them."""


class DatabaseFolder:
    """`account-<id>.duckdb`, `ledger-<id>.duckdb` (one, or two that belong together) and `current.json` in one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer_file = path / "current.json"
        self._read: tuple[tuple[int, int, int], Pointer] | None = None
        """Which file was read last, and what it said."""

    def current(self) -> Pointer:
        """What the pointer says now; a SourceError when there is no account yet."""
        pointer = self.find()
        if pointer is None:
            raise SourceError(
                "There is no account data yet.",
                place=str(self.path),
                remedy="Make the demo account or load files first.",
            )
        return pointer

    def find(self) -> Pointer | None:
        """What the pointer says now, None before the first account."""
        try:
            state = self._pointer_file.stat()
            version = (state.st_ino, state.st_mtime_ns, state.st_size)  # a pointer is replaced, never changed
            if self._read is None or self._read[0] != version:
                self._read = version, self._parsed(self._pointer_file.read_text(encoding="utf-8"))
            return self._read[1]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(
                "The pointer to the account's files cannot be read.",
                place=str(self._pointer_file),
                remedy="Delete the folder and make the account again.",
            ) from error

    def _parsed(self, text: str) -> Pointer:
        said = json.loads(text)
        ledger, base = said["ledger"], said.get("base")
        return Pointer(
            self.path / said["account"],
            self.path / ledger if ledger else None,
            said["generation"],
            self.path / base if base else None,
        )

    def new_file(self, kind: FileKind, *, copy_of: Path | None = None) -> Path:
        """A path nobody uses yet; it starts as a copy of `copy_of`."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path / f"{kind}-{uuid.uuid4().hex[:12]}.duckdb"
        if copy_of is not None:
            _copy(copy_of, path)
        return path

    def point(self, *, account: Path | None = None, ledger: Path | None = None, base: Path | None = None) -> Pointer:
        """Make these files the ones that hold, in one step; a file left out stays as it is.

        A new account without a ledger has none: figures of the old account do not belong to it. `base` is what the
        `ledger` named with it stands on.
        """
        before = self.find()
        if account is None and before is None:
            raise SourceError("A ledger needs an account to belong to.", place=str(self.path))
        if ledger is None and before and account is None:
            ledger, base = before.ledger, before.base
        account = account or (before.account if before else None)
        assert account is not None
        said = {
            "account": account.name,
            "ledger": ledger.name if ledger else None,
            "base": base.name if base else None,
            "generation": uuid.uuid4().hex,
        }
        self._replace_pointer(json.dumps(said, indent=1))
        return Pointer(account, ledger, str(said["generation"]), base)

    @contextmanager
    def writing(self, *, timeout_s: float = 600) -> Iterator[None]:
        """Hold the folder's lock: one writer at a time, among all processes."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / "writing.lock", timeout=timeout_s):
                yield
        except Timeout as error:
            raise SourceError(
                "Another process has been writing to this account's files for too long.",
                place=str(self.path),
                remedy="Wait for it, or end it.",
            ) from error

    def prune(self) -> list[Path]:
        """Delete database files that are not pointed at; call it while `writing`.

        A reader that has one open keeps reading it; one that was about to open it asks the pointer again.
        """
        pointer = self.find()
        in_use = {pointer.account, pointer.ledger, pointer.base} if pointer else set()
        old = [
            path
            for kind in _KINDS
            for path in self.path.glob(f"{kind}-*.duckdb*")
            if path.with_name(path.name.removesuffix(".wal")) not in in_use
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return old

    def _replace_pointer(self, text: str) -> None:
        fresh = self._pointer_file.with_name(f"current-{uuid.uuid4().hex[:8]}.tmp")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._pointer_file)


def _copy(source: Path, target: Path) -> None:
    """A copy made by the kernel: some file systems only note that the blocks are shared, none takes them through here."""
    try:
        with source.open("rb") as old, target.open("wb") as new:
            left = os.fstat(old.fileno()).st_size
            while left > 0 and (done := os.copy_file_range(old.fileno(), new.fileno(), left)):
                left -= done
            if not left:
                return
    except (AttributeError, OSError):  # not on this system, or not between these folders
        pass
    shutil.copyfile(source, target)
