"""Any daily series from a CSV file: first column the day, every other column a series."""

import csv
import gzip
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from lib.errors import InputError
from lib.watch.csv_amounts import Mark, amount, decimal_mark
from lib.watch.csv_days import Order, order_of, spelled

SEPARATORS = (",", ";", "\t")
MOST_DAYS = 20_000
MOST_STEP = 3
"""Rows that lie further apart than so many days, in the middle, are not days."""
WHOLE_DAY = 0.9
"""A day of fewer rows than this share of the usual is not complete, where rows are parts of a day."""
EXAMPLE = "The first column holds days (2026-01-31), each other column the amounts of one series."
SameDay = Literal["sum", "mean", "last"]
SAME_DAY: tuple[SameDay, ...] = ("sum", "mean", "last")


@dataclass(frozen=True)
class Wide:
    """Series of equal days."""

    first_day: date
    names: tuple[str, ...]
    values: np.ndarray
    """`(series, days)`, NaN where unknown."""
    notes: tuple[str, ...] = ()
    """What was done to make days of the file, for the reader to know."""

    @property
    def last_day(self) -> date:
        """The newest day."""
        return self.day(self.values.shape[1] - 1)

    def day(self, number: int) -> date:
        """The date of a column; numbers beyond the last are days to come."""
        return self.first_day + timedelta(days=number)

    def without_last(self, days: int) -> "Wide":
        """Without the newest days, which are not complete yet."""
        if not days:
            return self
        return Wide(self.first_day, self.names, self.values[:, : self.values.shape[1] - days], self.notes)


@dataclass(frozen=True)
class _Record:
    line: int
    cells: list[str]


@dataclass(frozen=True)
class _Row:
    line: int
    day: date
    timed: bool
    amounts: list[float]


def read_wide(path: Path, *, same_day: SameDay | None = None) -> Wide:
    """Read a wide CSV file (UTF-8 or UTF-16; `.gz` too; `,`, `;` or tab). Days in any order; missing days are unknown.

    same_day: what several rows of one day make, None to refuse them (but rows that are written twice count once).
    InputError names file, line and column of the first thing that cannot be read.
    """
    separator, records = _records(path)
    order = order_of([record.cells[0] for record in records])
    notes: list[str] = []
    blank: set[int] = set()
    if spelled(records[0].cells[0], order):
        names = tuple(f"series {number}" for number in range(1, len(records[0].cells)))
        notes.append("no header: series have numbers")
    else:
        header = records.pop(0)
        names = _names(header, path, notes)
        blank = {at for at, cell in enumerate(header.cells[1:]) if not cell.strip()}
    if not records:
        raise InputError("The file has a header and no days.", place=str(path), remedy=EXAMPLE)
    if not names:
        raise InputError("There is only one column.", place=f"{path}, line {records[0].line}", remedy=EXAMPLE)
    for record in records:
        _same_width(path, record, len(names))
    odd = (cell for record in records for cell in record.cells[1:] if "," in cell or cell.count(".") > 1)
    mark = decimal_mark(odd, separator)
    amounts, words = _amounts(path, records, mark)
    rows = [_row(path, record, order, row) for record, row in zip(records, amounts, strict=True)]
    rows = _once(rows, [record.cells[0] for record in records], notes)
    if same_day is None:
        _refuse_twice(path, rows, [names[at] for at in sorted(words)])
    wide = _wide(path, names, _by_day(rows, same_day or "sum", notes), notes)
    return _without(wide, path, words, blank)


