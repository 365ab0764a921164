"""Which days of the ledger its sources have left behind. Pure: two readings in, days out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise

from lib.spend.period import DAY, Period

DayKey = tuple[str, date]
"""Source and day."""
DayContent = tuple[int, Decimal]
"""Number of rows and a sum of what they hold."""
PriceKey = tuple[str, ...]
"""list or account, account id, cloud, SKU, unit, currency."""

FOREVER = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, order=True)
class PriceWindow:
    """A price and the instants it holds for; `valid_to` None means: still valid."""

    valid_from: datetime
    valid_to: datetime | None
    unit_price: Decimal

    def at(self, instant: datetime) -> bool:
        """Does this price hold at `instant`?"""
        return self.valid_from <= instant and (self.valid_to is None or instant < self.valid_to)


def changed_days(known: Mapping[DayKey, DayContent], found: Mapping[DayKey, DayContent]) -> set[date]:
    """Days of which a source holds something else than what the ledger was worked out from, gone days included."""
    return {day for source, day in known.keys() | found.keys() if known.get((source, day)) != found.get((source, day))}


def repriced(
    known: Mapping[PriceKey, Iterable[PriceWindow]], found: Mapping[PriceKey, Iterable[PriceWindow]], span: Period
) -> list[Period]:
    """The stretches of `span` in which some price is not what it was: a window that merely got an end is no change."""
    stretches = []
    for key in known.keys() | found.keys():
        old, new = sorted(known.get(key, ())), sorted(found.get(key, ()))
        if old != new:
            stretches += [
                stretch for stretch in _differences(old, new) if stretch.start < span.end and stretch.end > span.start
            ]
    return [Period(max(s.start, span.start), min(s.end, span.end)) for s in stretches]


def _differences(old: list[PriceWindow], new: list[PriceWindow]) -> list[Period]:
    edges = sorted({edge for w in old + new for edge in (w.valid_from, w.valid_to or FOREVER)})
    return [
        Period(start.date(), _day_after(end))
        for start, end in pairwise(edges)
        if _price(old, start) != _price(new, start)
    ]


def _price(windows: list[PriceWindow], instant: datetime) -> Decimal | None:
    return next((w.unit_price for w in windows if w.at(instant)), None)


def _day_after(end: datetime) -> date:
    """The first date that an interval ending at `end` (not part of it) does not touch."""
    if end >= FOREVER:
        return date.max
    return end.date() if end.timetz().replace(tzinfo=None) == time() else end.date() + timedelta(days=1)


def ranges(days: Iterable[date], *, gap: int = 2) -> list[Period]:
    """Few contiguous periods that cover all `days`; holes of at most `gap` days are covered too.

    >>> [str(p.start) + ".." + str(p.end) for p in ranges([date(2026, 1, 1), date(2026, 1, 3), date(2026, 2, 1)])]
    ['2026-01-01..2026-01-04', '2026-02-01..2026-02-02']
    """
    periods: list[Period] = []
    for day in sorted(set(days)):
        if periods and (day - periods[-1].end).days <= gap:
            periods[-1] = Period(periods[-1].start, day + DAY)
        else:
            periods.append(Period(day, day + DAY))
    return periods


def portions(periods: Iterable[Period], weights: Mapping[date, int], most: int) -> list[Period]:
    """The same days in periods that weigh at most `most` each (a day alone may weigh more).

    >>> days = Period(date(2026, 1, 1), date(2026, 1, 4))
    >>> [p.days for p in portions([days], {date(2026, 1, n): 5 for n in (1, 2, 3)}, 10)]
    [2, 1]
    """
    cut: list[Period] = []
    for period in periods:
        start, weight = period.start, 0
        for day in (period.start + DAY * n for n in range(period.days)):
            if weight and weight + weights.get(day, 0) > most:
                cut.append(Period(start, day))
                start, weight = day, 0
            weight += weights.get(day, 0)
        cut.append(Period(start, period.end))
    return cut


def until_month_ends(periods: Iterable[Period]) -> list[Period]:
    """The same days and those after them in their months.

    >>> [until] = until_month_ends([Period(date(2026, 1, 30), date(2026, 2, 3)), Period(date(2026, 2, 9), date(2026, 2, 10))])
    >>> str(until.start), str(until.end)
    ('2026-01-30', '2026-03-01')
    """
    ends = [(period.start, ((period.end - DAY).replace(day=1) + 31 * DAY).replace(day=1)) for period in periods]
    return ranges(start + DAY * n for start, end in ends for n in range((end - start).days))
