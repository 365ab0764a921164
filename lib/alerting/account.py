"""One account as a round of alert rules asks it: each question once for the whole span of the round."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self, TypeVar

from lib.alerting.places import Thing
from lib.alerts.reading import Group, StatementRun
from lib.alerts.rule import Rule
from lib.explorer.by import OBJECTS, spend
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.store import Store
from lib.store.watch import Budget, all_budgets, planned_events
from lib.warehouse import Warehouse
from lib.watch.daily import Daily as DailySeries
from lib.watch.daily import read as read_daily
from lib.watch.days_off import Calendar, calendar
from lib.watch.desk import scanned, sensitivity
from lib.watch.tag import key_of
from lib.watch.tell import Watched

Answer = TypeVar("Answer")
WIDER = timedelta(days=31)
"""How far before a run's first day its cost may lie, where it is worked out live."""


@dataclass(frozen=True)
class Watching:
    """What budgets and anomalies need besides the warehouse."""

    store: Store
    until: AsOf
    tag: str
    """Tag whose values are watched as series of their own, and stand for teams."""
    country: str = ""
    """Whose holidays forecasts know, and are no anomalies."""
    owner_tags: tuple[str, ...] = ()
    """Tag keys that name owners."""
    user: str = ""
    """By whose limits anomalies are judged; empty: everybody's."""


