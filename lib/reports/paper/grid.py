"""A long table on paper: the head repeats on every page, lines have a zebra, the total closes it.

reportlab's own table keeps a style per cell and copies itself at each page break; this one slices a list of prepared
lines, so that thousands of rows take seconds.
"""

from typing import Any

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Flowable

from lib.reports.content import NUMERIC, ColumnSpec
from lib.reports.paper import draw, theme
from lib.reports.paper.columns import Layout, face_of
from lib.reports.paper.rows import ID_SIZE, LEADING, Body, Line
from lib.spend import palette
from lib.spend.formatting import NONE, UNPRICED

LEAST_ROWS = 3
"""A table does not begin, nor go on, with fewer rows on a page."""
EMPTY_ROW = 3.2
STATES = {
    "Succeeded": palette.STATUS["OK"],
    "Failed": palette.STATUS["CRITICAL"],
    "Error": palette.STATUS["CRITICAL"],
    "Timed out": palette.STATUS["CRITICAL"],
    "OK": palette.STATUS["OK"],
    "Warning": palette.STATUS["WARN"],
    "Critical": palette.STATUS["CRITICAL"],
    "High": palette.STATUS["WARN"],
    "Running": palette.STATUS["OK"],
}
"""Words of a state → the colour of its dot; every other one is slate."""


class Grid(Flowable):  # type: ignore[misc]
    """Rows `start` to `end` of a table."""

    def __init__(self, body: Body, start: int = 0, end: int | None = None) -> None:
        super().__init__()
        self.body = body
        self.start = start
        self.end = len(body.lines) if end is None else end
        self.width = sum(body.layout.widths)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows of this piece."""
        return self.body.lines[self.start : self.end]

    @property
    def is_last(self) -> bool:
        """Whether the total belongs to this piece."""
        return self.end == len(self.body.lines)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Width and height of the piece."""
        rows = sum(line.height for line in self.lines) if self.lines else EMPTY_ROW * self.body.layout.size
        self.height = self.body.head_height + rows + (self.body.total_height if self.is_last else 0)
        return self.width, self.height

    def split(self, width: float, height: float) -> list["Grid"]:
        """As many rows as fit, and the rest, which keeps a row for the total; nothing when too few fit."""
        room = height - self.body.head_height
        fit = 0
        for line in self.lines:
            room -= line.height
            if room < 0:
                break
            fit += 1
        most = self.end - self.start - 1
        fit = min(fit, most)
        if fit < min(LEAST_ROWS, most) or fit < 1:
            return []
        middle = self.start + fit
        pieces = [Grid(self.body, self.start, middle), Grid(self.body, middle, self.end)]
        pieces[1].spaceAfter = self.getSpaceAfter()
        return pieces

    def draw(self) -> None:
        """Bands and rules first, then all words in one text object."""
        canvas: Canvas = self.canv
        body, layout, y = self.body, self.body.layout, self.height
        pen = canvas.beginText()
        y = _draw_head(canvas, pen, body, self.width, y)
        for index, line in enumerate(self.lines, self.start):
            _draw_band(canvas, line, index, y, self.width)
            _draw_line(canvas, pen, line, layout, y)
            y -= line.height
        if not self.lines:
            y -= EMPTY_ROW * layout.size
            draw.put(pen, layout.pad, y + layout.size * 1.2, body.empty, theme.BODY, colour=theme.MUTED)
        if self.is_last and body.total:
            _draw_total(canvas, pen, layout, body.total, self.width, y)
        else:
            draw.rule(canvas, 0, y, self.width, theme.RULE)
        canvas.setLineWidth(draw.OUTLINE * layout.size)
        canvas.drawText(pen)


def _anchored(layout: Layout, index: int) -> tuple[float, draw.Anchor]:
    left = layout.lefts[index]
    if layout.columns[index].side == "right":
        return left + layout.widths[index] - layout.pad, "right"
    return left + layout.pad, "left"


def _draw_head(canvas: Canvas, pen: PDFTextObject, body: Body, width: float, top: float) -> float:
    layout, height = body.layout, body.head_height
    draw.box(canvas, 0, top - height, width, height, theme.BAND)
    draw.rule(canvas, 0, top - height, width, theme.FAINT, 0.6)
    for index, lines in enumerate(layout.heads):
        x, anchor = _anchored(layout, index)
        y = top - height + layout.size * 0.62 + (len(lines) - 1) * layout.size * 1.2
        for line in lines:
            draw.put(pen, x, y, line, layout.size * 0.95, face="bold", colour=theme.MUTED, anchor=anchor)
            y -= layout.size * 1.2
    return top - height


def _draw_band(canvas: Canvas, line: Line, index: int, top: float, width: float) -> None:
    """Every second line has a band; a marked one its own and an edge."""
    if line.marked:
        draw.box(canvas, 0, top - line.height, width, line.height, theme.tint(theme.WARNING_BAND, 0.55))
        draw.box(canvas, 0, top - line.height, 1.6, line.height, theme.MARK)
    elif index % 2:
        draw.box(canvas, 0, top - line.height, width, line.height, theme.ZEBRA)


def _draw_line(canvas: Canvas, pen: PDFTextObject, line: Line, layout: Layout, top: float) -> None:
    for index, (column, content) in enumerate(zip(layout.columns, line.cells, strict=True)):
        x, anchor = _anchored(layout, index)
        y = top - layout.size * 1.32
        if column.kind == "trend":
            room = layout.widths[index] - 2 * layout.pad
            _draw_trend(canvas, content, x, top - layout.size * 2.05, room, layout.size * 2.05)
            continue
        if column.kind == "state":
            canvas.setFillColor(theme.hexed(STATES.get(content[0], palette.SLATE)))
            canvas.circle(x + layout.size * 0.3, y + layout.size * 0.34, layout.size * 0.28, stroke=0, fill=1)
            x += layout.size
        size = layout.size * (ID_SIZE if column.kind == "id" else 1)
        for part in content:
            draw.put(pen, x, y, part, size, face=face_of(column), colour=_colour(part, column), anchor=anchor)
            y -= layout.size * LEADING


def _colour(words: str, column: ColumnSpec) -> Color:
    """What is missing recedes."""
    missing = words in (NONE, column.missing) or (column.kind in NUMERIC and words.startswith(UNPRICED))
    return theme.FAINT if missing else theme.INK


def _draw_total(
    canvas: Canvas, pen: PDFTextObject, layout: Layout, total: tuple[str, ...], width: float, top: float
) -> None:
    draw.rule(canvas, 0, top, width, theme.INK, 0.8)
    for index, words in enumerate(total):
        x, anchor = _anchored(layout, index)
        draw.put(pen, x, top - layout.size * 1.4, words, layout.size, face="bold", anchor=anchor)


def _draw_trend(canvas: Canvas, values: Any, x: float, y: float, w: float, h: float) -> None:
    """A small line through the numbers, from its lowest to its highest; equal ones run along the middle."""
    points = [float(value) for value in values] if values is not None else []
    if len(points) < 2:
        return
    low, high = min(points), max(points)
    low, span = (low, high - low) if high > low else (low - 0.5, 1.0)
    path = canvas.beginPath()
    for index, value in enumerate(points):
        across, up = x + w * index / (len(points) - 1), y + h * (0.22 + 0.56 * (value - low) / span)
        (path.lineTo if index else path.moveTo)(across, up)
    canvas.setStrokeColor(theme.hexed(palette.BLUE))
    canvas.setLineWidth(0.8)
    canvas.drawPath(path, stroke=1, fill=0)
