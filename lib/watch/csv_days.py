"""Days as the first column of a CSV file spells them: ISO, with slashes or dots, with a month's name, with or without a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["day first", "month first"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d{4})(\d{2})(\d{2})(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?[ -]?([A-Za-z]{3,9})\.?[ -]?,?[ -]?(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?!\d)")
_TIME = re.compile(
    r"[T ,]*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?([AaPp][Mm])? ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
_ZONE = re.compile(r"Z|UTC|GMT|")


@dataclass(frozen=True)
class Spelled:
    """What a cell says: a day, and whether a time other than midnight stands beside it."""

    day: date
    timed: bool


def order_of(cells: Sequence[str]) -> Order | None:
    """Whether days written as numbers with slashes begin with the day or the month; None when nobody can tell.

    A number above twelve decides; else the order under which the days lie closer together, because rows are days.
    """
    written = [found for cell in cells if (found := _NUMBERS.match(_bare(cell)))]
    slashed = [found for found in written if found[2] != "."]
    if not slashed:
        return "day first"
    pairs = [(int(found[1]), int(found[3]), _year(found[4])) for found in slashed]
    day_first, month_first = any(one > 12 for one, _, _ in pairs), any(two > 12 for _, two, _ in pairs)
    if day_first != month_first:
        return "day first" if day_first else "month first"
    if day_first:
        return None
    spans = {
        "day first": _span([(year, two, one) for one, two, year in pairs]),
        "month first": _span([(year, one, two) for one, two, year in pairs]),
    }
    if spans["day first"] == spans["month first"]:
        return None if len(set(pairs)) > 1 or pairs[0][0] != pairs[0][1] else "day first"
    return "day first" if spans["day first"] < spans["month first"] else "month first"


def spelled(cell: str, order: Order | None) -> Spelled | None:
    """The day of a cell; None when it is none, or when its order is not known."""
    text = _bare(cell)
    if found := _YEAR_FIRST.match(text):
        parts = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
        year, month, day = (int(part) for part in parts)
    elif found := _NUMBERS.match(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        if found[2] != "." and order is None:
            return None
        day, month = (second, first) if found[2] != "." and order == "month first" else (first, second)
    elif found := _DAY_MONTH.match(text):
        day, month, year = int(found[1]), _month(found[2]), _year(found[3])
    elif found := _MONTH_DAY.match(text):
        month, day, year = _month(found[1]), int(found[2]), _year(found[3])
    else:
        return None
    timed = _timed(text[found.end() :])
    try:
        return None if timed is None else Spelled(date(year, month, day), timed)
    except ValueError:
        return None


def _bare(cell: str) -> str:
    return _WEEKDAY.sub("", cell.strip())


def _timed(rest: str) -> bool | None:
    """Is a time other than midnight written? None for anything that is no time."""
    rest = rest.strip()
    if _ZONE.fullmatch(rest):
        return False
    found = _TIME.fullmatch(rest)
    if not found or int(found[1]) > 24:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    midnight = hour == 12 if half == "am" else hour == 0 and half != "pm"
    return not (midnight and not int(found[2]) and not int(found[3] or 0))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 70 else 1900)


def _month(name: str) -> int:
    """1 … 12; 0 for what is no month in English."""
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _span(days: Sequence[tuple[int, int, int]]) -> int:
    numbers = [year * 372 + month * 31 + day for year, month, day in days]
    return max(numbers) - min(numbers)