class Account:
    """What rules ask of one warehouse. `start` and `end` span all days that a round will ask for."""

    def __init__(
        self,
        warehouse: Warehouse,
        start: date,
        end: date,
        *,
        watching: Watching | None = None,
        present: bool = True,
        running: Callable[[], Sequence[StatementRun]] | None = None,
    ) -> None:
        """`watching`: what budgets and anomalies need; without it there are none. `running`: statements that run now, as the
        workspace says; the tables learn of them an hour later.

        `present`: whether the round is about now, so that the present state of sources means something.
        """
        self._warehouse, self._start, self._end, self._present = warehouse, start, end, present
        self._watching = watching
        self._running = running if present else None
        self._known: dict[Hashable, Any] = {}

    def seen_by(self, user: str) -> Self:
        """The same facts, anomalies by the limits of this person; what is known already is shared."""
        if self._watching is None or self._watching.user == user:
            return self
        other = type(self)(
            self._warehouse,
            self._start,
            self._end,
            watching=replace(self._watching, user=user),
            present=self._present,
            running=self._running,
        )
        other._known = self._known
        return other

    @property
    def tag(self) -> str:
        """The tag whose values stand for teams."""
        return self._watching.tag if self._watching else ""

    @property
    def calendar(self) -> Calendar:
        """Planned events, and the holidays that forecasts know."""
        seen = self._watching
        return calendar(seen.store, seen.country) if seen else Calendar()

    @property
    def owner_tags(self) -> Sequence[str]:
        """Tag keys of this account that name owners."""
        return self._watching.owner_tags if self._watching else ()

    def fetch(self, query: str, params: Mapping[str, object]) -> list[dict[str, Any]]:
        """Rows of a query."""
        return self._warehouse.fetch(query, dict(params)).to_pylist()

    def spend(self, rule: Rule, dims: Sequence[str], start: date, end: date) -> list[dict[str, Any]]:
        """Spend of some days as the rule's filters leave it."""
        key = ("spend", tuple(dims), start, end, self._scope(rule))
        return self._once(key, lambda: spend(self._warehouse, self._filters(rule, start, end), dims).rows.to_pylist())

    def group(self, by: str, key: str | None, name: str | None, workspace: str | None) -> str | None:
        """The key of the group that a row of spend belongs to; None when to none."""
        found = group_of(by, key, name, workspace)
        return None if found is None else found.key

    def most(self, rule: Rule, of: str, dim: str, key: str) -> str:
        """Of an object, the value of another dimension behind most of its cost in the round's days; empty when there is none."""
        whole = Filters(Period(self._start, self._end), rule.currency, rule.base)
        found: dict[str, str] = self._once(
            ("most", of, dim, rule.currency, rule.base), lambda: self._most(whole, of, dim)
        )
        return found.get(key, "")

    def _most(self, view: Filters, of: str, dim: str) -> dict[str, str]:
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in spend(self._warehouse, view, (of, dim)).rows.to_pylist():
            key = self.group(of, row["key1"], "", row["workspace_id"])
            if key is not None and row["key2"]:
                sums[key][str(row["key2"])] += (row["cost"] or 0) + (row["vm_cost"] or 0)
        return {key: max(values, key=lambda value: values[value]) for key, values in sums.items()}

    def budget(self, budget_id: str) -> tuple[Budget, DailySeries] | None:
        """A budget in force and the costs it is judged by."""
        if self._watching is None:
            return None
        found = next((budget for budget in all_budgets(self._watching.store) if budget.id == budget_id), None)
        return None if found is None else (found, self._costs_of(found))

    def _costs_of(self, budget: Budget) -> DailySeries:
        """The daily costs by which a budget is judged: its own currency, prices and tag."""
        assert self._watching is not None
        view = Filters(
            Period(self._start, self._end), budget.currency, "contract" if budget.base == "contract" else "list"
        )
        tag = key_of(budget.series, self._watching.tag)
        return self._once(("budget", budget.currency, budget.base, tag), lambda: self._series(view, tag))

    def _series(self, view: Filters, tag: str) -> DailySeries:
        assert self._watching is not None
        return read_daily(self._warehouse, view, self._watching.until, tag)

    def watched(self, rule: Rule) -> Watched | None:
        """Every anomaly that the rule's filters leave, as the one whose rule it is wants to be told."""
        if self._watching is None:
            return None
        seen = self._watching
        view, own = self._filters(rule, self._start, self._end), sensitivity(seen.store, seen.user)
        found: Watched = self._once(
            ("watched", seen.user, self._scope(rule)),
            lambda: scanned(
                self._warehouse,
                view,
                seen.until,
                seen.tag,
                self._start,
                own,
                tuple(planned_events(seen.store)),
                seen.country,
            ),
        )
        return found

    def warehouse_of(self, rule: Rule, thing: Thing, start: date, end: date) -> str:
        """The warehouse of a statement, as groups spell it; asked only when no rule of the round came upon the statement."""
        params = {
            "start_date": start,
            "end_date": end,
            "workspace_id": thing.workspace_id or None,
            "statement_id": thing.key,
        }

        def ask() -> str:
            rows = self.fetch("statements/statement", params)
            return f"{thing.workspace_id}/{rows[0]['warehouse_id'] or ''}" if rows else ""

        return self._once(("warehouse of", thing.of_workspace), ask)

    def newest_rows(self) -> dict[str, datetime | None]:
        """Newest row of each source, now."""
        rows = self._once(("sources",), lambda: self.fetch("trust/sources", {}))
        return {row["table_name"]: row["last_time"] for row in rows}

    def _allowed(self, rule: Rule, dim: str) -> frozenset[str] | None:
        """Objects that a rule's tag and products leave, where what is asked knows neither; None: all."""
        if not (rule.tag or rule.team or rule.products):
            return None
        rows = self.spend(rule, (dim,), self._start - WIDER, self._end)
        return frozenset(self.group(dim, row["key1"], "", row["workspace_id"]) or "" for row in rows)

    def _filters(self, rule: Rule, start: date, end: date) -> Filters:
        rule = rule.of_team(self.tag)
        return Filters(
            Period(start, end), rule.currency, rule.base, rule.workspaces, rule.products, rule.owners, tag=rule.tag
        )

    def _values(self, rule: Rule) -> dict[str, object]:
        params = self._filters(rule, self._start, self._end).params()
        return {name: params[name] for name in ("start_date", "end_date", "currency", "base", "workspaces")}

    def _scope(self, rule: Rule) -> Hashable:
        return (rule.currency, rule.base, rule.workspaces, rule.products, rule.owners, rule.of_team(self.tag).tag)

    def _once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]  # type: ignore[no-any-return]


def group_of(by: str, key: str | None, name: str | None, workspace: str | None) -> Group | None:
    """A group of a dimension; None for the cost that names no object of that kind."""
    if key is None:
        return Group("", f"without {by[4:]}") if by.startswith("tag:") else None
    if by in OBJECTS:
        return Group(f"{workspace or ''}/{key}", name or key)
    return Group(key, name or key, key if by == "owner" else "")
