"""One period against another: which days can be compared, what changed, and who changed it."""

from dataclasses import dataclass
from datetime import date

from lib.spend.period import DAY, Period


@dataclass(frozen=True)
class AsOf:
    """How far the account's usage goes."""

    first_day: date | None
    last_day: date | None
    """Newest day that has usage, complete or not."""
    today: date
    """The day the newest usage arrived: what people mean by "today" when they look at this data."""

    @property
    def complete_until(self) -> date:
        """The first day that may still grow: usage arrives within about a day, so yesterday and today may."""
        return self.today - DAY

    @property
    def newest_complete_day(self) -> date | None:
        """The newest day that will not grow any more; None when there is none."""
        if self.first_day is None or self.last_day is None or self.first_day >= self.complete_until:
            return None
        return min(self.last_day, self.complete_until - DAY)

    @property
    def words(self) -> str:
        """Which days there are, for whoever looks at others."""
        if self.first_day is None:
            return "There is no usage yet."
        return f"Nothing is there for this view. The account has usage from {self.first_day} to {self.last_day}."

    def incomplete(self, period: Period) -> int:
        """How many days of the period may still grow."""
        return max((period.end - max(self.complete_until, period.start)).days, 0)


def arrived(last_day: date, ingested: date | None) -> date:
    """The day on which the newest usage arrived; data that do not say when (`ingested`) came the day after it was used.

    >>> arrived(date(2026, 6, 30), None)
    datetime.date(2026, 7, 1)
    """
    return max(last_day, ingested or last_day + DAY)


@dataclass(frozen=True)
class Comparison:
    """Two periods of equal length, the second right before the first one begins."""

    recent: Period
    previous: Period
    left_out: int
    """Days at the end of the period that are not complete and so not compared."""

    @property
    def words(self) -> str:
        """Against what, as said beside a change."""
        days = f"previous {self.previous.days} days" if self.previous.days > 1 else "the day before"
        return f"vs {days}" + (f", {self.left_out} incomplete left out" if self.left_out else "")


def comparison(period: Period, as_of: AsOf) -> Comparison | None:
    """What a period is compared with; None when none of its days is complete, or when the account
    does not go back that far: half a period would look like a rise."""
    recent = period.until(as_of.complete_until)
    if recent is None or as_of.first_day is None:
        return None
    previous = Period(recent.start - (recent.end - recent.start), recent.start)
    if as_of.first_day > previous.start:
        return None
    return Comparison(recent, previous, (period.end - recent.end).days)


@dataclass(frozen=True)
class Change:
    """An amount and what it was before (None: there was nothing before)."""

    now: float
    before: float | None

    @property
    def amount(self) -> float | None:
        """Difference in money."""
        return None if self.before is None else self.now - self.before

    @property
    def share(self) -> float | None:
        """Difference as a share of what was before; None without a positive base."""
        return None if not self.before or self.before <= 0 or self.amount is None else self.amount / self.before