def _records(path: Path) -> tuple[str, list[_Record]]:
    """The separator, and every line that says something."""
    text = _text(path)
    skipped = 0
    said = re.match(r"\s*sep=(.)\n", text)
    if said:
        text, skipped = text[said.end() :], 1
    if not text.strip():
        raise InputError("The file is empty.", place=str(path), remedy=EXAMPLE)
    head = text.lstrip("\n").split("\n", 1)[0]
    separator = said[1] if said else max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        found = [_Record(reader.line_num + skipped, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        place = f"{path}, line {reader.line_num + skipped}"
        raise InputError(f"This is not CSV: {error}.", place=place, remedy=EXAMPLE) from error
    while found and found[0].cells[0].lstrip().startswith("#"):
        found.pop(0)
    if not found:
        raise InputError("The file has only comments.", place=str(path), remedy=EXAMPLE)
    return separator, found


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(b"\x1f\x8b"):
            raw = gzip.decompress(raw)
        code = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        return raw.decode(code).replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError as error:
        raise InputError("There is no such file.", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("The file is not UTF-8 text.", place=str(path), remedy="Save it as CSV UTF-8.") from error
    except (OSError, EOFError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=str(path)) from error


def _names(header: _Record, path: Path, notes: list[str]) -> tuple[str, ...]:
    """Names of the series, each once."""
    names: list[str] = []
    seen: set[str] = set()
    for number, cell in enumerate(header.cells[1:], 2):
        name = cell.strip() or f"column {number}"
        if name in seen:
            notes.append(f"two columns are called {name!r}: the later one is {name!r} (column {number})")
            name = f"{name} (column {number})"
        seen.add(name)
        names.append(name)
    if not names:
        raise InputError("There is only one column.", place=f"{path}, line {header.line}", remedy=EXAMPLE)
    return tuple(names)


def _same_width(path: Path, record: _Record, names: int) -> None:
    """Empty cells at the end of a line may be too many."""
    while len(record.cells) > names + 1 and not record.cells[-1].strip():
        record.cells.pop()
    if len(record.cells) != names + 1:
        raise InputError(
            f"{len(record.cells)} cells where the header has {names + 1}.",
            place=f"{path}, line {record.line}",
            remedy="Amounts with the separator in them, and names with it, stand in quotes.",
        )


def _amounts(path: Path, records: Sequence[_Record], mark: Mark) -> tuple[list[list[float]], set[int]]:
    """Amounts line by line, and which columns are words, by number from 0.

    A column of amounts in which one cell is none is a mistake, and told.
    """
    rows: list[list[float]] = []
    bad: dict[int, int] = {}
    for number, record in enumerate(records):
        plain = _plain(record, mark)
        if plain is None:
            found = [amount(cell, mark) for cell in record.cells[1:]]
            for at, value in enumerate(found):
                if value is None:
                    bad.setdefault(at, number)
            plain = [np.nan if value is None else value for value in found]
        rows.append(plain)
    for at, number in bad.items():
        if any(np.isfinite(row[at]) for row in rows):
            remedy = "Write amounts like 1234.56; leave a cell empty when the amount is unknown."
            cell = records[number].cells[at + 1].strip()
            raise _bad(path, records[number].line, at + 2, f"{cell!r} is not an amount", remedy)
    return rows, set(bad)


def _plain(record: _Record, mark: Mark) -> list[float] | None:
    """The amounts of a line that has nothing but numbers, quickly; None for any other line."""
    if mark == ",":
        return None
    try:
        amounts = [float(cell) for cell in record.cells[1:]]
    except ValueError:
        return None
    return None if any(map(math.isinf, amounts)) else amounts


def _row(path: Path, record: _Record, order: Order | None, amounts: list[float]) -> _Row:
    cell = record.cells[0].strip()
    found = spelled(cell, order)
    if found is not None:
        return _Row(record.line, found.day, found.timed, amounts)
    if order is None and spelled(cell, "day first"):
        raise _bad(path, record.line, 1, f"{cell!r} may begin with the day or the month", "Write days like 2026-01-31.")
    elsewhere = next((at for at, other in enumerate(record.cells[1:], 2) if _looks_like_a_day(other)), None)
    remedy = (
        "Write days like 2026-01-31."
        if elsewhere is None
        else f"Column {elsewhere} holds days: it has to be the first."
    )
    raise _bad(path, record.line, 1, f"{cell!r} is not a day", remedy)


def _looks_like_a_day(cell: str) -> bool:
    return not cell.strip().isdigit() and spelled(cell, "day first") is not None


def _once(rows: Sequence[_Row], cells: Sequence[str], notes: list[str]) -> list[_Row]:
    """Without lines that are written twice, day, time and amounts."""
    seen: dict[str, list[float]] = {}
    kept = []
    for row, cell in zip(rows, cells, strict=True):
        before = seen.setdefault(cell.strip(), row.amounts)
        if before is row.amounts or not np.array_equal(before, row.amounts, equal_nan=True):
            kept.append(row)
    if len(kept) < len(rows):
        notes.append(f"{len(rows) - len(kept)} lines are written twice and count once")
    return kept


def _refuse_twice(path: Path, rows: Sequence[_Row], words: Sequence[str]) -> None:
    """InputError for the first day that has several rows."""
    seen: dict[date, _Row] = {}
    for row in rows:
        before = seen.setdefault(row.day, row)
        if before is row:
            continue
        if words:
            what = f"{row.day} has several rows and {words[0]!r} is a column of words: a long table"
            remedy = "Every series needs a column of its own."
        elif row.timed or before.timed:
            what = f"{row.day} has several rows with times within the day, such as hours"
            remedy = "One row is one day: --same-day sum adds the rows of a day up (or mean, last)."
        else:
            what = f"{row.day} appears twice (first in line {before.line})"
            remedy = "--same-day sum adds the rows of a day up (or mean, last)."
        raise _bad(path, row.line, 1, what, remedy)


def _by_day(rows: Sequence[_Row], same_day: SameDay, notes: list[str]) -> dict[date, np.ndarray]:
    """The amounts of each day; days that have fewer parts than others are unknown."""
    parts: dict[date, list[_Row]] = {}
    for row in rows:
        parts.setdefault(row.day, []).append(row)
    if len(parts) == len(rows):
        return {row.day: np.array(row.amounts) for row in rows}
    usual = float(np.median([len(found) for found in parts.values()]))
    out = {}
    brief = 0
    for day, found in parts.items():
        amounts = np.array([row.amounts for row in found])
        known = np.isfinite(amounts)
        if same_day == "last":
            newest = len(amounts) - 1 - known[::-1].argmax(0)
            out[day] = amounts[newest, np.arange(amounts.shape[1])]
            continue
        total = np.where(known, amounts, 0).sum(0) / (known.sum(0).clip(1) if same_day == "mean" else 1)
        enough = known.sum(0) >= (max(WHOLE_DAY * usual, 1) if any(row.timed for row in found) else 1)
        brief += not enough.any()
        out[day] = np.where(enough, total, np.nan)
    notes.append(f"{len(rows)} rows are {len(parts)} days (--same-day {same_day})")
    if brief:
        notes.append(f"{brief} days have fewer rows than the others and are taken as unknown")
    return out


def _wide(path: Path, names: tuple[str, ...], days: dict[date, np.ndarray], notes: list[str]) -> Wide:
    """Every day from the first to the last."""
    order = sorted(days)
    first, last = order[0], order[-1]
    span = (last - first).days + 1
    if span > MOST_DAYS:
        raise InputError(
            f"From {first} to {last} are {span:,} days.", place=str(path), remedy="Is one of the years a misprint?"
        )
    steps = [(later - day).days for day, later in pairwise(order)]
    if len(steps) > 1 and (step := float(np.median(steps))) > MOST_STEP:
        raise InputError(
            f"The rows are {step:g} days apart.",
            place=str(path),
            remedy="One row is one day; weeks and months are not read.",
        )
    if missing := span - len(order):
        notes.append(f"{missing} days between the first and the last are missing and taken as unknown")
    values = np.full((len(names), span), np.nan)
    for day, amounts in days.items():
        values[:, (day - first).days] = amounts
    return Wide(first, names, values, tuple(notes))


def _without(wide: Wide, path: Path, words: set[int], blank: set[int]) -> Wide:
    """Without columns of words, and columns that have neither a name nor an amount."""
    empty = {at for at in blank if not np.isfinite(wide.values[at]).any()}
    if not words | empty:
        return wide
    kept = [at for at in range(len(wide.names)) if at not in words | empty]
    if not kept:
        raise InputError("No column holds amounts.", place=str(path), remedy=EXAMPLE)
    left_out = [wide.names[at] for at in sorted(words - empty)]
    notes = [*wide.notes, *([f"not amounts, and left out: {', '.join(left_out)}"] if left_out else [])]
    return Wide(wide.first_day, tuple(wide.names[at] for at in kept), wide.values[kept], tuple(notes))


def _bad(path: Path, line: int, column: int, what: str, remedy: str) -> InputError:
    return InputError(f"{what[0].upper()}{what[1:]}.", place=f"{path}, line {line}, column {column}", remedy=remedy)
