"""The account as alert rules see it, read from the ledger; each question is asked once for the whole span of a round."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import numpy as np

from lib.alerts.reading import ALL, BudgetDay, Daily, Group, Idle, Odd, RunCost, Source, StatementRun
from lib.alerts.rule import Rule
from lib.alerts.windows import span
from lib.explorer.by import OBJECTS, spend
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.store import Store
from lib.store.watch import all_budgets, all_marks, planned_events
from lib.warehouse import Warehouse
from lib.watch.budgets import standings
from lib.watch.daily import Daily as DailySeries
from lib.watch.daily import read as read_daily
from lib.watch.desk import marks_of, scanned, sensitivity
from lib.watch.tell import with_marks

Answer = TypeVar("Answer")
WIDER = timedelta(days=31)
"""How far before a run's first day its cost may lie, where it is worked out live."""
HISTORY = timedelta(days=400)
"""Days that a forecast looks back on."""
DRIVERS = {"": "product", "product": "sku", "sku": "workspace", "workspace": "product", "owner": "job"}
"""What a group's cost is taken apart by; other groups by SKU."""


@dataclass(frozen=True)
class Watching:
    """What budgets and anomalies need besides the warehouse."""

    store: Store
    until: AsOf
    tag: str = "team"
    """Tag whose values are watched as series of their own."""
    country: str = ""
    """Whose holidays are no anomalies."""


