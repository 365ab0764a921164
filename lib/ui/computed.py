"""Which figures of each page can be asked "How is this computed?", and what went into them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lib.explain.explain import Part
from lib.spend import formatting
from lib.spend.period import DAY, Period
from lib.ui.explain import Figure, money
from lib.warehouse.frames import sum_or_none

if TYPE_CHECKING:  # the landing page must not load what other pages need
    import pandas as pd

    from lib.clusters.fleet import Sums, Window
    from lib.clusters.warehouses import Listed
    from lib.explorer.overview import Overview
    from lib.explorer.priorities import Priorities
    from lib.explorer.records import Records
    from lib.genie.inventory import Line
    from lib.jobs.job import JobView
    from lib.jobs.run import RunView
    from lib.jobs.table import JobsView
    from lib.recommendations.lifecycle import Tracked
    from lib.spend.budget import Plan
    from lib.spend.filters import Filters
    from lib.statements.findings import QueryFindings
    from lib.statements.one import FingerprintView
    from lib.statements.overview import Overview as Queries
    from lib.statements.statement import StatementView
    from lib.statements.warehouse import WarehouseView
    from lib.watch.budgets import Standing
    from lib.watch.outlook import Outlook
    from lib.watch.tell import Told

Figures = list[Figure]


# ── spend ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def overview(shown: "Overview") -> Figures:
    """The landing page."""
    currency, total = shown.filters.currency, shown.total_cost
    found = [
        money("total_cost", "Total cost", total, currency),
        money("dbu_cost", "DBU cost", shown.dbu_cost, currency),
        money("vm_cost", "VM cost", shown.vm_cost, currency),
        money("untagged_cost", "Untagged", shown.untagged_cost, currency, ("Total cost", total)),
    ]
    made = shown.projection
    if made:
        month = formatting.MONTHS[made.month.start.month - 1]
        so_far = (f"Spent on {formatting.plural(made.days_used, 'complete day')}", made.spent)
        found.append(
            money("run_rate", month, made.total, currency, so_far, ("Days of the month", str(made.month.days)))
        )
    return found


def jobs(shown: "JobsView", filters: "Filters") -> Figures:
    """The list of jobs."""
    sums, currency = shown.cards, filters.currency
    from lib.jobs.table import chosen_keys

    part, runs = Part("job", chosen_keys(shown.jobs, filters)), ("Runs", formatting.count(sums.runs))
    return [
        money("jobs_cost", "Total cost", sums.total_cost, currency, part=part),
        money("vm_cost", "VM cost", sums.vm_cost, currency, part=part),
        money(
            "average_per_run",
            "Average per run",
            sums.average_per_run,
            currency,
            ("Total cost", sums.total_cost),
            runs,
            part=part,
        ),
        money("most_expensive_run", "Most expensive run", sums.most_expensive_run, currency, runs, part=part),
        money("failure_cost", "Failure cost", sums.failure_cost, currency, ("Total cost", sums.total_cost), part=part),
    ]


def job(shown: "JobView", failure: float | None, key: str) -> Figures:
    """One job; `key`: workspace_id/job_id."""
    currency, part = shown.filters.currency, Part("job", (key,), whole=True)
    used = [
        (str(row.resource_name or row.resource_id), float(row.shared_cost))  # type: ignore[arg-type]
        for row in shown.shared.itertuples()
        if not formatting.missing(row.shared_cost)
    ]
    return [
        money("job_cost", "Total cost", shown.total_cost, currency, part=part),
        money("vm_cost", "VM cost", shown.vm_cost, currency, part=part),
        money("shared_cost", "Shared compute", shown.shared_cost, currency, *used, part=part),
        money("failure_cost", "Failure cost", failure, currency, part=part),
        money(
            "median_run",
            "Median run",
            shown.runs["total_cost"].median(),
            currency,
            ("Runs", str(len(shown.runs))),
            part=part,
        ),
    ]


def run(shown: "RunView", key: str, run_id: str) -> Figures:
    """One run of a job; `key`: workspace_id/job_id."""
    facts, currency = shown.run, shown.filters.currency
    parts = (("DBU cost", facts["dbu_cost"]), ("VM cost", facts["vm_cost"]))
    part = Part("job", (key,), run_id, whole=True)
    return [
        money("run_cost", "Total cost", facts["total_cost"], currency, *parts, part=part),
        money("shared_cost", "Shared compute", facts["shared_cost"], currency, part=part),
    ]


def records(shown: "Records", sku: str | None) -> Figures:
    """Usage rows; `sku`: what the page's own filter asks for."""
    currency, part = shown.filters.currency, Part(sku=sku)
    return [
        money("usage_cost", "Cost", shown.cost, currency, part=part),
        money("per_day", "Per day", shown.per_day, currency, ("Days", str(shown.filters.period.days)), part=part),
        money("per_record", "Per row", shown.per_record, currency, part=part),
    ]


