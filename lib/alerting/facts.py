"""The account as alert rules see it, read from the ledger; each question is asked once for the whole span of a round."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from lib.alerting import why
from lib.alerting.places import Thing
from lib.alerts.reading import ALL, Belongs, BudgetDay, Daily, Driver, Group, Idle, Odd, RunCost, Source, StatementRun
from lib.alerts.rule import Rule
from lib.alerts.windows import span
from lib.explorer.by import OBJECTS, spend
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.store import Store
from lib.store.watch import Budget, all_budgets, all_marks, planned_events
from lib.warehouse import Warehouse
from lib.watch.budgets import standings
from lib.watch.daily import Daily as DailySeries
from lib.watch.daily import read as read_daily
from lib.watch.days_off import Calendar
from lib.watch.desk import marks_of, scanned, sensitivity
from lib.watch.tag import key_of
from lib.watch.tell import Watched, with_marks

Answer = TypeVar("Answer")
WIDER = timedelta(days=31)
"""How far before a run's first day its cost may lie, where it is worked out live."""
LATER = timedelta(days=3)
"""How far after its last complete day a trial looks at statements: those that ran at the time are seen too."""
HISTORY = timedelta(days=400)
"""Days that a forecast looks back on."""


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

    def seen_by(self, user: str) -> "AccountFacts":
        """The same facts, anomalies by the limits of this person; what is known already is shared."""
        if self._watching is None or self._watching.user == user:
            return self
        other = AccountFacts(
            self._warehouse,
            self._start,
            self._end,
            watching=replace(self._watching, user=user),
            present=self._present,
            running=self._running,
        )
        other._known = self._known
        return other

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
        jobs = self._allowed(rule, "job")
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
            if jobs is None or f"{row['workspace_id'] or ''}/{row['job_id']}" in jobs
        ]  # fmt: skip

    def statements(self, rule: Rule, start: date, end: date) -> Sequence[StatementRun]:
        """SQL statements of these days that reach the rule's amount or time."""
        asked = (start, end) if self._present else (self._start, self._end + LATER)
        key = ("statements", asked, rule.amount, rule.hours, self._scope(rule))
        found: list[StatementRun] = self._once(key, lambda: self._statements(rule, *asked))
        return [one for one in found if start <= one.day < end]

    def _statements(self, rule: Rule, start: date, end: date) -> list[StatementRun]:
        values = self._values(rule) | {"start_date": start, "end_date": end, "cost_min": rule.amount}
        values["seconds_min"] = None if rule.hours is None else rule.hours * 3600
        warehouses = self._allowed(rule, "warehouse")
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
            for row in self.fetch("alerts/statements", values)
            if not rule.owners or row["executed_by"] in rule.owners
            if warehouses is None or f"{row['workspace_id'] or ''}/{row['warehouse_id']}" in warehouses
        ]  # fmt: skip
        told = [replace(one, hours=live[one.group.key].hours) if one.group.key in live else one for one in told]
        known = {one.group.key for one in told}
        return told + [
            one for key, one in live.items()
            if key not in known and rule.hours is not None and one.hours >= rule.hours and start <= one.day < end
            and (not rule.owners or one.group.owner in rule.owners)
            and (not rule.workspaces or key.partition("/")[0] in rule.workspaces)
            and (warehouses is None or one.warehouse in warehouses)
        ]  # fmt: skip

    def idle(self, rule: Rule, start: date, end: date) -> Sequence[Idle]:
        """Clusters and their idle hours."""
        found: list[Idle] = self._once(("idle", self._scope(rule)), lambda: self._idle(rule))
        return [idle for idle in found if start <= idle.day < end]

    def _idle(self, rule: Rule) -> list[Idle]:
        found, clusters = [], self._allowed(rule, "cluster")
        for row in self._warehouse.fetch("alerts/idle", self._values(rule)).to_pylist():
            if rule.owners and row["owner"] not in rule.owners:
                continue
            share = Decimal(row["quiet_minutes"]) / Decimal(row["up_minutes"] or 1)
            cost = None if row["cluster_cost"] is None else row["cluster_cost"] * min(share, Decimal(1))
            key = f"{row['workspace_id'] or ''}/{row['cluster_id']}"
            if clusters is not None and key not in clusters:
                continue
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
            for one in standings(_until(self._costs_of(budget), day), [budget], day, self._calendar):
                group = Group(budget.id, budget.name, budget.owner)
                period = f"{one.status.period.start:%Y-%m-%d}"
                expected = None if one.status.end is None else Decimal(str(round(one.status.end, 6)))
                found.append(
                    BudgetDay(group, period, budget.plan.amount, one.status.spent, expected, one.status.period.start)
                )
        return found

    @property
    def _calendar(self) -> Calendar:
        seen = self._watching
        return Calendar(planned_events(seen.store), seen.country) if seen else Calendar()

    def anomalies(self, rule: Rule, start: date, end: date) -> Sequence[Odd]:
        """Anomalies that began in these days and that nobody acknowledged or muted."""
        found: list[Odd] = self._once(
            ("anomalies", self._watching and self._watching.user, self._scope(rule)), lambda: self._odd(rule)
        )
        return [odd for odd in found if start <= odd.day < end and rule.by in ("", odd.kind)]

    def _odd(self, rule: Rule) -> list[Odd]:
        seen = self.watched(rule)
        if self._watching is None or seen is None:
            return []
        told = with_marks(seen.told, marks_of(all_marks(self._watching.store, self._watching.until.today)))
        return [
            Odd(
                one.day, Group(one.key.text, one.name), Decimal(str(round(one.thing.value, 6))),
                Decimal(str(round(one.thing.expected, 6))), one.thing.severity, one.key.kind,
            )
            for one in told
            if one.state == "open"
        ]  # fmt: skip

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

    def sources(self, now: datetime) -> Sequence[Source]:
        """Newest row of each source that was loaded, as a moment finds it."""
        missing = self._warehouse.missing_tables()
        found = self.newest_rows() if self._present else self._newest_rows_at(now)
        return [Source(Group(name, name), at) for name, at in found.items() if name not in missing]

    def newest_rows(self) -> dict[str, datetime | None]:
        """Newest row of each source, now."""
        rows = self._once(("sources",), lambda: self.fetch("trust/sources", {}))
        return {row["table_name"]: row["last_time"] for row in rows}

    def _newest_rows_at(self, now: datetime) -> dict[str, datetime | None]:
        """By the rows' own times: when they arrived, no source says."""
        span = {"start_date": self._start, "end_date": self._end + LATER}
        rows = self._once(("source days",), lambda: self.fetch("alerts/source_days", span))
        newest: dict[str, datetime | None] = {}
        for row in rows:
            seen = min(row["last_time"], now) if row["first_time"] <= now else None
            newest[row["table_name"]] = max(filter(None, (newest.get(row["table_name"]), seen)), default=None)
        return newest

    def month_end(self, rule: Rule, by: str, day: date) -> Sequence[tuple[Daily, Decimal]]:
        """Each group with what its month will come to: what is known of it, and the forecast of the rest."""
        from lib.spend.forecast import forecast

        now = span("month", day)
        ends = (now.start + timedelta(days=32)).replace(day=1)
        ahead = (ends - now.end).days
        known = self.daily(rule, by, self._start - HISTORY, now.end)
        series = [daily for daily in known if daily.costs and min(daily.costs) < now.end]
        if not series or not ahead:
            return [(daily, daily.over(now.start, now.end)) for daily in series]
        first = min(min(daily.costs) for daily in series)
        days = [first + timedelta(days=n) for n in range((now.end - first).days)]
        values = np.array([[float(daily.costs.get(d, 0)) for d in days] for daily in series])
        made = forecast(values, ahead, first_day=first, events=self._calendar.marks(first, len(days) + ahead))
        return [
            (daily, daily.over(now.start, now.end) + Decimal(str(round(float(total), 6))))
            for daily, total in zip(series, made.total, strict=True)
        ]

    def drivers(self, rule: Rule, group: Group, start: date, end: date) -> Sequence[Driver]:
        """Why a group's figure of these days is what it is, the largest part first."""
        return why.drivers(self, rule, group, start, end)

    def belongs(self, rule: Rule, group: Group, start: date, end: date) -> Belongs:
        """To whom a group belongs."""
        return why.belongs(self, rule, group, start, end)

    # what `why` asks besides

    @property
    def tag(self) -> str:
        """The tag whose values stand for teams."""
        return self._watching.tag if self._watching else ""

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
        found = _group(by, key, name, workspace)
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
        """The warehouse of a statement, as groups spell it."""
        params = {
            "start_date": start,
            "end_date": end,
            "workspace_id": thing.workspace_id or None,
            "statement_id": thing.key,
        }
        rows = self.fetch("statements/statement", params)
        return f"{thing.workspace_id}/{rows[0]['warehouse_id'] or ''}" if rows else ""

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
