"""A series over time with what was or will be expected: the past, two bands, and marks on the days that are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from lib.spend import formatting, palette
from lib.ui.charts.axis import ticks
from lib.ui.theme import Theme

SEVERITY = {"medium": "#E69F00", "high": "#D55E00", "critical": "#B3261E"}
"""Colours of marks, by severity."""


@dataclass(frozen=True)
class Line:
    """One line: values by day."""

    days: Sequence[date]
    values: Sequence[float]
    name: str
    colour: str = palette.BLUE
    dash: str = "solid"


@dataclass(frozen=True)
class Band:
    """A range by day."""

    days: Sequence[date]
    low: Sequence[float]
    high: Sequence[float]
    name: str
    opacity: float = 0.18


@dataclass(frozen=True)
class MarkedDay:
    """A day that stands out."""

    day: date
    value: float
    words: str
    severity: str = "medium"


def figure(
    lines: Sequence[Line], bands: Sequence[Band], currency: str, theme: Theme, marks: Sequence[MarkedDay] = ()
) -> go.Figure:
    """Lines over bands over a quiet grid; every figure is on hover."""
    chart = go.Figure([*(_band(band, theme) for band in bands), *(_line(line, currency) for line in lines)])
    if marks:
        chart.add_trace(_marks(marks))
    values = [value for line in lines for value in line.values]
    at = ticks(min([*values, 0.0]), max([*values, *(value for band in bands for value in band.high)], default=1.0))
    muted = {"color": theme.muted}
    chart.update_layout(
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={**muted, "size": 12},
        legend={"orientation": "h", "y": 1.08, "x": 0, "font": muted},
        hovermode="closest",
        xaxis={"showgrid": False, "tickformat": "%-d %b", "linecolor": theme.grid, "tickfont": muted},
        yaxis={
            "rangemode": "tozero",
            "gridcolor": theme.grid,
            "zerolinecolor": theme.grid,
            "tickvals": at,
            "ticktext": [formatting.money_short(tick, currency) for tick in at],
            "tickfont": muted,
        },
    )
    return chart


def _band(band: Band, theme: Theme) -> go.Scatter:
    """Filled between low and high, stronger on a dark page."""
    strength = band.opacity * (1.8 if theme.name == "dark" else 1.0)
    return go.Scatter(
        x=[*band.days, *reversed(band.days)],
        y=[*band.high, *reversed(band.low)],
        mode="lines",
        fill="toself",
        fillcolor=f"rgba(0,114,178,{strength:.2f})",
        line={"width": 0},
        hoverinfo="skip",
        name=band.name,
    )


def _line(line: Line, currency: str) -> go.Scatter:
    return go.Scatter(
        x=list(line.days),
        y=list(line.values),
        mode="lines",
        name=line.name,
        line={"color": line.colour, "width": 1.8, "dash": line.dash},
        customdata=[formatting.money(value, currency) for value in line.values],
        hovertemplate="%{x|%Y-%m-%d} · %{customdata}<extra>" + line.name + "</extra>",
    )


def _marks(marks: Sequence[MarkedDay]) -> go.Scatter:
    colours = [SEVERITY.get(mark.severity, palette.OTHER) for mark in marks]
    return go.Scatter(
        x=[mark.day for mark in marks],
        y=[mark.value for mark in marks],
        mode="markers",
        name="Anomalies",
        showlegend=False,
        marker={"color": colours, "size": 11, "symbol": "circle-open-dot", "line": {"width": 2}},
        customdata=[mark.words for mark in marks],
        hovertemplate="%{customdata}<extra></extra>",
    )
