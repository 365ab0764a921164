"""What the running month will have cost if it goes on as it began. Pure, and plain on purpose: it says what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lib.spend.compare import AsOf
from lib.spend.period import DAY, Period


@dataclass(frozen=True)
class Projection:
    """A run-rate: spent so far on complete days, and the mean of them for every other day of the month."""

    month: Period
    spent: float
    """On the complete days of the month."""
    days_used: int
    total: float

    @property
    def method(self) -> str:
        """How it was computed, in words."""
        left = self.month.days - self.days_used
        return f"{self.days_used} complete days, and their mean for the other {left} days of the month"


def month_end(daily: Mapping[date, float], as_of: AsOf) -> Projection | None:
    """The month of the newest complete day, projected to its end; None without a complete day.

    daily: cost by day; a day of the month that is not in it cost nothing.
    """
    newest = as_of.newest_complete_day
    if newest is None:
        return None
    start = newest.replace(day=1)
    month = Period(start, (start + 32 * DAY).replace(day=1))
    used = (newest - start).days + 1
    spent = sum(cost for day, cost in daily.items() if start <= day <= newest)
    return Projection(month, spent, used, spent / used * month.days)
