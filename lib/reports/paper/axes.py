"""Scales and labels of charts: round steps, dates that do not crowd, short amounts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.pdfgen.canvas import Canvas

from lib.reports.content import Kind
from lib.reports.paper import draw, theme
from lib.reports.paper.fonts import width
from lib.spend import formatting

LEAST_DIP = 0.3
"""Values below zero get a line of their own from this share of a step on."""
CLOCK_STEPS = tuple(
    float(count * unit)
    for unit, counts in (
        (1, (1, 2, 5, 10, 15, 30)),
        (60, (1, 2, 5, 10, 15, 30)),
        (3600, (1, 2, 3, 6, 12, 24)),
    )
    for count in counts
)
"""Seconds between the lines of an axis of durations."""


@dataclass(frozen=True)
class Scale:
    """Values onto points, linearly, with the values that get a line."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value lies."""
        return self.start + (value - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)


def scale(low: float, high: float, start: float, end: float, *, steps: int = 4, kind: Kind = "number") -> Scale:
    """From a round value at or below `low` (at most 0) to one at or above `high`."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = round_step((high - low) / steps or 1, kind)
    dips = low > -LEAST_DIP * step
    first, last = 0 if dips else math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = tuple(index * step for index in range(first, last + 1))
    return Scale(low if dips else first * step, last * step, start, end, ticks)


def round_step(raw: float, kind: Kind = "number") -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten; for durations the next that a clock shows.

    >>> round_step(0.37), round_step(1234), round_step(1234, "duration")
    (0.5, 2000.0, 1800.0)
    """
    if kind == "duration":
        clock = next((step for step in CLOCK_STEPS if step >= raw), None)
        return clock or round_step(raw / 86_400) * 86_400
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))


def short(value: float, kind: Kind, currency: str) -> str:
    """A value for an axis."""
    number = Decimal(repr(round(value, 10))).normalize()
    match kind:
        case "money":
            return formatting.money_short(number, currency)
        case "duration":
            return formatting.duration(float(value)).removesuffix(" 00 s").removesuffix(" 00 m")
        case "percent":
            return formatting.percent(number)
        case _:
            return formatting.short(number)


def draw_lines(canvas: Canvas, y: Scale, left: float, right: float, kind: Kind, currency: str) -> None:
    """The horizontal lines with their values at the left; zero is darker."""
    for tick in y.ticks:
        level = y.at(tick)
        draw.rule(canvas, left, level, right, theme.FAINT if tick == 0 else theme.RULE, 0.6 if tick == 0 else 0.4)
        words = short(tick, kind, currency)
        draw.text(canvas, left - 5, level - 2.3, words, theme.TINY, colour=theme.MUTED, anchor="right")


def room_for(y: Scale, kind: Kind, currency: str) -> float:
    """Width the labels of an axis take."""
    return max(width(short(tick, kind, currency), theme.TINY) for tick in y.ticks) + 8


def day_ticks(days: Sequence[date], most: int) -> list[int]:
    """Which days are labelled, by index: at most `most`, in even steps from the first."""
    step = next((step for step in (1, 2, 7, 14, 28, 56, 91, 182, 365) if len(days) / step <= most), 730)
    return list(range(0, len(days), step))


def day_label(day: date, *, with_year: bool) -> str:
    """A day under a chart.

    >>> day_label(date(2026, 6, 1), with_year=False)
    '1 Jun'
    """
    short_month = formatting.MONTHS[day.month - 1][:3]
    return f"{day.day} {short_month} {day.year}" if with_year else f"{day.day} {short_month}"


def draw_days(
    canvas: Canvas, days: Sequence[date], centres: Sequence[float], y: float, *, right: float, most: int
) -> None:
    """Dates under a chart, as far as they end before `right`; with the year when the days span two."""
    spans_years = days[0].year != days[-1].year
    for index in day_ticks(days, most):
        words = day_label(days[index], with_year=spans_years)
        if index == 0 or centres[index] + width(words, theme.TINY) / 2 <= right + 2:
            draw.text(canvas, centres[index], y, words, theme.TINY, colour=theme.MUTED, anchor="middle")
