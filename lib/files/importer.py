"""Imports a folder of exports: everything is read and compared beside the account, then the pointer moves once."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Unpack

import duckdb

from lib.errors import InputError
from lib.files import account
from lib.files.account import Taken
from lib.files.bills import BillFile, recognise
from lib.files.layout import DataFile, Layout, scan
from lib.files.merge import Changes, Kept, keep_newest, leave_new
from lib.files.opened import unreadable
from lib.files.report import ImportFailed, ImportReport, Note, Problem, TableReport, counted
from lib.files.rules import RULES
from lib.files.schema import known_tables
from lib.files.scratch import scratch_connection, scratch_folder
from lib.files.staging import Stage
from lib.progress import Progress, quiet
from lib.warehouse.connections import Limits, attach
from lib.warehouse.store import DatabaseFolder

READER_VERSION = 1
"""Raise it when files are read differently, so that files imported before are read again."""
USAGE = "system.billing.usage"

_NO_ROWS = Problem("", "No file has any row.", "Check the filter and the dates of the export.")
_NO_TAGS = Problem(
    "", "No line of the cloud's bill has a tag of Databricks with a cluster, warehouse or pool.",
    "Have the cloud export the tag ClusterId too (AWS: activate it as a cost allocation tag).",
)  # fmt: skip

Publish = Callable[[Path], object]
"""Makes a new account file the one that holds; called while the folder is locked."""


def import_folder(
    folder: Path,
    database: DatabaseFolder,
    publish: Publish | None = None,
    progress: Progress = quiet,
    *,
    workspaces: Sequence[str] = (),
    **limits: Unpack[Limits],
) -> ImportReport:
    """Take the exports in `folder` over into the account in `database`; an error leaves the account as it was.

    `workspaces`: take rows of these only ("": rows of none); empty: all.
    `publish` gets the new account file; without it the pointer moves there and the ledger has to be worked out again.
    Raises ImportFailed with everything that is wrong with the files, or InputError when there is nothing to import.
    """
    started = time.monotonic()
    layout = scan(folder, known_tables())
    recognise(layout)
    _check_found(folder, layout)
    with (
        scratch_folder(database.path) as scratch,
        scratch_connection(scratch, limits) as con,
    ):
        run = _Run(folder, database, layout, con, scratch, progress, tuple(sorted(workspaces)))
        run.read()
        report = run.merge(publish or run.point)
    return replace(report, seconds=time.monotonic() - started)


@dataclass
class _Run:
    """One import under way."""

    folder: Path
    database: DatabaseFolder
    layout: Layout
    con: duckdb.DuckDBPyConnection
    scratch: Path
    progress: Progress
    workspaces: tuple[str, ...] = ()
    taken: list[Taken] = field(default_factory=list)
    known_files: dict[str, int] = field(default_factory=dict)
    """Table → how many of its files an earlier import has read."""
    kept: dict[str, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage = Stage(self.con)

    def read(self) -> None:
        """Read every file that no earlier import has read; ImportFailed when there are problems."""
        unread = list(self._unread())
        for done, (file, taken) in enumerate(unread):
            self.progress(f"Reading {file.label}", done, len(unread))
            self.stage.take(file)
            self.taken.append(taken)
        problems = [*self.layout.problems, *self.stage.problems]
        if not problems:
            self.stage.put_bills_together()
        if not problems and self.workspaces:
            self.stage.keep_workspaces(self.workspaces)
        if not problems and not self.known_files and not any(staged.rows for staged in self.stage.tables.values()):
            problems = [_NO_TAGS if self.stage.bills.files else _NO_ROWS]
        if problems:
            raise ImportFailed(self._report(problems=tuple(problems)))
        for done, (name, staged) in enumerate(self.stage.tables.items()):
            self.progress(f"Comparing {name}", done, len(self.stage.tables))
            self.kept[name] = keep_newest(self.con, staged, RULES[name])

    def merge(self, publish: Publish) -> ImportReport:
        """Write and publish what is new."""
        with self.database.writing():
            before = self.database.find()
            base = account.upgraded(self.con, before.account, self.scratch / "upgraded.duckdb") if before else None
            loaded = self._open_base(base)
            changes = {
                name: leave_new(self.con, staged, RULES[name], f"old.{staged.table.sql_name}" if base else None)
                for name, staged in self.stage.tables.items()
            }
            usage_from = self._first_usage()
            if base is not None:
                self.con.execute("DETACH old")
            changed = [name for name, found in changes.items() if found.added or found.replacing or name not in loaded]
            is_other = bool(changed) or before is None or base != before.account
            if is_other:
                loaded = self._write(base, {name: changes[name] for name in changed}, publish)
            return replace(
                self._report(),
                tables=tuple(self._tables(changes, loaded)),
                changed=is_other,
                generation=self.database.current().generation,
                missing=tuple(name for name in known_tables() if name not in loaded),
                usage_from=usage_from,
            )

    def point(self, path: Path) -> None:
        """Move the pointer to the account file `path`, without a ledger."""
        self.database.point(account=path)
        self.database.prune()

    def _unread(self) -> Iterator[tuple[DataFile, Taken]]:
        known = self._known_digests()
        again: list[tuple[BillFile, Taken]] = []
        families = set()
        for done, file in enumerate(self.layout.files):
            self.progress(f"Looking at {file.label}", done, len(self.layout.files))
            try:
                digest = _digest(file, self.workspaces)
            except OSError as error:
                self.layout.problems.append(unreadable(file, error))
                continue
            taken = Taken(file.table, digest, file.label)
            if (file.table, digest) in known:
                self.known_files[file.table] = self.known_files.get(file.table, 0) + 1
                again += [(file, taken)] if isinstance(file, BillFile) else []
            else:
                families |= {file.family} if isinstance(file, BillFile) else set()
                yield file, taken
        for bill, taken in again:  # a bill is a sum over its parts, so a new part needs all of them
            if bill.family in families:
                self.known_files[bill.table] -= 1
                yield bill, taken

    def _known_digests(self) -> set[tuple[str, str]]:
        pointer = self.database.find()
        if pointer is None:
            return set()
        attach(self.con, pointer.account, "old")
        found = account.imported_digests(self.con, "old")
        self.con.execute("DETACH old")
        return found

    def _open_base(self, base: Path | None) -> dict[str, int]:
        """Attach the account as it is, and say which of its tables are loaded with how many rows."""
        if base is None:
            return {}
        attach(self.con, base, "old")
        return dict(self.con.execute("SELECT table_name, rows FROM old.meta.tables WHERE loaded").fetchall())

    def _first_usage(self) -> date | None:
        """The first day with usage that is new; what was there already has left the scratch table."""
        if USAGE not in self.stage.tables:
            return None
        usage = self.stage.tables[USAGE].sql_name
        (day,) = self.con.execute(f"SELECT min(usage_date) FROM {usage}").fetchone() or (None,)
        return day

    def _write(self, base: Path | None, changes: dict[str, Changes], publish: Publish) -> dict[str, int]:
        self.progress("Writing", 0, 1)
        path = self.database.new_file("account")
        try:
            account.start_from(self.con, base, path)
            staged = [(self.stage.tables[name], change.drops) for name, change in changes.items()]
            origin = f"files in {self.folder}"
            rows = account.write(self.con, path, staged, self.taken, origin, datetime.now(timezone.utc))
            self.progress("Writing", 1, 1)
            publish(path)
        except BaseException:
            pointer = self.database.find()
            if pointer is None or pointer.account != path:
                path.unlink(missing_ok=True)
            raise
        return rows

    def _tables(self, changes: dict[str, Changes], rows: dict[str, int]) -> Iterator[TableReport]:
        for name in sorted({*changes, *self.known_files}):
            known = self.known_files.get(name, 0)
            if name not in changes:
                yield TableReport(name, known, known, rows=rows.get(name, 0))
                continue
            staged, kept, change = self.stage.tables[name], self.kept[name], changes[name]
            yield TableReport(
                name, staged.files + known, known, staged.rows, change.added, change.replacing, change.present,
                kept.duplicates, kept.conflicts, change.older, rows.get(name, 0),
            )  # fmt: skip

    def _report(self, problems: tuple[Problem, ...] = ()) -> ImportReport:
        notes = (*self.layout.notes, *self.stage.notes(), *self._conflict_notes())
        return ImportReport(self.folder, notes=notes, ignored=tuple(self.layout.ignored), problems=problems)

    def _conflict_notes(self) -> Iterator[Note]:
        for name, kept in self.kept.items():
            rule = RULES[name]
            if kept.conflicts:
                counts = f"the newest {rule.newest} counts" if rule.newest else "the last one counts"
                same = ", ".join(rule.key)
                rows = counted(kept.conflicts, "row")
                yield Note(name, f"{rows} left out that differ from another with the same {same}: {counts}")


def _check_found(folder: Path, layout: Layout) -> None:
    """An InputError when the folder has nothing to import."""
    if layout.files or layout.problems:
        return
    ignored = "; ".join(str(file) for file in layout.ignored[:5])
    raise InputError(
        f"There is no export of a table in this folder. {f'Ignored: {ignored}' if ignored else 'It is empty.'}",
        remedy="Name the files after the tables, such as system.billing.usage.parquet (docs/import.md).",
        place=str(folder),
    )


def _digest(file: DataFile, workspaces: tuple[str, ...]) -> str:
    """What tells whether this file was imported before, read the same way into the same columns."""
    with file.path.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256")
    content.update(f"{READER_VERSION} {file.kind} {file.partition} {known_tables()[file.table].ddl}".encode())
    content.update(repr(workspaces).encode() if workspaces else b"")
    return content.hexdigest()
