"""How budgets stand: spent from the ledger, the end from a forecast."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from lib.spend.budget import Ahead, Plan, Status, status
from lib.spend.filters import Filters
from lib.spend.forecast import forecast
from lib.spend.period import Period
from lib.store.watch import Budget
from lib.watch.daily import Daily, Key, parse_key
from lib.watch.days_off import Calendar
from lib.watch.tag import key_of

LONGEST = 400
"""Days a budget's end is forecast at most."""


@dataclass(frozen=True)
class Standing:
    """A budget and how it stands."""

    budget: Budget
    key: Key
    name: str
    """Of what it is for."""
    status: Status
    before_history: int
    """Days of the period that lie before the history that was read: what they cost is not in it."""
    model: str
    """The method of the forecast; empty without one."""
    error: float | None
    """Its measured relative error."""
    seen: bool = True
    """Was anything of it ever used in the days that were read?"""

    @property
    def verdict(self) -> str:
        """How it stands, in words; of what nobody has seen nothing is claimed."""
        return self.status.verdict if self.seen else "no usage seen"

    @property
    def tone(self) -> str:
        """`ok`, `warn` or `critical`; `plain` where nothing can be said. A commitment is to be used up."""
        if not self.seen:
            return "plain"
        if self.budget.plan.commitment:
            return {"ok": "warn" if self.status.end is not None else "plain", "at risk": "ok", "over": "ok"}[
                self.status.state
            ]
        return {"ok": "ok", "at risk": "warn", "over": "critical"}[self.status.state]


def standings(daily: Daily, budgets: Sequence[Budget], today: date, calendar: Calendar = Calendar()) -> list[Standing]:
    """Every budget, the most strained first. Budgets of another currency than the ledger's view are left out."""
    return _by_strain(
        _standing(daily, budget, today, calendar) for budget in budgets if budget.currency == daily.currency
    )


def all_standings(
    budgets: Sequence[Budget],
    costs: Callable[[Filters, str], Daily],
    period: Period,
    usual: str,
    today: date,
    calendar: Calendar = Calendar(),
) -> list[Standing]:
    """Every budget in its own currency and prices, the most strained first.

    costs: daily costs of a view, and of the values of a tag; asked once for all budgets that go by the same.
    usual: the tag that is watched where a budget names none.
    """
    alike: dict[tuple[str, str, str], list[Budget]] = {}
    for budget in budgets:
        alike.setdefault((budget.currency, budget.base, key_of(budget.series, usual)), []).append(budget)
    found: list[Standing] = []
    for (currency, base, tag), mine in sorted(alike.items()):
        whole = Filters(period, currency=currency, base=base)  # type: ignore[arg-type]
        found += standings(costs(whole, tag), mine, today, calendar)
    return _by_strain(found)


def counts(found: Sequence[Standing]) -> dict[str, int]:
    """How many budgets are "ok", "at risk" or "over"; commitments and what nobody has used yet are in none of them."""
    mine = [one for one in found if one.seen and not one.budget.plan.commitment]
    return {state: sum(one.status.state == state for one in mine) for state in ("ok", "at risk", "over")}


def _by_strain(found: Iterable[Standing]) -> list[Standing]:
    return sorted(found, key=lambda one: -max(float(one.status.share), one.status.end_share or 0))


def _standing(daily: Daily, budget: Budget, today: date, calendar: Calendar) -> Standing:
    key = parse_key(budget.series)
    past, late = daily.series(key), daily.late_series(key)
    days = [*past.tolist(), *late.tolist()]
    cost = {daily.day(number): Decimal(repr(round(value, 10))) for number, value in enumerate(days) if value}
    if not daily.days:
        nothing = status(budget.plan, cost, None, today - timedelta(days=2), today)
        return Standing(budget, key, daily.name(key), nothing, 0, "", None, seen=False)
    newest = daily.last_day
    period = budget.plan.period(today)
    left = min((period.end - newest).days - 1, LONGEST)
    ahead, model, error = None, "", None
    if left > 0 and past.any():
        events = calendar.marks(daily.first_day, daily.days + left, key.text)
        made = forecast(past, left, first_day=daily.first_day, events=events)
        ahead = Ahead(made.mean[0].tolist(), float(made.total_low95[0]), float(made.total_high95[0]))
        model = made.model[0]
        error = float(made.backtest.relative[0]) if np.isfinite(made.backtest.relative[0]) else None
    before = max((daily.first_day - period.start).days, 0)
    stands = status(budget.plan, cost, ahead, newest, today)
    return Standing(budget, key, daily.name(key), stands, before, model, error, seen=key in daily.numbers)


def suggestion(daily: Daily, key: Key) -> Decimal:
    """A round amount a month that would have held for the last three: what a new budget starts from."""
    past = daily.series(key)[-92:]
    a_month = float(past.sum()) / max(len(past), 1) * 30.4
    if a_month <= 0:
        return Decimal(100)
    size = 10 ** max(len(str(int(a_month))) - 2, 0)
    return Decimal(int(a_month * 1.1 / size + 1) * size)


def plan_words(plan: Plan) -> str:
    """The period in words."""
    if plan.span == "custom":
        return f"{plan.first_day} to {plan.last_day}"
    return {"daily": "a day", "monthly": "a month", "quarterly": "a quarter", "yearly": "a year"}[plan.span]
