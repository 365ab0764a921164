"""A ranking as horizontal bars: name, bar, exact value at its end."""

from lib.reports.content import Chart
from lib.reports.paper import draw, theme
from lib.reports.paper.area import Area, named, numbers, written
from lib.reports.paper.fonts import width
from lib.reports.paper.text import shortened
from lib.spend import palette

ROW = 13.5
MOST = 12


def bars_height(chart: Chart) -> float:
    """Height for its rows."""
    return min(len(chart.frame), MOST) * ROW + 10


def draw_bars(chart: Chart, area: Area) -> None:
    """The first twelve rows in the frame's order; amounts below zero reach to the left."""
    rows = chart.frame.head(MOST)
    names = [shortened(name, area.width * 0.36, theme.SMALL) for name in named(rows[chart.x])]
    values = numbers(rows[chart.y])
    words = [written(value, chart, area.currency) for value in rows[chart.y]]
    left = area.x + max(width(name, theme.SMALL) for name in names) + 8
    right = area.right - max(width(word, theme.SMALL) for word in words) - 6
    low, high = min(0.0, *values), max(0.0, *values)
    zero = left + (right - left) * -low / ((high - low) or 1)
    for index, (name, value, word) in enumerate(zip(names, values, words, strict=True)):
        y = area.top - ROW * (index + 1) - 2
        end = zero + (right - left) * value / ((high - low) or 1)
        colour = theme.hexed(chart.colours.get(str(rows[chart.x].iloc[index]), palette.BLUE))
        draw.text(area.canvas, area.x, y + 3.6, name, theme.SMALL)
        draw.box(area.canvas, min(zero, end), y + 2.2, abs(end - zero), ROW - 5.5, colour)
        draw.text(area.canvas, max(zero, end) + 5, y + 3.6, word, theme.SMALL, colour=theme.MUTED)
    area.canvas.setStrokeColor(theme.FAINT)
    area.canvas.setLineWidth(0.5)
    area.canvas.line(zero, area.top - ROW * len(names) - 2, zero, area.top)
