"""The account as alert rules see it: the facts that kinds of alerts read, from the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from lib.alerting import why
from lib.alerting.account import WIDER, Account, group_of
from lib.alerts.reading import ALL, Belongs, BudgetDay, Daily, Driver, Group, Idle, Odd, RunCost, Source, StatementRun
from lib.alerts.rule import Rule
from lib.alerts.windows import span
from lib.explorer.by import spend
from lib.store.watch import all_budgets, all_marks
from lib.watch.budgets import standings
from lib.watch.daily import Daily as DailySeries
from lib.watch.desk import marks_of
from lib.watch.tell import with_marks

LATER = timedelta(days=3)
"""How far after its last complete day a trial looks at statements: those that ran at the time are seen too."""
HISTORY = timedelta(days=400)
"""Days that a forecast looks back on."""


class AccountFacts(Account):
    """Facts of one warehouse."""

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
            group = group_of(by, row["key2"], row["name2"], row["workspace_id"]) if by else ALL
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
                f"{row['workspace_id'] or ''}/{row['warehouse_id'] or ''}",
            )
            for row in self.fetch("alerts/statements", values)
            if not rule.owners or row["executed_by"] in rule.owners
            if warehouses is None or f"{row['workspace_id'] or ''}/{row['warehouse_id']}" in warehouses
        ]  # fmt: skip
        told = [replace(one, hours=live[one.group.key].hours) if one.group.key in live else one for one in told]
        known = {one.group.key for one in told}
        self._known |= {("warehouse of", one.group.key): one.warehouse for one in (*live.values(), *told)}
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
            for one in standings(_until(self._costs_of(budget), day), [budget], day, self.calendar):
                group = Group(budget.id, budget.name, budget.owner)
                period = f"{one.status.period.start:%Y-%m-%d}"
                expected = None if one.status.end is None else Decimal(str(round(one.status.end, 6)))
                found.append(
                    BudgetDay(group, period, budget.plan.amount, one.status.spent, expected, one.status.period.start)
                )
        return found

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

    def sources(self, now: datetime) -> Sequence[Source]:
        """Newest row of each source that was loaded, as a moment finds it."""
        missing = self._warehouse.missing_tables()
        found = self.newest_rows() if self._present else self._newest_rows_at(now)
        return [Source(Group(name, name), at) for name, at in found.items() if name not in missing]

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
        made = forecast(values, ahead, first_day=first, events=self.calendar.marks(first, len(days) + ahead))
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


def _until(daily: DailySeries, day: date) -> DailySeries:
    """The same series as `day` left them: later days are not known yet."""
    known = max((day - daily.first_day).days + 1, 0)
    if known >= daily.days:
        return daily
    return replace(daily, parts=daily.parts[:, :known], late=np.zeros((len(daily.parts), 0)))


def moment_words(at: datetime) -> str:
    """How far the data goes, for a message."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
