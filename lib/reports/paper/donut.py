"""Parts of a whole: a ring with the total in the middle, and every part with its amount and share beside it."""

from decimal import Decimal

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from lib.reports.cells import exact_sum
from lib.reports.content import Chart
from lib.reports.paper import draw, theme
from lib.reports.paper.area import OTHER, Area, colours, named, written
from lib.reports.paper.axes import short
from lib.reports.paper.fonts import width
from lib.reports.paper.text import fitted, shortened
from lib.spend import formatting

MOST = 6
LINE = 15.0
HOLE = 0.64


def draw_donut(chart: Chart, area: Area) -> None:
    """At most six slices and "Other"; parts below zero are listed, not drawn."""
    slices = _slices(chart)
    tones = colours([name for name, _ in slices], chart.colours)
    total = sum((part for _, part in slices), Decimal(0))
    outer = min(area.height - 8, 108.0) / 2
    x, y = area.x + outer + 2, area.top - outer - 4
    _draw_ring(area.canvas, x, y, outer, [(max(part, Decimal(0)), tones[name]) for name, part in slices])
    _draw_middle(chart, area, total if chart.total is None else chart.total, x, y, room=outer * HOLE * 1.6)
    _draw_list(chart, area, slices, tones, total, left=x + outer + 16)


def _draw_middle(chart: Chart, area: Area, total: Decimal | float, x: float, y: float, *, room: float) -> None:
    """The whole, and what it is, inside the hole."""
    amount = short(float(total), chart.format, area.currency)
    lines = fitted(chart.caption, room, theme.TINY, "regular", 2)
    y += 3 * (len(lines) - 1)
    draw.text(area.canvas, x, y - 2, amount, 12, face="bold", anchor="middle")
    for at, line in enumerate(lines):
        draw.text(area.canvas, x, y - 12 - 8 * at, line, theme.TINY, colour=theme.MUTED, anchor="middle")


def _slices(chart: Chart) -> list[tuple[str, Decimal]]:
    """Name and exact amount, the largest first; from the seventh on they are one."""
    frame = chart.frame.assign(_name=named(chart.frame[chart.x]))
    sums = {str(name): exact_sum(part[chart.y]) for name, part in frame.groupby("_name", sort=False)}
    ranked = sorted(sums.items(), key=lambda pair: (pair[0] == OTHER, -pair[1]))
    if len(ranked) <= MOST + 1:
        return ranked
    return [*ranked[:MOST], (OTHER, sum((part for _, part in ranked[MOST:]), Decimal(0)))]


def _draw_ring(canvas: Canvas, x: float, y: float, outer: float, parts: list[tuple[Decimal, Color]]) -> None:
    whole = float(sum(part for part, _ in parts))
    canvas.setStrokeColor(theme.WHITE)
    canvas.setLineWidth(1)
    if whole <= 0:
        canvas.setFillColor(theme.BAND)
        canvas.circle(x, y, outer, stroke=0, fill=1)
    start = 90.0
    for part, colour in parts:
        angle = 360 * float(part) / whole if whole > 0 else 0
        canvas.setFillColor(colour)
        if angle >= 359.99:
            canvas.circle(x, y, outer, stroke=0, fill=1)
        elif angle > 0:
            canvas.wedge(x - outer, y - outer, x + outer, y + outer, start, -angle, stroke=int(angle > 3), fill=1)
        start -= angle
    canvas.setFillColor(theme.WHITE)
    canvas.circle(x, y, outer * HOLE, stroke=0, fill=1)


def _draw_list(
    chart: Chart,
    area: Area,
    slices: list[tuple[str, Decimal]],
    tones: dict[str, Color],
    total: Decimal,
    *,
    left: float,
) -> None:
    canvas, size = area.canvas, theme.SMALL
    amounts = [written(part, chart, area.currency) for _, part in slices]
    shares = [formatting.percent(part / total) if total > 0 else "" for _, part in slices]
    room = max(width(words, size) for words in amounts)
    names = max(width(name, size) for name, _ in slices)
    edge = min(area.right, left + 11 + names + 24 + room + 46)
    y = area.top - 4 - max(0.0, (min(area.height - 8, 108.0) - LINE * len(slices)) / 2)
    for (name, _), amount, share in zip(slices, amounts, shares, strict=True):
        y -= LINE
        draw.box(canvas, left, y + 3.4, 6.5, 6.5, tones[name], 1.2)
        draw.text(canvas, left + 11, y + 4, shortened(name, edge - 46 - room - left - 11, size), size)
        draw.text(canvas, edge - 38, y + 4, amount, size, anchor="right")
        draw.text(canvas, edge, y + 4, share, size, colour=theme.MUTED, anchor="right")
