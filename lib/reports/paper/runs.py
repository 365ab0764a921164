"""A job's runs in the order they started: what each cost, how long it took, which ones failed."""

from datetime import date

from reportlab.lib.colors import Color

from lib.reports.content import BAD_STATES, Chart
from lib.reports.paper import draw, theme
from lib.reports.paper.area import Area, draw_legend, numbers
from lib.reports.paper.axes import Scale, day_label, draw_lines, room_for, scale
from lib.spend import formatting, palette

SUCCEEDED, FAILED, OTHER_STATE = "Succeeded", "Failed", "Other result"
TONES = {
    SUCCEEDED: theme.hexed(palette.BLUE),
    FAILED: theme.hexed(palette.STATUS["CRITICAL"]),
    OTHER_STATE: theme.hexed(palette.SLATE),
}


def draw_run_history(chart: Chart, area: Area) -> None:
    """Columns of cost above, dots of duration below; failed runs are red and carry a mark."""
    rows = chart.frame.sort_values(chart.x, kind="stable")
    results = [_result(state) for state in rows[chart.series]] if chart.series else [SUCCEEDED] * len(rows)
    used = draw_legend(
        area,
        [(name, TONES[name], formatting.count(results.count(name))) for name in TONES if name in results],
    )
    below = (area.height - used) * 0.32 if chart.y2 else 0.0
    cost = scale(
        min(numbers(rows[chart.y])),
        max(numbers(rows[chart.y])),
        area.y + 14 + below,
        area.top - used - 8,
        steps=3,
    )
    time = (
        scale(0, max(numbers(rows[chart.y2])), area.y + 14, area.y + below, steps=2, kind="duration")
        if chart.y2
        else None
    )
    left = area.x + max(room_for(cost, chart.format, area.currency), room_for(time, "duration", "") if time else 0)
    step = (area.right - left) / max(len(rows), 12)
    centres = [left + step * (index + 0.5) for index in range(len(rows))]
    _caption(area, left, cost, "Cost per run" if chart.format == "money" else "Per run")
    draw_lines(area.canvas, cost, left, area.right, chart.format, area.currency)
    _draw_costs(area, centres, numbers(rows[chart.y]), results, cost, step)
    if time:
        _caption(area, left, time, "Duration")
        draw_lines(area.canvas, time, left, area.right, "duration", "")
        _draw_durations(area, centres, numbers(rows[chart.y2]), results, time, step)
    _draw_dates(area, [_day(value) for value in rows[chart.x]], centres)


def _result(state: object) -> str:
    words = str(state).upper()
    return SUCCEEDED if words == "SUCCEEDED" else FAILED if words in BAD_STATES else OTHER_STATE


def _caption(area: Area, left: float, at: Scale, words: str) -> None:
    draw.text(area.canvas, left, at.end + 3, words, theme.TINY, colour=theme.FAINT)


def _draw_costs(
    area: Area, centres: list[float], values: list[float], results: list[str], y: Scale, step: float
) -> None:
    wide = max(0.4, min(step * 0.7, 16))
    for x, value, result in zip(centres, values, results, strict=True):
        bottom, top = sorted((y.at(0), y.at(value)))
        draw.box(area.canvas, x - wide / 2, bottom, wide, max(top - bottom, 0.4), TONES[result])
        if result == FAILED:
            _draw_cross(area, x, top + 4, min(1.8, max(step * 0.35, 0.8)), TONES[FAILED])


def _draw_cross(area: Area, x: float, y: float, reach: float, colour: Color) -> None:
    """A mark that does not need colour to be seen."""
    area.canvas.setStrokeColor(colour)
    area.canvas.setLineWidth(0.9)
    area.canvas.line(x - reach, y - reach, x + reach, y + reach)
    area.canvas.line(x - reach, y + reach, x + reach, y - reach)


def _draw_durations(
    area: Area, centres: list[float], values: list[float], results: list[str], y: Scale, step: float
) -> None:
    for x, value, result in zip(centres, values, results, strict=True):
        area.canvas.setFillColor(TONES[result])
        area.canvas.circle(x, y.at(value), max(0.6, min(step * 0.3, 1.7)), stroke=0, fill=1)


def _draw_dates(area: Area, days: list[date], centres: list[float]) -> None:
    """The first run of a day carries its date, where there is room."""
    spans_years = days[0].year != days[-1].year
    free_from = area.x
    for index, (day, x) in enumerate(zip(days, centres, strict=True)):
        if x >= free_from and (index == 0 or days[index - 1] != day):
            words = day_label(day, with_year=spans_years)
            draw.text(area.canvas, x, area.y + 3, words, theme.TINY, colour=theme.MUTED, anchor="middle")
            free_from = x + (58 if spans_years else 40)


def _day(value: object) -> date:
    return value.date() if hasattr(value, "date") else value  # type: ignore[return-value]
