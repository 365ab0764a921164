"""Budgets: how much of one is spent, how it will end, when it runs out, and which of its thresholds are crossed. Pure.

A threshold of 80 % on actual cost is crossed when at least 80 % is spent; on forecast, when the expected end of the period is at
least there. Days that may still grow are counted in what is spent and said to be incomplete.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from lib.errors import InputError
from lib.spend.period import DAY, Period

Span = Literal["daily", "monthly", "quarterly", "yearly", "custom"]
Basis = Literal["actual", "forecast"]
SPANS: tuple[Span, ...] = ("daily", "monthly", "quarterly", "yearly", "custom")
LONGEST = 3 * 366
"""Days of a custom period at most."""


@dataclass(frozen=True, order=True)
class Threshold:
    """A share of the budget that somebody wants to know about."""

    share: Decimal
    """0.8 is 80 %."""
    basis: Basis = "actual"


DEFAULT_THRESHOLDS = (
    Threshold(Decimal("0.5")),
    Threshold(Decimal("0.75")),
    Threshold(Decimal("0.9")),
    Threshold(Decimal(1)),
    Threshold(Decimal(1), "forecast"),
)


def parse_thresholds(text: str) -> tuple[Threshold, ...]:
    """Thresholds as people type them: percents by comma, `f` behind those on the forecast.

    >>> [(str(t.share), t.basis) for t in parse_thresholds("50, 100, 100f")]
    [('0.5', 'actual'), ('1', 'actual'), ('1', 'forecast')]
    """
    out = set()
    for part in text.replace("%", "").split(","):
        word = part.strip().lower()
        if not word:
            continue
        basis: Basis = "forecast" if word.endswith("f") else "actual"
        try:
            share = Decimal(word.removesuffix("f").strip()) / 100
        except InvalidOperation as error:
            raise InputError(
                f"{part.strip()!r} is not a percent.", place="thresholds", remedy="Write them like 50, 80, 100, 100f."
            ) from error
        out.add(Threshold(share.normalize() if share != 1 else Decimal(1), basis))
    return tuple(sorted(out, key=lambda threshold: (threshold.basis, threshold.share)))


@dataclass(frozen=True)
class Plan:
    """An amount for a period that comes again, or for one of its own."""

    amount: Decimal
    span: Span = "monthly"
    first_day: date | None = None
    """Of a custom period; else None."""
    last_day: date | None = None
    thresholds: tuple[Threshold, ...] = DEFAULT_THRESHOLDS
    commitment: bool = False
    """An amount that was promised: spending less than it is money lost, spending it early is the question."""

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise InputError("A budget needs an amount above zero.", place="amount")
        if self.span not in SPANS:
            raise InputError(
                f"{self.span!r} is no period of a budget.", place="period", remedy=f"Use {', '.join(SPANS)}."
            )
        if self.span == "custom":
            if self.first_day is None or self.last_day is None or self.first_day > self.last_day:
                raise InputError("A period of its own needs a first and a last day.", place="period")
            if (self.last_day - self.first_day).days >= LONGEST:
                raise InputError("A period has at most three years.", place="period")
        for threshold in self.thresholds:
            if not 0 < threshold.share <= 10:
                raise InputError("Thresholds lie between 0 and 1000 %.", place="thresholds")

    def period(self, day: date) -> Period:
        """The period that holds the day; a custom one is always the same."""
        if self.span == "custom":
            assert self.first_day is not None
            assert self.last_day is not None
            return Period(self.first_day, self.last_day + DAY)
        if self.span == "daily":
            return Period(day, day + DAY)
        months = {"monthly": 1, "quarterly": 3, "yearly": 12}[self.span]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        end = first
        for _ in range(months):
            end += timedelta(days=calendar.monthrange(end.year, end.month)[1])
        return Period(first, end)


@dataclass(frozen=True)
class Ahead:
    """What the days after the newest complete one are expected to cost, and how surely."""

    mean: Sequence[float]
    low_total: float
    high_total: float
    """95 % band of the sum over the days that are left in the period."""


@dataclass(frozen=True)
class Point:
    """One day of a burn-down."""

    day: date
    spent: float | None
    """Since the period began, complete days; None for days to come."""
    expected: float | None
    """Spent, and expected from there on; None before the last complete day."""
    even: float
    """What would be spent if every day took the same."""


@dataclass(frozen=True)
class Crossing:
    """A threshold and whether it is reached."""

    threshold: Threshold
    crossed: bool
    day: date | None
    """When it was crossed, or (by the forecast) will be; None when it is not."""


@dataclass(frozen=True)
class Status:
    """How a budget stands."""

    plan: Plan
    period: Period
    spent: Decimal
    """On complete days."""
    incomplete: Decimal
    """On days that may still grow."""
    end: float | None
    """Expected at the end of the period; None without a forecast."""
    end_low: float | None
    end_high: float | None
    runs_out: date | None
    """The first day on which the budget will be used up (or was); None when it lasts."""
    crossings: tuple[Crossing, ...]
    points: tuple[Point, ...]
    days_left: int

    @property
    def share(self) -> Decimal:
        """Of the budget, incomplete days included."""
        return (self.spent + self.incomplete) / self.plan.amount

    @property
    def end_share(self) -> float | None:
        """Of the budget, at the end."""
        return None if self.end is None else self.end / float(self.plan.amount)

    @property
    def state(self) -> Literal["ok", "at risk", "over"]:
        """Over when it is spent; at risk when the forecast says it will be."""
        if self.share >= 1:
            return "over"
        return "at risk" if self.end_share is not None and self.end_share >= 1 else "ok"

    @property
    def verdict(self) -> str:
        """In words; a commitment is judged by whether it will be used."""
        if self.plan.commitment:
            if self.state == "ok" and self.end is not None:
                return "will not be used up"
            return {"ok": "not used up yet", "at risk": "will be used up", "over": "used up"}[self.state]
        return {"ok": "within budget", "at risk": "will go over", "over": "over budget"}[self.state]


def status(plan: Plan, daily: Mapping[date, Decimal | float], ahead: Ahead | None, newest: date, today: date) -> Status:
    """How a budget stands.

    daily: cost by day; a day that is not in it cost nothing. newest: the newest complete day. ahead: from the day after it on.
    The period is that of `today`; nothing after it counts.
    """
    period = plan.period(today)
    spent = incomplete = Decimal(0)
    for day, cost in daily.items():
        if period.start <= day < period.end:
            exact = cost if isinstance(cost, Decimal) else Decimal(repr(float(cost)))
            if day <= newest:
                spent += exact
            else:
                incomplete += exact
    left = max((period.end - max(newest + DAY, period.start)).days, 0)
    coming = _coming(period, newest, ahead, left)
    end = None if coming is None else float(spent) + sum(coming)
    low, high = _band(ahead, coming, left, float(spent))
    points = tuple(_points(plan, period, daily, coming, newest))
    crossings = tuple(
        _crossing(plan, threshold, points, spent + incomplete, end, today) for threshold in plan.thresholds
    )
    return Status(plan, period, spent, incomplete, end, low, high, _runs_out(plan, points), crossings, points, left)


def _coming(period: Period, newest: date, ahead: Ahead | None, left: int) -> list[float] | None:
    """Expected costs of the days of the period that are not complete; None without a forecast that reaches its end."""
    if not left:
        return []
    if ahead is None:
        return None
    skip = max((period.start - newest).days - 1, 0)
    days = list(ahead.mean)[skip : skip + left]
    return days if len(days) == left else None


def _band(
    ahead: Ahead | None, coming: list[float] | None, left: int, spent: float
) -> tuple[float | None, float | None]:
    if coming is None:
        return None, None
    if ahead is None or not left:
        return spent, spent
    middle, total = sum(coming), sum(ahead.mean) or 1.0
    scale = (left / max(len(ahead.mean), 1)) ** 0.8
    below, above = (total - ahead.low_total) * scale, (ahead.high_total - total) * scale
    return spent + max(middle - below, 0.0), spent + middle + above


def _points(
    plan: Plan, period: Period, daily: Mapping[date, Decimal | float], coming: list[float] | None, newest: date
) -> list[Point]:
    out = []
    spent, expected = 0.0, 0.0
    for number in range(period.days):
        day = period.start + timedelta(days=number)
        even = float(plan.amount) * (number + 1) / period.days
        if day <= newest:
            spent += float(daily.get(day, 0))
            expected = spent
            out.append(Point(day, spent, spent if day == newest else None, even))
        else:
            at = number - (period.days - len(coming)) if coming is not None else -1
            expected += coming[at] if coming is not None and at >= 0 else 0.0
            out.append(Point(day, None, expected if coming is not None else None, even))
    return out


def _runs_out(plan: Plan, points: Sequence[Point]) -> date | None:
    return next(
        (p.day for p in points if (p.spent if p.spent is not None else p.expected or 0) >= float(plan.amount)), None
    )


def _crossing(
    plan: Plan, threshold: Threshold, points: Sequence[Point], so_far: Decimal, end: float | None, today: date
) -> Crossing:
    limit = threshold.share * plan.amount
    if threshold.basis == "actual":
        crossed = so_far >= limit
        day = next((p.day for p in points if p.spent is not None and p.spent >= float(limit) - 1e-9), today)
    else:
        crossed = end is not None and Decimal(repr(end)) >= limit
        day = next(
            (p.day for p in points if (p.spent if p.spent is not None else p.expected or 0) >= float(limit) - 1e-9),
            today,
        )
    return Crossing(threshold, crossed, day if crossed else None)
