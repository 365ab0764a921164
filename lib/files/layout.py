"""Finds the files of each table in a folder by what they and the folders around them are called (docs/import.md)."""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from lib.errors import InputError
from lib.files.report import Ignored, Note, Problem

FileKind = Literal["csv", "parquet"]
_SEPARATORS = re.compile(r"[\s._()+-]+")
_PART = re.compile(r"part|to|\d[\dtz]*")
"""Words that may follow a table's name: dates, numbers, `part`."""
_ENDINGS: tuple[tuple[str, FileKind], ...] = (
    (r"\.(csv|tsv)(\.gz)?", "csv"),
    (r"(\.(snappy|gz|gzip|zstd|lz4|brotli|uncompressed))?\.parquet", "parquet"),
)
_DELTA = (
    "a Delta table is read as all its Parquet files, with rows that it has replaced or deleted since; export it instead"
)
_EMPTY_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class DataFile:
    """One file that holds rows of one table."""

    path: Path
    label: str
    """Path below the imported folder, as reports show it."""
    table: str
    kind: FileKind
    partition: tuple[tuple[str, str | None], ...] = ()
    """Columns that are in the path instead of the file (`usage_date=2026-01-31/`): name and text."""

    @property
    def is_gzip(self) -> bool:
        """Whether the file is compressed as a whole."""
        return self.kind == "csv" and self.path.name.lower().endswith(".gz")


@dataclass
class Layout:
    """What a folder holds."""

    files: list[DataFile] = field(default_factory=list)
    """By table, then by path: of two equal versions of a row, the later file's counts."""
    ignored: list[Ignored] = field(default_factory=list)
    unnamed: list[DataFile] = field(default_factory=list)
    """Those of the ignored files that no table is named like, but that may hold data."""
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def scan(folder: Path, tables: Iterable[str]) -> Layout:
    """The files of each table of `tables` in `folder` and below; an InputError when it is no folder."""
    check_folder(folder)
    spelled = {words: table for table in tables for words in _spellings(table)}
    layout = Layout()
    for path in _walk(folder, layout):
        label = path.relative_to(folder).as_posix()
        kind, stem = _kind(path.name)
        words = [folder.resolve().name, *path.relative_to(folder).parts[:-1]]
        table = _table([_words(part) for part in words if "=" not in part], _words(stem), spelled)
        if table is None or kind is None:
            layout.ignored.append(_ignored(label, stem, kind, table, spelled))
            if kind is not None:
                layout.unnamed.append(DataFile(path, label, "", kind))
        else:
            layout.files.append(DataFile(path, label, table, kind, tuple(_partition(words[1:]))))
    layout.files.sort(key=lambda file: (file.table, file.label))
    return layout


def check_folder(folder: Path) -> None:
    """An InputError unless `folder` is a folder that can be read."""
    place = str(folder)
    if not folder.exists():
        raise InputError("There is no such folder.", place=place, remedy="Check the path.")
    if not folder.is_dir():
        raise InputError(
            "This is a file, not a folder.", place=place, remedy=f"Give the folder it is in: {folder.parent}"
        )
    try:
        next(os.scandir(folder), None)
    except OSError as error:
        raise InputError(f"The folder cannot be read: {error.strerror}.", place=place,
                         remedy="Give yourself the right to read it, or copy it.") from error  # fmt: skip


def _walk(folder: Path, layout: Layout) -> Iterator[Path]:
    """Every file, without those that are hidden or bookkeeping of Spark (`_SUCCESS`, `_delta_log`)."""

    def unreadable(error: OSError) -> None:
        label = Path(error.filename).relative_to(folder).as_posix()
        layout.problems.append(
            Problem(label, f"The folder cannot be read: {error.strerror}.", "Give yourself the right to read it.")
        )

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        if "_delta_log" in folders:
            layout.notes.append(Note(Path(parent).relative_to(folder).as_posix(), _DELTA))
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith((".", "_")))


def _kind(name: str) -> tuple[FileKind | None, str]:
    """What a file is by its ending, and its name without it."""
    for ending, kind in _ENDINGS:
        if match := re.search(f"{ending}$", name, re.IGNORECASE):
            return kind, name[: match.start()]
    return None, Path(name).stem


def _words(text: str) -> tuple[str, ...]:
    """The words of a name; a number that follows a word without a separator (`usage2`) is a word too."""
    return tuple(word for word in _SEPARATORS.split(re.sub(r"([a-z])(?=\d)", r"\1 ", text.lower())) if word)


def _spellings(table: str) -> Iterator[tuple[str, ...]]:
    """`system.billing.usage` and `billing.usage`; of the tables that are not Databricks', the bare name."""
    yield _words(table)
    yield _words(table.partition(".")[2])


Words = tuple[str, ...]


def _table(folders: list[Words], stem: Words, spelled: dict[Words, str]) -> str | None:
    """The table a path names: the file first, then the folders from the inside out, each alone or after its parents."""
    parts = [*folders, stem]
    for end in range(len(parts), 0, -1):
        for start in range(end - 1, -1, -1):
            if table := _named(tuple(word for part in parts[start:end] for word in part), spelled):
                return table
    return None


def _named(words: Words, spelled: dict[Words, str]) -> str | None:
    """The table with the longest name that `words` begin with, nothing but dates and numbers after it."""
    for length in range(len(words), 0, -1):
        table = spelled.get(words[:length])
        if table and all(_PART.fullmatch(word) for word in words[length:]):
            return table
    return None


def _partition(folders: list[str]) -> Iterator[tuple[str, str | None]]:
    for name, equals, value in (part.partition("=") for part in folders):
        if equals:
            yield name, None if value == _EMPTY_PARTITION else unquote(value)


def _ignored(label: str, stem: str, kind: FileKind | None, table: str | None, spelled: dict[Words, str]) -> Ignored:
    if kind is None:
        like = f"it is named like {table}, but is " if table else ""
        return Ignored(label, f"{like}neither Parquet nor CSV.")
    names = {"_".join(_words(table.rpartition(".")[2])): table for table in spelled.values()}
    names |= {"_".join(words): table for words, table in spelled.items()}
    near = difflib.get_close_matches("_".join(_words(stem)), names, n=1, cutoff=0.6)
    return Ignored(label, "no table is named like this.", names[near[0]] if near else None)
