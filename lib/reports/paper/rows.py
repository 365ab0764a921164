"""The words and measures of a table's lines, worked out once for all its pages."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from lib.reports.cells import cell
from lib.reports.content import ColumnSpec, Table
from lib.reports.paper.columns import WRAPPING, Layout, face_of, lay_out, words_of
from lib.reports.paper.text import fitted

LEADING = 1.3
ID_SIZE = 0.92
"""The mono face runs wider; ids are set a little smaller."""


class Line(NamedTuple):
    """One row of a table on paper."""

    cells: tuple[Any, ...]
    """For each column its lines of text, or the numbers of a sparkline."""
    height: float
    """In points."""
    marked: bool


@dataclass(frozen=True)
class Body:
    """What all the pieces of one table share."""

    layout: Layout
    lines: tuple[Line, ...]
    total: tuple[str, ...] | None
    empty: str

    @property
    def head_height(self) -> float:
        """Height of the repeated head."""
        most = max((len(lines) for lines in self.layout.heads), default=1)
        return most * self.layout.size * 1.2 + self.layout.size * 0.9

    @property
    def total_height(self) -> float:
        """Height of the closing line, 0 without one."""
        return self.layout.size * 2.1 if self.total else 0.0


def prepared(table: Table, currency: str, room: float) -> Body:
    """The table's body for a page `room` points wide."""
    columns = table.columns
    words = {column.name: words_of(table.frame[column.name].tolist(), column, currency) for column in columns}
    total = _total(table, currency)
    layout = lay_out(columns, words, total or {}, room)
    cells = [_fit(column, words[column.name], layout, index) for index, column in enumerate(columns)]
    marks = table.frame[table.marked].tolist() if table.marked else [False] * len(table.frame)
    rows = zip(zip(*cells, strict=True), marks, strict=True)
    lines = tuple(Line(row, _height(row, layout), bool(marked)) for row, marked in rows)
    closing = tuple(total.get(column.name, "") for column in columns) if total else None
    return Body(layout, lines, closing, table.empty)


def _total(table: Table, currency: str) -> dict[str, str] | None:
    """Words of the closing line; the first column without a figure names it."""
    if table.total is None or table.frame.empty:
        return None
    columns = {column.name: column for column in table.columns}
    words = {name: cell(value, columns[name], currency) for name, value in table.total.items() if name in columns}
    free = next((column.name for column in table.columns if column.name not in words), "")
    return {**words, free: table.total_label} if free else words


def _fit(column: ColumnSpec, words: list[Any], layout: Layout, index: int) -> list[Any]:
    if column.kind == "trend":
        return words
    if column.kind not in WRAPPING:
        return [(word,) for word in words]
    size = layout.size * (ID_SIZE if column.kind == "id" else 1)
    room = layout.widths[index] - 2 * layout.pad - (layout.size if column.kind == "state" else 0)
    known = {word: tuple(fitted(word, room, size, face_of(column))) for word in {*words}}
    return [known[word] for word in words]


def _height(cells: tuple[Any, ...], layout: Layout) -> float:
    texts = (lines for column, lines in zip(layout.columns, cells, strict=True) if column.kind != "trend")
    return max((len(lines) for lines in texts), default=1) * layout.size * LEADING + layout.size * 0.75
