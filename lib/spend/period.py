"""Half-open periods of UTC dates, the presets people pick them by, and what they are compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from lib.errors import PeriodError

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """`[start, end)` in UTC dates: the first day, and the day after the last one."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise PeriodError(
                f"The period starts on {self.start} and ends before {self.end}, so it holds no day.",
                remedy="Put the earlier date first; the end date itself is not part of the period.",
            )

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that is part of the period."""
        return self.end - DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def previous(self) -> "Period":
        """The period of equal length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)

    def until(self, end: date) -> "Period | None":
        """The part of this period before `end`, or None when nothing is left."""
        return Period(self.start, min(self.end, end)) if end > self.start else None


def _month(day: date) -> date:
    return day.replace(day=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last(days: int) -> Callable[[date], Period]:
    """The `days` days that end with yesterday: today is never complete."""
    return lambda today: Period(today - days * DAY, today)


PRESETS: dict[str, tuple[str, Callable[[date], Period]]] = {
    "today": ("Today", lambda today: Period(today, today + DAY)),
    "yesterday": ("Yesterday", lambda today: Period(today - DAY, today)),
    "this_week": ("This week", lambda today: Period(_monday(today), today + DAY)),
    "last_week": ("Last week", lambda today: Period(_monday(today) - 7 * DAY, _monday(today))),
    "last_7": ("Last 7 days", _last(7)),
    "last_14": ("Last 14 days", _last(14)),
    "last_30": ("Last 30 days", _last(30)),
    "last_60": ("Last 60 days", _last(60)),
    "last_90": ("Last 90 days", _last(90)),
    "this_month": ("This month", lambda today: Period(_month(today), today + DAY)),
    "last_month": ("Last month", lambda today: Period(_month(_month(today) - DAY), _month(today))),
}
"""Name → (label, period on a given day). Weeks start on Monday; "last N days" end with yesterday."""


def preset(name: str, today: date) -> Period:
    """The period a preset means on `today`.

    >>> preset("last_month", date(2026, 3, 1))
    Period(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 3, 1))
    """
    if name not in PRESETS:
        raise PeriodError(f"There is no period called {name!r}.", remedy=f"Use one of: {', '.join(PRESETS)}.")
    return PRESETS[name][1](today)


def parse_day(text: str, *, place: str) -> date:
    """An ISO date from a URL, a form or a command line; `place` names it in the error."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(f"{text!r} is not a date.", remedy="Write it as YYYY-MM-DD.", place=place) from error
