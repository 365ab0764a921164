"""Charts over days: stacked columns and lines."""

import math
from datetime import date, timedelta

import pandas as pd
from reportlab.lib.colors import Color

from lib.reports.cells import exact_sum
from lib.reports.content import Chart
from lib.reports.paper import draw, theme
from lib.reports.paper.area import OTHER, Area, colours, draw_legend, named, numbers, written
from lib.reports.paper.axes import Scale, draw_days, draw_lines, room_for, scale

MOST_SERIES = 7
BELOW = 14.0
LABEL_ROOM = 52.0


def draw_stacked_days(chart: Chart, area: Area) -> None:
    """One column per day, parts stacked from the largest series up, corrections below zero."""
    parts = _by_day(chart)
    days = _calendar(parts.index)
    parts = parts.reindex(days, fill_value=0.0)
    tones = colours(list(parts.columns), chart.colours)
    entries = [(name, tones[name], _total(chart, name, list(parts.columns), area)) for name in parts.columns]
    before = _previous(chart, days)
    used = draw_legend(area, entries, dashed="previous period" if before else "")
    ups, downs = parts.clip(lower=0).sum(axis=1), parts.clip(upper=0).sum(axis=1)
    y = scale(downs.min(), max(ups.max(), *before, 0.0), area.y + BELOW, area.top - used - 4)
    left = area.x + room_for(y, chart.format, area.currency)
    draw_lines(area.canvas, y, left, area.right, chart.format, area.currency)
    step = (area.right - left) / len(days)
    for index, day in enumerate(days):
        pale = chart.incomplete_since is not None and day >= chart.incomplete_since
        _draw_column(area, parts.iloc[index], tones, left + step * index, step, y, pale=pale)
    centres = [left + step * (index + 0.5) for index in range(len(days))]
    _draw_polyline(area, centres, before, y, theme.MUTED, dashed=True)
    _draw_days(area, days, centres, left)
    _mark_incomplete(chart, area, days, left, step, y)


def draw_line_chart(chart: Chart, area: Area) -> None:
    """One line per series through the days it has."""
    parts = _by_day(chart, missing=None)
    days = _calendar(parts.index)
    parts = parts.reindex(days)
    tones = colours(list(parts.columns), chart.colours)
    used = draw_legend(area, [(name, tones[name], "") for name in parts.columns]) if chart.series else 6.0
    y = scale(parts.min().min(), parts.max().max(), area.y + BELOW, area.top - used - 4)
    left = area.x + room_for(y, chart.format, area.currency)
    draw_lines(area.canvas, y, left, area.right, chart.format, area.currency)
    step = (area.right - left) / len(days)
    centres = [left + step * (index + 0.5) for index in range(len(days))]
    for name in parts.columns:
        there = [(x, value) for x, value in zip(centres, parts[name], strict=True) if math.isfinite(value)]
        _draw_polyline(area, [x for x, _ in there], [value for _, value in there], y, tones[name], dashed=False)
    _draw_days(area, days, centres, left)


def _by_day(chart: Chart, missing: float | None = 0.0) -> pd.DataFrame:
    """One row per day, one column per series from the largest down; more than seven become "Other"."""
    names = named(chart.frame[chart.series]) if chart.series else [chart.title] * len(chart.frame)
    flat = pd.DataFrame({"day": _days(chart.frame[chart.x]), "name": names, "value": numbers(chart.frame[chart.y])})
    totals = flat.groupby("name")["value"].sum()
    ranked = sorted(totals.index, key=lambda name: (name == OTHER, -totals[name], name))
    kept = ranked if len(ranked) <= MOST_SERIES else ranked[: MOST_SERIES - 1]
    flat["name"] = flat["name"].where(flat["name"].isin(kept), OTHER)
    table = flat.pivot_table(index="day", columns="name", values="value", aggfunc="sum", fill_value=missing)
    return table[[name for name in dict.fromkeys([*kept, OTHER]) if name in table.columns]]


def _total(chart: Chart, name: str, shown: list[str], area: Area) -> str:
    """The exact total of a series for the legend."""
    if not chart.series:
        return written(exact_sum(chart.frame[chart.y]), chart, area.currency)
    names = pd.Series(named(chart.frame[chart.series]), index=chart.frame.index)
    chosen = ~names.isin([other for other in shown if other != OTHER]) if name == OTHER else names == name
    return written(exact_sum(chart.frame.loc[chosen, chart.y]), chart, area.currency)


def _days(values: pd.Series) -> list[date]:
    return [value.date() if hasattr(value, "date") else value for value in values]


def _calendar(days: pd.Index) -> list[date]:
    """Every day from the first to the last, those without rows too."""
    first, last = min(days), max(days)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _previous(chart: Chart, days: list[date]) -> list[float]:
    if chart.previous is None or chart.previous.empty:
        return []
    by_day = dict(zip(_days(chart.previous[chart.x]), numbers(chart.previous[chart.y]), strict=True))
    return [by_day.get(day, 0.0) for day in days]


def _draw_column(
    area: Area, parts: pd.Series, tones: dict[str, Color], x: float, step: float, y: Scale, *, pale: bool
) -> None:
    gap = min(step * 0.28, 6.0)
    up = down = 0.0
    for name, value in parts.items():
        base = up if value >= 0 else down
        bottom, top = sorted((y.at(base), y.at(base + value)))
        colour = theme.tint(tones[str(name)], 0.4) if pale else tones[str(name)]
        draw.box(area.canvas, x + gap / 2, bottom, step - gap, top - bottom, colour)
        up, down = (up + value, down) if value >= 0 else (up, down + value)


def _draw_polyline(area: Area, xs: list[float], values: list[float], y: Scale, colour: Color, *, dashed: bool) -> None:
    if not values:
        return
    canvas = area.canvas
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.8 if dashed else 1.3)
    canvas.setLineJoin(1)
    if dashed:
        canvas.setDash(2, 1.6)
    path = canvas.beginPath()
    path.moveTo(xs[0], y.at(values[0]))
    for x, value in zip(xs[1:], values[1:], strict=True):
        path.lineTo(x, y.at(value))
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setDash()
    if len(values) == 1:
        canvas.setFillColor(colour)
        canvas.circle(xs[0], y.at(values[0]), 2, stroke=0, fill=1)


def _mark_incomplete(chart: Chart, area: Area, days: list[date], left: float, step: float, y: Scale) -> None:
    """Names the paler days."""
    late = [index for index, day in enumerate(days) if chart.incomplete_since and day >= chart.incomplete_since]
    if late:
        at = max(left, min(left + step * (late[0] + 0.5), area.right))
        draw.text(
            area.canvas,
            min(at + step, area.right),
            y.end + 2,
            "incomplete",
            theme.TINY,
            colour=theme.FAINT,
            anchor="right",
        )


def _draw_days(area: Area, days: list[date], centres: list[float], left: float) -> None:
    most = max(2, int((area.right - left) / LABEL_ROOM))
    draw_days(area.canvas, days, centres, area.y + 3, right=area.right, most=most)
