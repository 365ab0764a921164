"""An account for rules, by hand: what each group cost on each day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from lib.alerts.kinds.kind import Moment
from lib.alerts.reading import ALL, BudgetDay, Daily, Driver, Group, Idle, Odd, RunCost, Source
from lib.alerts.rule import Rule

DAY = date(2026, 11, 24)  # a Tuesday
NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
MOMENT = Moment(DAY, NOW)


def back(days: int) -> date:
    return DAY - timedelta(days=days)


@dataclass
class Hand:
    """Facts as a test writes them. `costs`: amounts by group, the last one on DAY."""

    costs: Mapping[str, Sequence[object]] = field(default_factory=dict)
    run_costs: Sequence[RunCost] = ()
    idles: Sequence[Idle] = ()
    budget_days: Sequence[BudgetDay] = ()
    odds: Sequence[Odd] = ()
    newest: Mapping[str, datetime | None] | None = None
    ends: Mapping[str, object] = field(default_factory=dict)

    def daily(self, rule: Rule, by: str, start: date, end: date) -> Sequence[Daily]:
        found = []
        for name, amounts in self.costs.items():
            days = {back(len(amounts) - 1 - n): Decimal(str(a)) for n, a in enumerate(amounts) if a is not None}
            group = Group(name, name) if by else ALL
            found.append(Daily(group, days))
        return found

    def runs(self, rule: Rule, start: date, end: date) -> Sequence[RunCost]:
        return [run for run in self.run_costs if start <= run.day < end]

    def idle(self, rule: Rule, start: date, end: date) -> Sequence[Idle]:
        return [idle for idle in self.idles if start <= idle.day < end]

    def budgets(self, rule: Rule, day: date) -> Sequence[BudgetDay]:
        return self.budget_days

    def anomalies(self, rule: Rule, start: date, end: date) -> Sequence[Odd]:
        return [odd for odd in self.odds if start <= odd.day < end]

    def sources(self, now: datetime) -> Sequence[Source]:
        return [Source(Group(name, name), at) for name, at in (self.newest or {}).items()]

    def month_end(self, rule: Rule, by: str, day: date) -> Sequence[tuple[Daily, Decimal]]:
        return [(Daily(Group(name, name), {}), Decimal(str(amount))) for name, amount in self.ends.items()]

    def drivers(self, rule: Rule, group: Group, start: date, end: date) -> Sequence[Driver]:
        return [Driver("part", Decimal(1))]


def rule(kind: str, **values: object) -> Rule:
    return Rule.model_validate({"name": "a rule", "kind": kind, **values})
