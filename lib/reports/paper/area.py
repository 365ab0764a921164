"""Where a chart draws, and what all charts share: colours by name and the legend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from lib.reports.cells import cell
from lib.reports.content import Chart, ColumnSpec
from lib.reports.paper import draw, theme
from lib.reports.paper.fonts import width
from lib.reports.paper.text import shortened
from lib.spend import formatting, palette

OTHER = "Other"


@dataclass(frozen=True)
class Area:
    """A rectangle of a page, in points from its lower left corner."""

    canvas: Canvas
    x: float
    y: float
    width: float
    height: float
    currency: str

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y + self.height


def numbers(values: pd.Series) -> list[float]:
    """Heights and lengths for drawing; what is missing has none."""
    return [0.0 if formatting.missing(value) else float(value) for value in values]


def written(value: Any, chart: Chart, currency: str) -> str:
    """A value of the chart as a table writes it."""
    return cell(value, ColumnSpec(chart.y, "", chart.format), currency)


def named(values: pd.Series) -> list[str]:
    """Names of series, bars or slices; what has none says so."""
    return ["no name" if formatting.missing(value) or value == "" else str(value) for value in values]


def colours(names: Sequence[str], own: Mapping[str, str]) -> dict[str, Color]:
    """Each name's own colour, else one from the palette in order."""
    given = palette.series([name for name in names if name not in own], other=OTHER)
    return {name: theme.hexed(own.get(name) or given[name]) for name in names}


def draw_legend(area: Area, entries: Sequence[tuple[str, Color, str]], *, dashed: str = "") -> float:
    """Swatch, name and value of each entry in lines from the top, a dashed line last; returns the height used."""
    canvas, size = area.canvas, theme.SMALL
    x, y = area.x, area.top - size
    for name, colour, value in entries:
        label = shortened(name, 130, size)
        needed = 11 + width(label, size) + (width(value, size, "bold") + 4 if value else 0)
        if x + needed > area.right and x > area.x:
            x, y = area.x, y - size * 1.6
        draw.box(canvas, x, y - 0.6, 6.5, 6.5, colour, 1.2)
        draw.text(canvas, x + 10, y, label, size, colour=theme.MUTED)
        if value:
            draw.text(canvas, x + 14 + width(label, size), y, value, size, face="bold")
        x += needed + 14
    if dashed:
        x, y = (area.x, y - size * 1.6) if x + 20 + width(dashed, size) > area.right else (x, y)
        canvas.setDash(2, 1.6)
        draw.rule(canvas, x, y + 2.6, x + 13, theme.MUTED, 0.8)
        canvas.setDash()
        draw.text(canvas, x + 17, y, dashed, size, colour=theme.MUTED)
    return area.top - y + 7
