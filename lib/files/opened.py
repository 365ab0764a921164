"""A data file that was looked at: its columns, and the SQL that reads it."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO

from duckdb.sqltypes import VARCHAR, DuckDBPyType

from lib.files.layout import DataFile
from lib.files.report import Problem
from lib.files.schema import Table
from lib.files.sql import name_sql

UNREADABLE = (OSError, EOFError, zlib.error)
"""What Python raises for a file that cannot be read to its end."""
_PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")
_ANSWER_STARTS = (b'{"error', b'{"message')


ROW_NUMBER = "lakeledger_row"


@dataclass(frozen=True)
class SourceColumn:
    """One column of a file."""

    name: str
    sql: str
    """How the file's relation is asked for it."""
    type: DuckDBPyType


@dataclass(frozen=True)
class Opened:
    """A file ready to be read."""

    file: DataFile
    columns: tuple[SourceColumn, ...]
    relation: str
    """A table function call; values in it are the parameters below."""
    params: dict[str, object]
    numbered: str
    """The same rows with their number, from 1, in the column ROW_NUMBER."""
    notes: tuple[str, ...] = ()
    lines: "LineFinder | None" = None
    """CSV: turns row numbers into line numbers."""


@dataclass(frozen=True)
class LineFinder:
    """How to find the physical line a CSV record starts on: quoted line breaks and blank lines shift them."""

    file: DataFile
    header_lines: int
    backslash: bool
    """Whether quotes are escaped as `\\"` instead of doubled."""
    blank_is_record: bool
    """In a file of one column an empty line is a row."""

    def lines_of(self, rows: set[int], rejected_lines: set[int]) -> dict[int, int]:
        """Row number → line for each of `rows`; records that start on `rejected_lines` were not counted as rows."""
        found: dict[int, int] = {}
        with open_bytes(self.file) as stream:
            for row, line in self._records(stream, rejected_lines):
                if row in rows:
                    found[row] = line
                    if len(found) == len(rows):
                        break
        return found

    def _records(self, stream: IO[bytes], rejected_lines: set[int]) -> Iterator[tuple[int, int]]:
        row, start, inside = 0, 0, False
        for number, line in enumerate(stream, 1):
            if number <= self.header_lines:
                continue
            if not inside:
                if not line.strip(b"\r\n") and not self.blank_is_record:
                    continue
                start = number
            if self.backslash:
                line = line.replace(b"\\\\", b"").replace(b'\\"', b"")
            inside ^= line.count(b'"') % 2 == 1
            if not inside and start not in rejected_lines:
                row += 1
                yield row, start

    def lines_at(self, offsets: list[int]) -> list[int]:
        """The lines that bytes of the uncompressed file are on; `offsets` ascend."""
        lines, line, done = [], 1, 0
        with open_bytes(self.file) as stream:
            for offset in offsets:
                while done < offset and (piece := stream.read(min(offset - done, 1 << 20))):
                    line += piece.count(b"\n")
                    done += len(piece)
                lines.append(line)
        return lines


@dataclass
class Refused(Exception):
    """A file that cannot be used, or columns of it; all reasons at once."""

    problems: list[Problem] = field(default_factory=list)


def with_partition(opened: Opened, table: Table) -> Opened:
    """The same file with the columns that its path holds (`usage_date=2026-01-31/`), unless it has them itself."""
    own = {column.name.lower() for column in opened.columns}
    for place, (name, value) in enumerate(opened.file.partition):
        name = name.lower()
        if name not in own and any(column.name == name for column in table.columns):
            more = f"CAST($partition_{place} AS VARCHAR) AS {name_sql(name)}"
            opened = replace(
                opened,
                columns=(*opened.columns, SourceColumn(name, name_sql(name), VARCHAR)),
                relation=f"(SELECT *, {more} FROM {opened.relation})",
                numbered=f"(SELECT *, {more} FROM {opened.numbered})",
                params={**opened.params, f"partition_{place}": value},
            )
    return opened


def open_bytes(file: DataFile) -> IO[bytes]:
    """The file's bytes, uncompressed."""
    return gzip.open(file.path) if file.is_gzip else file.path.open("rb")  # type: ignore[return-value]


def head_of(file: DataFile, size: int) -> bytes:
    """The first `size` bytes; Refused when they cannot be read or are no data at all."""
    try:
        with open_bytes(file) as stream:
            head = stream.read(size)
    except UNREADABLE as error:
        raise Refused([unreadable(file, error)]) from error
    if not head.strip():
        raise refused(file, "The file is empty.", "Export the table again, or take the file out of the folder.")
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(_PAGE_STARTS):
        raise refused(file, "This is a web page, not data.", "Open it to see what the server said, and download again.")
    if start.startswith(_ANSWER_STARTS):
        raise refused(
            file, "This is an answer of a server, not data.", "Open it to see what it says, and download again."
        )
    return head


def unreadable(file: DataFile, error: Exception) -> Problem:
    """The problem of a file that the system or the decompressor gives up on."""
    if isinstance(error, PermissionError):
        return Problem(file.label, "You may not read this file.", "Give yourself the right to read it, or copy it.")
    if isinstance(error, gzip.BadGzipFile):
        return Problem(
            file.label, "The file is not compressed with gzip, whatever its name says.", "Rename it to end in .csv."
        )
    if isinstance(error, EOFError | zlib.error):
        return Problem(file.label, "The compressed file is damaged or cut off.", "Download or export it again.")
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(file.label, f"The file cannot be read: {reason}.", "Check the disk, or copy the file again.")


def refused(file: DataFile, message: str, remedy: str) -> Refused:
    """One reason to refuse a file."""
    return Refused([Problem(file.label, message, remedy)])
