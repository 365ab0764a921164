"""Tables as wide as the terminal: figures and ids are never cut, names give way, a row may take several lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

GAP = "  "
NAME, SENTENCE = 16, 40
"""Columns that a name and a sentence keep at least."""
RULES = Console(width=80)
"""What rich wraps text by; nothing is printed on it."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True)
class Column:
    """What stands below each other; `kind` is `>` for figures, `#` for ids, `~` for sentences, nothing for names."""

    head: str
    kind: str
    cells: Sequence[str]

    def width(self, cap: int) -> int:
        """Its columns on screen when names and sentences may take `cap`, or what they need at least."""
        widest = max(map(cell_len, self.cells))
        least = {"": NAME, "~": SENTENCE}.get(self.kind)
        return widest if least is None else min(widest, max(cap, least))

    def lines(self, row: int, width: int) -> list[str]:
        """What a row shows of it: sentences on as many lines as they need, all else on one."""
        cell = self.cells[row]
        if self.kind == "~":
            return [set_cell_size(line.plain, width) for line in Text(cell).wrap(RULES, width)]
        if cell_len(cell) > width:
            return [set_cell_size(cell, width - 1) + "…"]
        space = " " * (width - cell_len(cell))
        return [space + cell if self.kind == ">" else cell + space]


def columns(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """The columns of a table; a head begins with its kind. Names are text: what a terminal would obey is left out."""
    named = [(head[1:], head[0]) if head[:1] in (">", "#", "~") else (head, "") for head in heads]
    cells = [[name for name, _ in named], *([CONTROL.sub(" ", cell) for cell in row] for row in rows)]
    return [Column(*of, cells=[row[number] for row in cells]) for number, of in enumerate(named)]


def folded(table: Sequence[Column], room: int) -> list[list[tuple[Column, int]]]:
    """The lines a row takes, each its columns with widths: as few as can be, and names as wide as those allow."""
    fewest = len(_packed(table, room, NAME))
    return next(lines for cap in range(room, 0, -1) if len(lines := _packed(table, room, cap)) <= fewest)


def _packed(table: Sequence[Column], room: int, cap: int) -> list[list[tuple[Column, int]]]:
    lines: list[list[tuple[Column, int]]] = [[]]
    left = room
    for column in table:
        width = column.width(cap)
        if lines[-1] and width > left:
            lines.append([])
            left = room - len(GAP)
            width = column.width(min(cap, left))
        lines[-1].append((column, width))
        left -= width + len(GAP)
    return lines


def drawn(lines: Sequence[Sequence[tuple[Column, int]]], row: int) -> list[str]:
    """A row of the table, 0 is its head; lines after the first are set in."""
    found: list[str] = []
    for number, line in enumerate(lines):
        blank = [" " * width for _, width in line]
        for parts in zip_longest(*(column.lines(row, width) for column, width in line)):
            cells = [part if part is not None else space for part, space in zip(parts, blank, strict=True)]
            found.append((GAP * (number > 0) + GAP.join(cells)).rstrip())
    return [found[0], *filter(None, found[1:])]
