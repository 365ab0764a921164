"""Forecasts of the ledger: any series over any horizon, to the end of the month, and what if something went away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lib.errors import NotFound
from lib.spend.forecast import forecast
from lib.spend.forecast_values import Forecasts
from lib.spend.period import DAY, Period
from lib.watch.daily import TOTAL, Daily, Key
from lib.watch.days_off import Calendar

MOST_AHEAD = 365
HORIZONS = (7, 30, 90)
LONGEST_MONTH = 31


@dataclass(frozen=True)
class MonthEnd:
    """The month of the newest complete day, to its end."""

    month: Period
    spent: float
    """On complete days."""
    total: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Outlook:
    """One series and what comes."""

    key: Key
    name: str
    first_day: date
    past: np.ndarray
    """Cost of each complete day."""
    made: Forecasts
    month: MonthEnd | None
    without: Forecasts | None = None
    """The same with what was removed or scaled; None when nothing was."""
    month_without: MonthEnd | None = None

    @property
    def next_day(self) -> date:
        """The first day that is forecast."""
        return self.first_day + timedelta(days=len(self.past))

    @property
    def horizon(self) -> int:
        """Days ahead."""
        return self.made.horizon


def outlook(
    daily: Daily,
    key: Key,
    horizon: int,
    *,
    what_if: Mapping[Key, float] | None = None,
    calendar: Calendar = Calendar(),
) -> Outlook:
    """Forecast one series. what_if: factors by series, 0 to remove."""
    if key not in daily.numbers:
        raise NotFound(f"Nothing is known of {key.text}.", place="series", remedy="It cost nothing in the last year.")
    past = daily.series(key)
    days = daily.days + max(horizon, LONGEST_MONTH)
    events = calendar.marks(daily.first_day, days, key.text)
    made = _ahead(daily, past, horizon, events)
    changed = daily.scaled(dict(what_if)) if what_if else None
    without = month_without = None
    if changed is not None:
        other = changed.series(key)
        without = _ahead(daily, other, horizon, events)
        month_without = _month(daily, past, other, events)
    month = _month(daily, past, past, events)
    return Outlook(key, daily.name(key), daily.first_day, past, made, month, without, month_without)


def _ahead(daily: Daily, past: np.ndarray, horizon: int, events: np.ndarray | None) -> Forecasts:
    """`events`: marks of the days there were and at least `horizon` more."""
    marks = None if events is None else events[: daily.days + horizon]
    return forecast(past, horizon, first_day=daily.first_day, events=marks)


def _month(daily: Daily, spent_on: np.ndarray, past: np.ndarray, events: np.ndarray | None) -> MonthEnd | None:
    """The running month: what was spent, and what `past` lets expect of the days that are left."""
    if not len(past):
        return None
    newest = daily.last_day
    first = newest.replace(day=1)
    month = Period(first, (first + timedelta(days=32)).replace(day=1))
    so_far = float(spent_on[-((newest - first).days + 1) :].sum())
    left = (month.end - newest).days - 1
    if not left:
        return MonthEnd(month, so_far, so_far, so_far, so_far)
    rest = _ahead(daily, past, left, events)
    return MonthEnd(
        month,
        so_far,
        so_far + float(rest.total[0]),
        so_far + float(rest.total_low95[0]),
        so_far + float(rest.total_high95[0]),
    )


def steps(made: Forecasts, first: date, step: str, at: int = 0) -> list[tuple[date, float, float, float]]:
    """Forecast by `day`, `week` (Monday to Sunday) or `month`: (first day, mean, 95 % low, 95 % high), whole steps only; of
    the series in row `at`.

    A sum's band lies between that of days that miss independently and that of days that all miss together.
    """
    groups: dict[date, list[int]] = {}
    for ahead in range(made.horizon):
        day = first + timedelta(days=ahead)
        start = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[step]
        groups.setdefault(start, []).append(ahead)
    out = []
    for start, days in groups.items():
        end = {"day": start + DAY, "week": start + 7 * DAY, "month": (start + 32 * DAY).replace(day=1)}[step]
        if (end - start).days != len(days):
            continue
        mean, middle = made.mean[at, days], made.median[at, days]
        wide = len(days) ** 0.8 / len(days)
        below, above = (middle - made.low95[at, days]).sum() * wide, (made.high95[at, days] - middle).sum() * wide
        out.append((start, float(mean.sum()), max(float(mean.sum() - below), 0.0), float(mean.sum() + above)))
    return out


def movers(
    daily: Daily, horizon: int, kind: str, calendar: Calendar = Calendar(), most: int = 10
) -> list[tuple[Key, str, float, float]]:
    """Series of one kind by what the next days will cost: (key, name, mean total, mean total of as many days before).

    Of what is planned, they know what is planned for everything.
    """
    rows = [number for number, key in enumerate(daily.keys) if key.kind == kind]
    if not rows:
        return []
    values = daily.values[rows]
    before = values[:, -horizon:].sum(1)
    order = np.argsort(-before)[: most * 3]
    events = calendar.marks(daily.first_day, daily.days + horizon)
    made = forecast(values[order], horizon, first_day=daily.first_day, events=events)
    found = [
        (daily.keys[rows[at]], daily.names[rows[at]], float(made.total[n]), float(before[at]))
        for n, at in enumerate(order.tolist())
    ]
    return sorted(found, key=lambda row: -row[2])[:most]


def whole(daily: Daily) -> np.ndarray:
    """Cost of the whole account by day."""
    return daily.series(TOTAL)
