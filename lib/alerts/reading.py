"""What a rule looks at, and what it found: values without a clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from lib.alerts.rule import Rule


@dataclass(frozen=True)
class Group:
    """What a figure belongs to."""

    key: str
    """Unique within its dimension; objects of a workspace are `workspace_id/id`. Empty: everything together."""
    name: str = ""
    owner: str = ""


ALL = Group("", "All spend")


@dataclass(frozen=True)
class Daily:
    """What one group cost on each of some days; a day without cost is missing from `costs`."""

    group: Group
    costs: dict[date, Decimal]

    def over(self, start: date, end: date) -> Decimal:
        """The sum of the days `[start, end)`."""
        days = (start + timedelta(days=n) for n in range((end - start).days))
        return sum((self.costs[day] for day in days if day in self.costs), Decimal(0))


@dataclass(frozen=True)
class RunCost:
    """One job run with its whole cost, filed under the day on which it began."""

    day: date
    group: Group
    """The run."""
    job: str
    cost: Decimal
    failure_cost: Decimal
    state: str


@dataclass(frozen=True)
class StatementRun:
    """One SQL statement, filed under the day on which it began."""

    day: date
    group: Group
    """The statement."""
    hours: float
    """So far, when it still runs."""
    cost: Decimal | None
    """None while its hour is not billed."""
    state: str
    warehouse: str = ""
    """Workspace and id of where it runs, `1/ab`."""


@dataclass(frozen=True)
class Idle:
    """One classic cluster on one day: hours that it did nothing, and what those cost."""

    day: date
    group: Group
    hours: float
    cost: Decimal | None


@dataclass(frozen=True)
class BudgetDay:
    """One budget as a day left it."""

    group: Group
    period: str
    """Names the budget's own period: `2026-11`."""
    limit: Decimal
    spent: Decimal
    expected: Decimal | None
    """Forecast of the whole period; None where the history is too short."""
    start: date | None = None
    """First day of its period; None: of the month."""


@dataclass(frozen=True)
class Odd:
    """One anomaly that began or went on on a day."""

    day: date
    group: Group
    cost: Decimal
    expected: Decimal
    severity: str
    kind: str = ""
    """Kind of the series: `total`, `workspace`, `job`, …"""


@dataclass(frozen=True)
class Source:
    """One source table and its newest row."""

    group: Group
    newest: datetime | None


@dataclass(frozen=True)
class Driver:
    """One part of why a figure is what it is: what it cost, or what is known of it."""

    name: str
    cost: Decimal | None = None
    said: str = ""
    """In place of a cost: `1.2 h of 2 h`."""


@dataclass(frozen=True)
class Belongs:
    """To whom something belongs, as far as it is on record; empty where it is not."""

    owner: str = ""
    """Who a tag of the thing itself names, or who made it where people do (a budget)."""
    team: str = ""
    """Value of the watched tag."""
    billed: str = ""
    """Who the bill names: the person or service principal behind most of its cost."""

    @property
    def name(self) -> str:
        """The one to show."""
        return self.owner or self.billed


class Facts(Protocol):
    """The account as rules see it. Each answer covers whole days `[start, end)`; nothing is asked twice."""

    def daily(self, rule: Rule, by: str, start: date, end: date) -> Sequence[Daily]:
        """Cost (DBUs at the rule's base, and VMs) by day of each group that the rule's filters leave."""
        ...

    def runs(self, rule: Rule, start: date, end: date) -> Sequence[RunCost]:
        """Job runs that began in these days."""
        ...

    def statements(self, rule: Rule, start: date, end: date) -> Sequence[StatementRun]:
        """SQL statements of these days that reach the rule's amount or time."""
        ...

    def idle(self, rule: Rule, start: date, end: date) -> Sequence[Idle]:
        """Clusters and their idle hours."""
        ...

    def budgets(self, rule: Rule, day: date) -> Sequence[BudgetDay]:
        """The budgets the rule is about, as `day` left them."""
        ...

    def anomalies(self, rule: Rule, start: date, end: date) -> Sequence[Odd]:
        """Anomalies of these days."""
        ...

    def sources(self, now: datetime) -> Sequence[Source]:
        """Newest row of each source at a moment."""
        ...

    def month_end(self, rule: Rule, by: str, day: date) -> Sequence[tuple[Daily, Decimal]]:
        """Each group with its forecast of the whole month, made at the end of `day`."""
        ...

    def drivers(self, rule: Rule, group: Group, start: date, end: date) -> Sequence[Driver]:
        """Why a group's figure of these days is what it is, the largest part first."""
        ...


@dataclass(frozen=True)
class Reading:
    """One group as a rule finds it: told or not, it has a level."""

    group: Group
    value: Decimal
    """The figure: money, or hours, or a share, by `unit`."""
    limit: Decimal
    """From where on the rule fires."""
    level: int
    """How many of the rule's steps are reached; 0: it does not fire."""
    period: str
    """The time it belongs to (`2026-11-20`, `2026-W47`, `2026-11`): a crossing is told once in it."""
    start: date
    end: date
    unit: str = "money"
    """`money`, `hours` or `share`."""
    expected: Decimal | None = None
    """What it was compared with."""
    note: str = ""
    money: Decimal | None = None
    """What it cost, where the figure itself is no money and the cost is known."""


def level_of(ratio: float, steps: Sequence[float]) -> int:
    """How many steps a ratio reaches.

    >>> [level_of(r, (1, 2, 5)) for r in (0.99, 1, 4.9, 80)]
    [0, 1, 2, 3]
    """
    return sum(ratio >= step - 1e-9 for step in steps)
