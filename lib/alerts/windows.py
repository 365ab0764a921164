"""The stretch of days that a rule adds up, the ones it is compared with, and its name."""

from dataclasses import dataclass
from datetime import date, timedelta

from lib.alerts.rule import Against, Window
from lib.spend.period import Period

USUAL = 4
"""Windows before, whose median is the usual cost."""


@dataclass(frozen=True)
class Span:
    """Whole days `[start, end)`, with the name under which a crossing is told once."""

    start: date
    end: date
    name: str

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.start).days


def span(window: Window, day: date) -> Span:
    """The window that `day` ends: that day, or its week (from Monday) or month so far.

    >>> span("week", date(2026, 11, 26)).name, span("month", date(2026, 3, 1)).days
    ('2026-W48', 1)
    """
    end = day + timedelta(days=1)
    if window == "day":
        return Span(day, end, day.isoformat())
    if window == "week":
        year, week, weekday = day.isocalendar()
        return Span(day - timedelta(days=weekday - 1), end, f"{year}-W{week:02d}")
    return Span(day.replace(day=1), end, f"{day:%Y-%m}")


def named(period: str) -> Period | None:
    """The days that a window's name stands for, whole weeks and months; None for a name that is none.

    >>> named("2026-W48").start, named("2026-02").days, named("2026-11-20").days, named("x")
    (datetime.date(2026, 11, 23), 28, 1, None)
    """
    try:
        if "W" in period:
            first = date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
            return Period(first, first + timedelta(days=7))
        if len(period) == len("2026-11"):
            first = date.fromisoformat(f"{period}-01")
            return Period(first, (first + timedelta(days=32)).replace(day=1))
        first = date.fromisoformat(period)
        return Period(first, first + timedelta(days=1))
    except ValueError:
        return None


def before(window: Window, day: date, against: Against) -> tuple[Span, ...]:
    """The windows of equal length that the one of `day` is compared with, the newest first.

    A day is compared with the day before, or with the same weekday of the four weeks before; a week with as many days of
    the weeks before; a month with as many days of the months before, at most to their end.
    """
    now, count = span(window, day), 1 if against == "previous" else USUAL
    if window == "day":
        step = timedelta(days=1 if against == "previous" else 7)
        return tuple(span("day", day - n * step) for n in range(1, count + 1))
    if window == "week":
        return tuple(_moved(now, timedelta(days=7 * n)) for n in range(1, count + 1))
    found, first = [], now.start
    for _ in range(count):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        found.append(Span(first, min(first + timedelta(days=now.days), last + timedelta(days=1)), f"{first:%Y-%m}"))
    return tuple(found)


def _moved(of: Span, back: timedelta) -> Span:
    return span("week", of.end - back - timedelta(days=1))


def reach(window: Window) -> timedelta:
    """How far before a day its comparisons can begin."""
    return {"day": timedelta(days=7 * USUAL), "week": timedelta(days=7 * (USUAL + 1)), "month": timedelta(days=160)}[
        window
    ]