def priorities(shown: "Priorities") -> Figures:
    """Cost beside performance."""
    spaces, currency = shown.workspaces, shown.filters.currency
    statements = ("Statements", formatting.count(int(spaces["statements"].sum())))
    return [
        money("total_cost", "Total cost", sum_or_none(spaces["total_cost"]), currency),
        money("failure_cost", "Failure cost", sum_or_none(spaces["failure_cost"]), currency),
        money("mean_statement", "Cost per statement", shown.statement_cost, currency, statements),
    ]


# ── compute ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _days(over: "Window") -> Period:
    return Period(over.start, over.end)


def clusters(rows: "pd.DataFrame", total: "Sums", over: "Window") -> Figures:
    """The clusters in view."""
    keys = tuple(f"{w or ''}/{c}" for w, c in zip(rows["workspace_id"], rows["cluster_id"], strict=True))
    part = Part("cluster", keys or ("none",), period=_days(over), whole=True)
    currency, running = over.currency, ("Running clusters", str(total.running))
    unmeasured = ("Clusters not measured", str(total.unmeasured))
    return [
        money("cluster_cost", f"{over.days} days", total.month_cost, currency, part=part),
        money("cluster_idle", "Idle", total.idle_cost, currency, unmeasured, part=part),
        money("cluster_hour", "Cost per hour", total.cost_per_hour, currency, running, part=part),
    ]


def cluster(
    days: "pd.DataFrame", facts: Mapping[str, Any], over: "Window", workspace_id: str, cluster_id: str
) -> Figures:
    """One cluster."""
    part = Part("cluster", (f"{workspace_id}/{cluster_id}",), period=_days(over), whole=True)
    currency, hours = over.currency, facts.get("up_minutes")
    up = ("Up", formatting.NONE if formatting.missing(hours) else formatting.duration(float(hours or 0) * 60))
    idle = ("Idle minutes after the 30th", str(facts.get("idle_after_30") or 0))
    return [
        money("cluster_cost", f"{over.days} days", sum_or_none(days["total_cost"]), currency, part=part),
        money("vm_cost", "VM cost", sum_or_none(days["vm_cost"]), currency, part=part),
        money("cluster_idle", "Idle", facts.get("idle_cost"), currency, up, idle, part=part),
        money("cluster_hour", "Cost per hour up", facts.get("cost_per_hour"), currency, up, part=part),
    ]


def sql_warehouses(found: "Listed") -> Figures:
    """The SQL warehouses in view."""
    rows, over = found.rows, found.window
    keys = tuple(f"{w or ''}/{c}" for w, c in zip(rows["workspace_id"], rows["warehouse_id"], strict=True))
    part = Part("warehouse", keys or ("none",), period=_days(over), whole=True)
    return [money("warehouse_cost", f"{over.days} days", sum_or_none(rows["total_cost"]), over.currency, part=part)]


def warehouse(shown: "WarehouseView") -> Figures:
    """One SQL warehouse."""
    currency, facts = shown.filters.currency, shown.facts
    part = Part("warehouse", (f"{facts.get('workspace_id') or ''}/{facts['warehouse_id']}",), whole=True)
    parts = (("Statements", shown.used), ("Idle", shown.idle), ("Not attributed", shown.unattributed))
    return [
        money("warehouse_cost", "Cost", shown.cost, currency, *parts, part=part),
        money("idle_cost", "Idle", shown.idle, currency, ("Cost", shown.cost), *parts, part=part),
    ]


def pools(found: "Listed") -> Figures:
    """Instance pools."""
    rows, over = found.rows, found.window
    each = [
        (str(row.name), float(row.idle_cost))  # type: ignore[arg-type]
        for row in rows.itertuples()
        if not formatting.missing(row.idle_cost)
    ]
    part = Part(period=_days(over), whole=True)
    return [money("pool_waiting", "Cost of waiting", sum_or_none(rows["idle_cost"]), over.currency, *each, part=part)]


def recommendations(shown: "Sequence[Tracked]", over: "Window") -> Figures:
    """What could be saved."""
    from lib.recommendations.lifecycle import open_savings
    from lib.ui.recommendation_parts import savings_words

    count, saved = open_savings(shown)
    part = Part(period=_days(over), whole=True)
    inputs = (("Open recommendations", str(count)), ("Not assessed", str(sum(s.not_assessed for s in saved))))
    verified = [
        i.decision.verified for i in shown if i.state == "done" and i.decision and i.decision.verified is not None
    ]
    currency = saved[0].currency if saved else over.currency
    return [
        Figure("saving", "Saves in 30 days", savings_words(saved), inputs, part),
        money(
            "verified_saving",
            "Verified saving",
            sum(verified) if verified else None,
            currency,
            ("Changes", str(len(verified))),
            part=part,
        ),
    ]