class AccountFacts:
    """Facts of one warehouse. `start` and `end` span all days that a round will ask for."""

    def __init__(
        self,
        warehouse: Warehouse,
        start: date,
        end: date,
        *,
        watching: "Watching | None" = None,
        present: bool = True,
        running: "Callable[[], Sequence[StatementRun]] | None" = None,
    ) -> None:
        """`watching`: what budgets and anomalies need; without it there are none. `running`: statements that run now, as the
        workspace says; the tables learn of them an hour later.

        `present`: whether the round is about now, so that the present state of sources means something.
        """
        self._warehouse, self._start, self._end, self._present = warehouse, start, end, present
        self._watching = watching
        self._running = running if present else None
        self._known: dict[Hashable, Any] = {}

    def daily(self, rule: Rule, by: str, start: date, end: date) -> Sequence[Daily]:
        """Cost by day of each group that the rule's filters leave."""
        return self._once(
            ("daily", by, start < self._start, self._scope(rule)), lambda: self._daily(rule, by, start, end)
        )

    def _daily(self, rule: Rule, by: str, start: date, end: date) -> list[Daily]:
        view = self._filters(rule, min(start, self._start), max(end, self._end))
        rows = spend(self._warehouse, view, ("day", by) if by else ("day",)).rows
        costs: dict[Group, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in rows.select(["key1", "key2", "name2", "workspace_id", "cost", "vm_cost"]).to_pylist():
            if row["cost"] is None and row["vm_cost"] is None:
                continue  # unpriced: no cost is known, which is not a cost of nothing
            group = _group(by, row["key2"], row["name2"], row["workspace_id"]) if by else ALL
            if group is None:
                continue  # cost that names nothing of this kind
            costs[group][date.fromisoformat(row["key1"])] += (row["cost"] or 0) + (row["vm_cost"] or 0)
        return [Daily(group, dict(days)) for group, days in costs.items()]

    def runs(self, rule: Rule, start: date, end: date) -> Sequence[RunCost]:
        """Job runs that began in these days."""
        found: list[RunCost] = self._once(("runs", self._scope(rule)), lambda: self._runs(rule))
        return [run for run in found if start <= run.day < end]

    def _runs(self, rule: Rule) -> list[RunCost]:
        values = self._values(rule) | {"start_date": self._start - WIDER, "period_start": self._start}
        return [
            RunCost(
                row["begun_on"],
                Group(
                    f"{row['workspace_id'] or ''}/{row['job_id']}/{row['run_id']}",
                    f"{row['job_name'] or row['job_id']}, run {row['run_id']}", row["owner"] or "",
                ),
                row["job_name"] or row["job_id"], row["run_cost"],
                row["run_cost"] * Decimal(str(row["failed_share"] or 0)), row["final_state"] or "",
            )
            for row in self._warehouse.fetch("alerts/runs", values).to_pylist()
            if not rule.owners or row["owner"] in rule.owners
        ]  # fmt: skip

    def statements(self, rule: Rule, start: date, end: date) -> Sequence[StatementRun]:
        """SQL statements of these days that reach the rule's amount or time."""
        values = self._values(rule) | {"start_date": start, "end_date": end, "cost_min": rule.amount}
        values["seconds_min"] = None if rule.hours is None else rule.hours * 3600
        live = {} if self._running is None else {one.group.key: one for one in self._once(("running",), self._running)}
        told = [
            StatementRun(
                row["run_date"],
                Group(
                    f"{row['workspace_id'] or ''}/{row['statement_id']}",
                    f"{row['statement_type'] or 'Statement'} on {row['warehouse_name'] or row['warehouse_id'] or 'serverless'}",
                    row["executed_by"] or "",
                ),
                row["total_ms"] / 3_600_000, row["cost"], row["execution_status"] or "RUNNING",
            )
            for row in self._warehouse.fetch("alerts/statements", values).to_pylist()
            if not rule.owners or row["executed_by"] in rule.owners
        ]  # fmt: skip
        told = [replace(one, hours=live[one.group.key].hours) if one.group.key in live else one for one in told]
        known = {one.group.key for one in told}
        return told + [
            one for key, one in live.items()
            if key not in known and rule.hours is not None and one.hours >= rule.hours and start <= one.day < end
            and (not rule.owners or one.group.owner in rule.owners)
            and (not rule.workspaces or key.partition("/")[0] in rule.workspaces)
        ]  # fmt: skip

    def idle(self, rule: Rule, start: date, end: date) -> Sequence[Idle]:
        """Clusters and their idle hours."""
        found: list[Idle] = self._once(("idle", self._scope(rule)), lambda: self._idle(rule))
        return [idle for idle in found if start <= idle.day < end]

    def _idle(self, rule: Rule) -> list[Idle]:
        found = []
        for row in self._warehouse.fetch("alerts/idle", self._values(rule)).to_pylist():
            share = Decimal(row["quiet_minutes"]) / Decimal(row["up_minutes"] or 1)
            cost = None if row["cluster_cost"] is None else row["cluster_cost"] * min(share, Decimal(1))
            key = f"{row['workspace_id'] or ''}/{row['cluster_id']}"
            group = Group(key, row["cluster_name"] or row["cluster_id"], row["owner"] or "")
            found.append(Idle(row["usage_date"], group, row["quiet_minutes"] / 60, cost))
        return found

    def budgets(self, rule: Rule, day: date) -> Sequence[BudgetDay]:
        """The budgets that the rule is about, as `day` left them."""
        if self._watching is None:
            return ()
        store = self._watching.store
        chosen = [budget for budget in all_budgets(store) if rule.subject in ("", budget.id, budget.name)]
        found = []
        for budget in chosen:
            view = Filters(
                Period(self._start, self._end), budget.currency, "contract" if budget.base == "contract" else "list"
            )
            daily = self._once(("budget", budget.currency, budget.base), partial(self._series, view))
            for one in standings(_until(daily, day), [budget], day + timedelta(days=1)):
                group = Group(budget.id, budget.name, budget.owner)
                period = f"{one.status.period.start:%Y-%m-%d}"
                expected = None if one.status.end is None else Decimal(str(round(one.status.end, 6)))
                found.append(BudgetDay(group, period, budget.plan.amount, one.status.spent, expected))
        return found

    def anomalies(self, rule: Rule, start: date, end: date) -> Sequence[Odd]:
        """Anomalies that began in these days and that nobody acknowledged or muted."""
        found: list[Odd] = self._once(("anomalies", self._scope(rule)), lambda: self._odd(rule))
        return [odd for odd in found if start <= odd.day < end and rule.by in ("", odd.kind)]

    def _odd(self, rule: Rule) -> list[Odd]:
        if self._watching is None:
            return []
        store, until = self._watching.store, self._watching.until
        planned = tuple(planned_events(store))
        view = self._filters(rule, self._start, self._end)
        seen = scanned(
            self._warehouse, view, until, self._watching.tag, self._start, sensitivity(store, ""), planned,
            self._watching.country,
        )  # fmt: skip
        told = with_marks(seen.told, marks_of(all_marks(store, until.today)))
        return [
            Odd(
                one.day, Group(one.key.text, one.name), Decimal(str(round(one.thing.value, 6))),
                Decimal(str(round(one.thing.expected, 6))), one.thing.severity, one.key.kind,
            )
            for one in told
            if one.state == "open"
        ]  # fmt: skip

    def _series(self, view: Filters) -> DailySeries:
        assert self._watching is not None
        return read_daily(self._warehouse, view, self._watching.until, self._watching.tag)

    def sources(self) -> Sequence[Source] | None:
        """Newest row of each source that was loaded."""
        if not self._present:
            return None
        missing = self._warehouse.missing_tables()
        rows = self._once(("sources",), lambda: self._warehouse.fetch("trust/sources", {}).to_pylist())
        return [
            Source(Group(row["table_name"], row["table_name"]), row["last_time"])
            for row in rows
            if row["table_name"] not in missing
        ]

    def month_end(self, rule: Rule, by: str, day: date) -> Sequence[tuple[Daily, Decimal]]:
        """Each group with what its month will come to: what is known of it, and the forecast of the rest."""
        from lib.spend.forecast import forecast

        now = span("month", day)
        ends = (now.start + timedelta(days=32)).replace(day=1)
        ahead = (ends - now.end).days
        series = self.daily(rule, by, self._start - HISTORY, now.end)
        if not series or not ahead:
            return [(daily, daily.over(now.start, now.end)) for daily in series]
        first = min(min(daily.costs) for daily in series)
        days = [first + timedelta(days=n) for n in range((now.end - first).days)]
        made = forecast(
            np.array([[float(daily.costs.get(d, 0)) for d in days] for daily in series]), ahead, first_day=first
        )
        return [
            (daily, daily.over(now.start, now.end) + Decimal(str(round(float(total), 6))))
            for daily, total in zip(series, made.total, strict=True)
        ]

    def drivers(self, rule: Rule, group: Group, start: date, end: date) -> Sequence[tuple[str, Decimal]]:
        """The largest parts of a group's cost of these days."""
        by = rule.by or {"job": "job", "job_change": "job", "idle": "cluster"}.get(rule.kind, "")
        part = DRIVERS.get(by, "sku")
        rows = spend(self._warehouse, self._filters(rule, start, end), (by, part) if by else (part,)).rows.to_pylist()
        key, name = ("key2", "name2") if by else ("key1", "name1")
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            mine = not by or (
                (found := _group(by, row["key1"], row["name1"], row["workspace_id"])) and found.key == group.key
            )
            if mine:
                sums[row[name] or row[key] or f"no {part}"] += (row["cost"] or 0) + (row["vm_cost"] or 0)
        return sorted(sums.items(), key=lambda item: -item[1])

    def owner(self, rule: Rule, group: Group, start: date, end: date) -> str:
        """Who a group belongs to: the person behind most of its cost; empty when nobody is named."""
        by = rule.by or {"job": "job", "job_change": "job"}.get(rule.kind, "")
        if group.owner or by not in OBJECTS:
            return group.owner
        rows = spend(self._warehouse, self._filters(rule, start, end), (by, "owner")).rows.to_pylist()
        mine = [
            row
            for row in rows
            if (found := _group(by, row["key1"], "", row["workspace_id"])) and found.key == group.key
        ]
        most = max(mine, key=lambda row: (row["cost"] or 0) + (row["vm_cost"] or 0), default=None)
        return str(most["key2"] or "") if most else ""

    def _filters(self, rule: Rule, start: date, end: date) -> Filters:
        return Filters(
            Period(start, end), rule.currency, rule.base, rule.workspaces, rule.products, rule.owners, tag=rule.tag
        )

    def _values(self, rule: Rule) -> dict[str, object]:
        params = self._filters(rule, self._start, self._end).params()
        return {name: params[name] for name in ("start_date", "end_date", "currency", "base", "workspaces")}

    def _scope(self, rule: Rule) -> Hashable:
        return (rule.currency, rule.base, rule.workspaces, rule.products, rule.owners, rule.tag)

    def _once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]  # type: ignore[no-any-return]


def _group(by: str, key: str | None, name: str | None, workspace: str | None) -> Group | None:
    """A group of a dimension; None for the cost that names no object of that kind."""
    if key is None:
        return Group("", f"without {by[4:]}") if by.startswith("tag:") else None
    if by in OBJECTS:
        return Group(f"{workspace or ''}/{key}", name or key)
    return Group(key, name or key, key if by == "owner" else "")


def _until(daily: DailySeries, day: date) -> DailySeries:
    """The same series as `day` left them: later days are not known yet."""
    known = max((day - daily.first_day).days + 1, 0)
    if known >= daily.days:
        return daily
    return replace(daily, parts=daily.parts[:, :known], late=np.zeros((len(daily.parts), 0)))


def moment_words(at: datetime) -> str:
    """How far the data goes, for a message."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
