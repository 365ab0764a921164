"""How wide the columns of a table are: figures never break, names share what is left, and the type shrinks to fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.reports.cells import cell
from lib.reports.content import ColumnSpec
from lib.reports.paper.fonts import Face, width
from lib.reports.paper.text import wrapped

SIZES = (8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
LEAST_COMFORT = 7.0
"""The smallest size that is chosen only to keep names on one line."""
PAD = 0.55
"""Blank on both sides of a cell, in type sizes."""
SLACK = 0.02
"""Blank that keeps a word whose column is just as wide from being broken by a rounding, in type sizes."""
LEAST_NAME = 9.0
"""The least width of a column of names, in type sizes."""
TREND = 7.0
WRAPPING = frozenset({"text", "id", "state"})


@dataclass(frozen=True)
class Layout:
    """Widths in points, and the type size they were made for."""

    columns: tuple[ColumnSpec, ...]
    widths: tuple[float, ...]
    size: float
    heads: tuple[tuple[str, ...], ...]
    """The lines of each column's head."""

    @property
    def pad(self) -> float:
        """Blank on each side of a cell."""
        return PAD * self.size

    @property
    def lefts(self) -> tuple[float, ...]:
        """Where each column begins."""
        return tuple(sum(self.widths[:index]) for index in range(len(self.widths)))


def face_of(column: ColumnSpec) -> Face:
    """Ids are set in the mono face."""
    return "mono" if column.kind == "id" else "regular"


def words_of(values: Sequence[Any], column: ColumnSpec, currency: str) -> list[Any]:
    """What the cells of a column say; a sparkline keeps its numbers."""
    if column.kind == "trend":
        return list(values)
    return [cell(value, column, currency) for value in values]


@dataclass(frozen=True)
class Wish:
    """What a column would like, in type sizes, blanks included."""

    most: float
    """Its widest cell, or the longest word of its head."""
    usual: float
    """Nine of ten cells are no wider."""


def lay_out(
    columns: tuple[ColumnSpec, ...], words: Mapping[str, Sequence[Any]], total: Mapping[str, str], room: float
) -> Layout:
    """The largest type size at which the table fits into `room` points; a little smaller if names then stay whole."""
    pairs = [(column, _wish(column, words[column.name], total.get(column.name, ""))) for column in columns]
    for size, whole in [(size, True) for size in SIZES if size >= LEAST_COMFORT] + [(size, False) for size in SIZES]:
        widths = _share(pairs, size, room, whole=whole)
        if widths is not None:
            return _layout(columns, widths, size)
    least = [LEAST_NAME if column.kind in WRAPPING else wish.most for column, wish in pairs]
    return _layout(columns, [room * part / sum(least) for part in least], room / sum(least))


def _wish(column: ColumnSpec, words: Sequence[Any], total: str) -> Wish:
    """Measured at size 1; a head may break between words."""
    head = max(width(word, 1, "bold") for word in (*column.head.split(), "")) + 2 * PAD
    if column.kind == "trend":
        return Wish(max(TREND, head), max(TREND, head))
    known = {word: width(word, 1, face_of(column)) for word in {*words}}
    widths = sorted(known[word] for word in words) or [0.0]
    dot = (1.0 if column.kind == "state" else 0.0) + SLACK
    least = max(head, width(total, 1, "bold") + 2 * PAD)
    usual = max(least, widths[int(0.9 * (len(widths) - 1))] + dot + 2 * PAD)
    return Wish(max(usual, widths[-1] + dot + 2 * PAD), usual)


def _share(pairs: list[tuple[ColumnSpec, Wish]], size: float, room: float, *, whole: bool) -> list[float] | None:
    """Widths in points that fill `room`; None when it is too narrow at this size (`whole`: for most names uncut)."""
    fixed = sum(wish.most * size for column, wish in pairs if column.kind not in WRAPPING)
    names = [(wish, column.width or 1.0) for column, wish in pairs if column.kind in WRAPPING]
    least = [(wish.usual if whole else min(wish.most, LEAST_NAME * weight)) * size for wish, weight in names]
    free = room - fixed - sum(least)
    if free < 0:
        return None
    more = _fill([(wish.most * size - part, weight) for (wish, weight), part in zip(names, least, strict=True)], free)
    spare = (free - sum(more)) / len(pairs)
    given = iter([part + extra for part, extra in zip(least, more, strict=True)])
    return [(next(given) if column.kind in WRAPPING else wish.most * size) + spare for column, wish in pairs]


def _fill(names: list[tuple[float, float]], free: float) -> list[float]:
    """Short wishes in full; the longer ones share the rest by their weights."""
    given = [0.0] * len(names)
    waiting = sorted(range(len(names)), key=lambda index: names[index][0] / names[index][1])
    while waiting:
        part = free / sum(names[index][1] for index in waiting)
        index = waiting.pop(0)
        given[index] = min(names[index][0], part * names[index][1])
        free -= given[index]
    return given


def _layout(columns: tuple[ColumnSpec, ...], widths: list[float], size: float) -> Layout:
    heads = tuple(
        tuple(wrapped(column.head, room - 2 * PAD * size, size * 0.95, "bold"))
        for column, room in zip(columns, widths, strict=True)
    )
    return Layout(columns, tuple(widths), size, heads)