# ── queries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def queries(shown: "Queries") -> Figures:
    """What queries cost."""
    bill, numbers, currency = shown.bill, shown.numbers, shown.filters.currency
    failed = ("Failed", formatting.percent(numbers["failed_share"]))
    wasted = money("wasted_cost", "Wasted", numbers["wasted_cost"], currency, failed)
    if not bill.whole:
        return [money("statement_cost", "Used by statements", bill.used, currency), wasted]
    parts = (("Statements", bill.used), ("Idle", bill.idle), ("Not attributed", bill.unattributed))
    return [
        money("statement_cost", "Used by statements", bill.used, currency, ("Warehouses", bill.billed), *parts),
        money("idle_cost", "Idle", bill.idle, currency, ("Warehouses", bill.billed), *parts),
        money("warehouse_bill", "Warehouses", bill.billed, currency, *parts, part=Part(whole=True)),
        wasted,
    ]


def query_findings(found: "QueryFindings", shown: "Sequence[Tracked]") -> Figures:
    """What to change about queries; `shown`: the findings that count."""
    from lib.recommendations.lifecycle import open_savings
    from lib.ui.recommendation_parts import savings_words

    count, saved = open_savings(shown)
    part = Part(period=found.period, whole=True)
    return [Figure("query_saving", "Saves in 30 days", savings_words(saved), (("Open findings", str(count)),), part)]


def fingerprint(shown: "FingerprintView", filters: "Filters") -> Figures:
    """All runs of one query."""
    facts, currency = shown.facts or {}, filters.currency
    runs = ("Runs", formatting.count(int(facts["runs"])))
    return [
        money("statement_cost", "Cost", facts["cost"], currency, runs),
        money("run_of_query", "A run", facts["run_cost"], currency, ("Cost", facts["cost"]), runs),
    ]


def statement(shown: "StatementView") -> Figures:
    """One statement."""
    hours = [
        (
            f"Hour from {formatting.moment(row.hour)}",
            f"{row.hour_cost:,.4f} × {row.used_share:.4f} × {row.work / row.hour_work:.4f}",
        )
        for row in shown.pieces.itertuples()
        if not formatting.missing(row.hour_cost) and row.hour_work
    ]
    return [money("statement_cost", "Cost", shown.cost, shown.filters.currency, *hours)]


def spaces(found: "Sequence[Line]", filters: "Filters") -> Figures:
    """Genie spaces."""
    each = [(line.title, float(line.cost)) for line in found if line.cost is not None]
    total = sum(cost for _, cost in each) if each else None
    return [money("space_cost", "Cost of statements", total, filters.currency, *each)]


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def forecast(look: "Outlook", currency: str) -> Figures:
    """What a series will cost."""
    made, part = look.made, Part(period=Period(look.first_day, look.next_day))
    low, high = (formatting.money(float(end[0]), currency) for end in (made.total_low95, made.total_high95))
    band = ("95 % band", f"{low} to {high}")
    basis = (("Method", str(made.model[0])), ("Complete days read", str(len(look.past))))
    found = [money("forecast", f"Next {look.horizon} days", float(made.total[0]), currency, *basis, band, part=part)]
    if look.month:
        so_far = ("So far, on complete days", look.month.spent)
        found.append(money("month_end", "The whole month", look.month.total, currency, *basis, so_far, part=part))
    if look.without is not None:
        found.append(money("forecast", "What if", float(look.without.total[0]), currency, *basis, part=part))
    return found


def budget(one: "Standing") -> Figures:
    """One budget."""
    status, currency, plan = one.status, one.budget.currency, one.budget.plan
    part = Part(period=status.period, whole=True)
    inputs = (("Budget", _plan(plan, currency)), ("For", one.name), ("On complete days", float(status.spent)))
    late = ("On days that may still grow", float(status.incomplete))
    found = [money("budget_spent", "Spent", status.spent + status.incomplete, currency, *inputs, late, part=part)]
    if status.end is not None:
        method = ("Method", one.model or "nothing is left to forecast")
        found.append(money("budget_end", "Expected end", status.end, currency, *inputs, method, part=part))
    return found


def _plan(plan: "Plan", currency: str) -> str:
    return f"{formatting.money(plan.amount, currency)} {plan.span}"


def anomalies(told: "Sequence[Told]", beyond: float, currency: str) -> Figures:
    """What was told of; `beyond`: cost beyond expected of the rises that count."""
    return [money("anomaly", "Cost beyond expected", beyond, currency, ("Told of", str(len(told))))]


def anomaly(one: "Told", currency: str) -> Figures:
    """One anomaly."""
    thing = one.thing
    usual = f"{formatting.money(thing.low, currency)} to {formatting.money(thing.high, currency)}"
    worst = (("Worst day", str(one.worst)), ("Expected on it", thing.expected), ("Was", thing.value))
    part = Part(period=Period(one.day, max(one.last, one.day) + DAY))
    return [money("anomaly", "In all", thing.impact, currency, *worst, ("Usual range of a day", usual), part=part)]
