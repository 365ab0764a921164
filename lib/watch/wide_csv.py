"""Any daily series from a CSV file: first column the day, every other column a series."""

import csv
import gzip
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lib.errors import InputError

UNKNOWN = frozenset(("", "nan", "null", "none", "na", "n/a", "-"))
"""What a cell says when nobody knows the amount; such a day is unknown, not zero."""
SEPARATORS = (",", ";", "\t")
MOST_DAYS = 20_000
EXAMPLE = "The first column holds days (2026-01-31), each other column the amounts of one series."


@dataclass(frozen=True)
class Wide:
    """Series of equal days."""

    first_day: date
    names: tuple[str, ...]
    values: np.ndarray
    """`(series, days)`, NaN where unknown."""

    @property
    def last_day(self) -> date:
        """The newest day."""
        return self.day(self.values.shape[1] - 1)

    def day(self, number: int) -> date:
        """The date of a column; numbers beyond the last are days to come."""
        return self.first_day + timedelta(days=number)

    def without_last(self, days: int) -> "Wide":
        """Without the newest days, which are not complete yet."""
        return Wide(self.first_day, self.names, self.values[:, : self.values.shape[1] - days]) if days else self


def read_wide(path: Path) -> Wide:
    """Read a wide CSV file (UTF-8; `.gz` too; `,`, `;` or tab). Days in any order; days that are missing are unknown.

    InputError names file, line and column of the first thing that cannot be read.
    """
    text = _text(path)
    if not text.strip():
        raise InputError("The file is empty.", place=str(path), remedy=EXAMPLE)
    head = text.lstrip("\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names: tuple[str, ...] | None = None
    rows: dict[date, list[float]] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = _names(path, reader.line_num, cells)
            continue
        day = _day(path, reader.line_num, cells[0])
        if day in rows:
            raise _bad(path, reader.line_num, 1, f"{day} appears twice", "Add the rows of one day up.")
        if len(cells) != len(names) + 1:
            raise InputError(
                f"{len(cells)} cells where the header has {len(names) + 1}.",
                place=f"{path}, line {reader.line_num}",
                remedy="Amounts use a point and no thousands separator; names with the separator stand in quotes.",
            )
        rows[day] = [_amount(path, reader.line_num, number, cell) for number, cell in enumerate(cells[1:], 2)]
    if names is None or not rows:
        raise InputError("The file has a header and no days.", place=str(path), remedy=EXAMPLE)
    return _wide(path, names, rows)


def _wide(path: Path, names: tuple[str, ...], rows: dict[date, list[float]]) -> Wide:
    first, last = min(rows), max(rows)
    days = (last - first).days + 1
    if days > MOST_DAYS:
        raise InputError(
            f"From {first} to {last} are {days:,} days.", place=str(path), remedy="Is one of the years a misprint?"
        )
    values = np.full((len(names), days), np.nan)
    for day, amounts in rows.items():
        values[:, (day - first).days] = amounts
    return Wide(first, names, values)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(b"\x1f\x8b"):
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError as error:
        raise InputError("There is no such file.", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("The file is not UTF-8 text.", place=str(path), remedy="Save it as CSV UTF-8.") from error
    except (OSError, EOFError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=str(path)) from error


def _names(path: Path, line: int, cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells[1:])
    if not names:
        raise InputError("There is only one column.", place=f"{path}, line {line}", remedy=EXAMPLE)
    for number, name in enumerate(names, 2):
        if not name:
            raise _bad(path, line, number, "the column has no name", "Every series needs a name in the header.")
        if name in names[: number - 2]:
            raise _bad(path, line, number, f"a second column {name!r}", "Names of series must differ.")
    return names


def _day(path: Path, line: int, cell: str) -> date:
    text = cell.strip()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise _bad(path, line, 1, f"{text!r} is not a day", "Write days like 2026-01-31.") from error
    rest = text[10:].strip("T ").rstrip("Z").removesuffix("+00:00")
    if rest.strip("0:."):
        raise _bad(path, line, 1, f"{text!r} is a time within a day", "One row is one day; add hours up first.")
    return day


def _amount(path: Path, line: int, column: int, cell: str) -> float:
    text = cell.strip()
    if text.lower() in UNKNOWN:
        return np.nan
    try:
        amount = float(text)
    except ValueError as error:
        remedy = "Write amounts like 1234.56; leave a cell empty when the amount is unknown."
        raise _bad(path, line, column, f"{text!r} is not an amount", remedy) from error
    if not np.isfinite(amount):
        raise _bad(path, line, column, f"{text!r} is not an amount", "Amounts are finite.")
    return amount


def _bad(path: Path, line: int, column: int, what: str, remedy: str) -> InputError:
    return InputError(f"{what[0].upper()}{what[1:]}.", place=f"{path}, line {line}, column {column}", remedy=remedy)
