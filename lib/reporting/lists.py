"""Reports of pages that are lists with a narrowing of their own: queries, findings, clusters, SQL warehouses, advice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

import pandas as pd

from lib import operate
from lib.clusters.fleet import BY_PEOPLE, Window, fleet, sums
from lib.clusters.fleet import window as window_of
from lib.clusters.narrowed import findings_by_cluster, narrowed, narrowed_warehouses, rows, warehouses_left
from lib.clusters.warehouses import warehouses
from lib.context import Context
from lib.errors import AppError
from lib.recommendations.lifecycle import Tracked, open_savings
from lib.recommendations.model import DAYS, Priority, Savings
from lib.reporting.made import Made
from lib.reporting.plan import ReportPlan, check_narrow
from lib.reporting.views import NOTHING, ON_PAPER, exact, paper, rest
from lib.reports.content import Block, Card, Cards, ColumnSpec, Note, Paragraph, Report, Table
from lib.reports.order import in_order
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements import unbilled
from lib.statements.findings import findings
from lib.statements.monitor import Standing, standing
from lib.statements.overview import ROLLUPS, failures, glance, rollup, top
from lib.statements.shapes import fingerprints
from lib.statements.shown import fingerprint_rows, over_the_edge, rollup_rows, standing_rows, statement_rows
from lib.statements.statement import may_read_all
from lib.statements.tracking import VIEWS, user_of, views

COST = ColumnSpec("cost", "Cost", "money", missing=formatting.NONE)
FINGERPRINTS = (
    ColumnSpec("said", "What it is", width=3),
    ColumnSpec("main_source", "From"),
    COST,
    ColumnSpec("change_share", "Change", "change"),
    ColumnSpec("runs", "Runs", "count"),
    ColumnSpec("run_cost", "A run", "money", missing=formatting.NONE),
    ColumnSpec("p50_s", "p50", "duration"),
    ColumnSpec("p95_s", "p95", "duration"),
    ColumnSpec("users", "People", "count"),
)
STATEMENTS = (
    ColumnSpec("start_time", "Started (UTC)", "moment", width=2),
    ColumnSpec("statement_id", "Statement", "id", width=2),
    ColumnSpec("statement_type", "Kind"),
    ColumnSpec("executed_by", "Who", width=2),
    ColumnSpec("source", "From"),
    ColumnSpec("execution_status", "Result", "state", missing="running"),
    ColumnSpec("total_s", "Time", "duration"),
    ColumnSpec("queue_s", "Queued", "duration"),
    COST,
)
INSIDE = ColumnSpec("period_cost", "In the period", "money", missing=formatting.NONE)
STANDING = (
    ColumnSpec("start_time", "Started (UTC)", "moment", width=2),
    ColumnSpec("statement_id", "Statement", "id", width=2),
    ColumnSpec("severity", "Severity", "state"),
    ColumnSpec("execution_status", "Result", "state", missing="running"),
    ColumnSpec("warehouse_name", "Warehouse"),
    ColumnSpec("executed_by", "Who", width=2),
    ColumnSpec("total_s", "Time", "duration"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("cost", "Cost", "money", missing="pending"),
)
FAILURES = (
    ColumnSpec("category", "Why"),
    ColumnSpec("error_text", "What the error says", width=4),
    ColumnSpec("runs", "Statements", "count"),
    ColumnSpec("users", "People", "count"),
    ColumnSpec("last_at", "Last (UTC)", "moment"),
)
ROLLUP = (
    ColumnSpec("name", "What", width=2),
    ColumnSpec("runs", "Statements", "count"),
    ColumnSpec("success_share", "Succeeded", "percent"),
    ColumnSpec("fast_runs", "Fast", "count"),
    ColumnSpec("medium_runs", "Medium", "count"),
    ColumnSpec("slow_runs", "Slow", "count"),
    ColumnSpec("p50_s", "p50", "duration"),
    ColumnSpec("p95_s", "p95", "duration"),
    ColumnSpec("p99_s", "p99", "duration"),
    COST,
)
LISTS = {
    "now": "What runs, and what of the last day took long or cost much",
    "fingerprints": "Fingerprints, the most expensive first",
    "time": "The slowest statements",
    "cost": "The most expensive statements",
    "waste": "Statements that wasted most",
    "failures": "Failed statements by what the error says",
    "rollup": "Statements by {}",
}
ADDS_UP = "Statements, idle and not attributed add up to what SQL warehouses cost; each billed hour is shared by work."
NOT_SPLIT = (
    "Of the owners above: what their statements used. Hours of a warehouse and idle time are not split by owner."
)
CLUSTERS = (
    ColumnSpec("name", "Cluster", width=2),
    ColumnSpec("state_words", "State"),
    ColumnSpec("size_words", "Size"),
    ColumnSpec("total_cost", "30 days", "money", missing=formatting.NONE),
    ColumnSpec("idle_cost", "Idle", "money", estimate=True, missing="not assessed"),
    ColumnSpec("week_cost", "7 days", "money", missing=formatting.NONE),
    ColumnSpec("findings", "Findings", "count"),
    ColumnSpec("cpu_words", "CPU p50 / p95"),
    ColumnSpec("runtime_short", "Runtime"),
    ColumnSpec("owner", "Owner", width=2),
    ColumnSpec("policy_words", "Policy", missing="none"),
    ColumnSpec("workspace_name", "Workspace"),
)
WAREHOUSES = (
    ColumnSpec("name", "Warehouse", width=2),
    ColumnSpec("state", "State", "state", missing="not assessed"),
    ColumnSpec("total_cost", "30 days", "money", missing=formatting.NONE),
    ColumnSpec("workspace_name", "Workspace"),
    ColumnSpec("type", "Type"),
    ColumnSpec("size_words", "Size"),
    ColumnSpec("on_hours", "On, hours", "number"),
    ColumnSpec("busy_share", "Busy", "percent", missing="not assessed"),
    ColumnSpec("statements", "Statements", "count"),
    ColumnSpec("queued_share", "Queued", "percent"),
    ColumnSpec("queue_p95_s", "Wait p95", "duration"),
)
FINDINGS = (
    ColumnSpec("title", "What", width=2),
    ColumnSpec("priority", "Priority", "state"),
    ColumnSpec("name", "About", width=2),
    ColumnSpec("workspace", "Workspace"),
    ColumnSpec("saving_low", "Saves from", "money", estimate=True, missing="not assessed"),
    ColumnSpec("saving_high", "Saves to", "money", estimate=True, missing="not assessed"),
    ColumnSpec("own_cost", "Costs now", "money", missing=formatting.NONE),
    ColumnSpec("confidence", "Confidence"),
    ColumnSpec("state", "State", "state"),
    ColumnSpec("owner", "Owner", missing="nobody"),
    ColumnSpec("verified", "Verified", "money", missing=formatting.NONE),
)
SAME = {"query": "name", "saving_words": "saving_high"}
"""Columns of the pages' tables that have another name here."""
A_ROW = 3
T = TypeVar("T")
NO_ADVICE = "Nothing of this kind was found."


def _kept(filters: Filters, period: Period, *, owners: bool = False) -> Filters:
    """The part of a view that such a page goes by: it says nothing of what it does not narrow by."""
    return Filters(
        period, currency=filters.currency, base=filters.base, workspaces=filters.workspaces,
        owners=filters.owners if owners else (),
    )  # fmt: skip


def _in_order(frame: pd.DataFrame, own: dict[str, list[str]], usual: str = "") -> pd.DataFrame:
    """The rows as the page's table is sorted; a column that no list has leaves them as they are, as on the page."""
    wanted = (own.get("sort") or [usual])[-1]
    down, name = wanted[:1] == "-", wanted.removeprefix("-")
    sort = ("-" if down else "") + SAME.get(name, name)
    return in_order(frame, sort).reset_index(drop=True) if sort.removeprefix("-") in frame.columns else frame


def _first(own: dict[str, list[str]], what: str) -> str:
    """What stands first in a list that nobody sorted otherwise."""
    return "" if "sort" in own else f", {what} first"


def _report(
    context: Context, filters: Filters, title: str, blocks: Sequence[Block], own: dict[str, list[str]], *notes: str
) -> Report:
    made = paper(context, filters, title, blocks, *notes)
    if not own:
        return made
    said = ", ".join(f"{name} {' or '.join(values)}" for name, values in own.items())
    return replace(made, filters_in_words=(*made.filters_in_words, ("The list", said)))


def queries(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """One list of the page Queries; its total is what SQL warehouses cost, the first card there, or what some owners used."""
    own, warehouse, until = check_narrow("queries", plan.narrow), context.warehouse, context.as_of
    filters = _kept(filters, filters.period, owners=True)
    listing, dim = (own.get("view") or ["fingerprints"])[-1], (own.get("by") or ["hour"])[-1]
    shown = glance(warehouse, filters, until)
    columns: tuple[ColumnSpec, ...]
    if listing == "fingerprints":
        frame, columns = fingerprint_rows(fingerprints(warehouse, filters, until).table), FINGERPRINTS
    elif listing == "now":
        frame, columns = standing_rows(_standing(context, filters)), STANDING
    elif listing == "failures":
        frame, columns = failures(warehouse, filters, may_read=may_read_all(context.viewer)), FAILURES
    elif listing == "rollup":
        frame, columns = rollup_rows(rollup(warehouse, filters, dim, context.query_thresholds)), ROLLUP
    else:
        frame = statement_rows(top(warehouse, filters, listing), until)
        columns = (*STATEMENTS, INSIDE) if over_the_edge(frame) else STATEMENTS
    frame = _in_order(frame, own)
    bill, ran = shown.bill, int(shown.numbers["runs"])
    parts = {"Warehouses": bill.billed, "Used": bill.used, "Idle": bill.idle, "Not attributed": bill.unattributed}
    if not bill.whole:
        parts = {"Used": bill.used}
    cost = next(iter(parts.values()))
    total = exact([cost]) if ran or cost else None
    title = LISTS[listing].format(ROLLUPS[dim].lower())
    blocks: list[Block] = [Note(NOTHING)] if total is None and not ran else [
        Cards((
            *(Card(name, _money(part, filters)) for name, part in parts.items()), Card("Statements", formatting.count(ran)),
        )),
        Table(title, frame.head(ON_PAPER), columns, note=rest(len(frame)), empty="No statement is of this kind."),
    ]  # fmt: skip
    late = unbilled.said(bill.unbilled_hours, shown.numbers["unbilled_runs"])
    notes = (ADDS_UP if bill.whole else NOT_SPLIT, *filter(None, [late]))
    content = _report(context, filters, "Queries", blocks, own, *notes)
    said = "" if total is not None or not ran else f"{formatting.plural(ran, 'statement')}, without a cost yet."
    return Made(filters, content, frame, columns, total, len(frame), said)


def _standing(context: Context, filters: Filters) -> list[Standing]:
    """Of the day on which the report is made, whatever its period; where the workspace can be asked, as it says."""
    known = standing(context.warehouse, filters, context.as_of, context.query_thresholds)
    return operate.standing_now(context, known, filters)[0]


def clusters(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """The list Clusters; its total is that of the list: 30 days up to the newest with data."""
    own = check_narrow("clusters", plan.narrow)
    over = window_of(filters, context.as_of, () if own.get("kind") == ["all"] else BY_PEOPLE)
    now = fleet(context.warehouse, over)
    now = _or(lambda: operate.live_fleet(context, now), now)
    counts = findings_by_cluster(operate.recommendations(context)[0])
    frame = _in_order(rows(now, narrowed(own), counts, _or(lambda: _policy_names(context), {})), own)
    added = sums(frame)
    total = {"total_cost": added.month_cost, "week_cost": added.week_cost, "idle_cost": added.idle_cost}
    title = "Clusters" + _first(own, "running ones")
    blocks: list[Block] = [
        Cards((
            Card("Clusters", str(added.clusters)), Card("Running", str(added.running)),
            Card("30 days", _money(added.month_cost, filters)),
            Card("Idle (est.)", _money(added.idle_cost, filters, "not assessed")),
        )),
        *(_as_cards(frame, filters, title) if own.get("as") == ["cards"] and len(frame) else [
            Table(title, frame.head(ON_PAPER), CLUSTERS, note=rest(len(frame)), total=total,
                  empty="No cluster matches these filters."),
        ]),
    ]  # fmt: skip
    return _compute(context, over, filters, "Clusters", blocks, own, frame, CLUSTERS)


def _as_cards(frame: pd.DataFrame, filters: Filters, title: str) -> list[Block]:
    """The layout of cards: three a row, each a cluster with its cost, its state and its idle money."""
    each = [
        Card(
            str(row["name"]), _money(row["total_cost"], filters, formatting.NONE),
            note=f"{row['state_words']}, idle {_money(row['idle_cost'], filters, 'not assessed')}; {row['size_words']}",
        )
        for row in frame.head(ON_PAPER).to_dict("records")
    ]  # fmt: skip
    said = (f"{title}: cost of 30 days.", rest(len(frame)))
    return [
        Paragraph(" ".join(part for part in said if part)),
        Cards(tuple(each), A_ROW),
    ]


def sql_warehouses(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """The list SQL warehouses; its total is that of the list: 30 days up to the newest with data."""
    own = check_narrow("sql_warehouses", plan.narrow)
    over = window_of(filters, context.as_of, ())
    known = warehouses(context.warehouse, over)
    known = _or(lambda: operate.live_warehouses(context, known), known)
    frame = warehouses_left(known, narrowed_warehouses(own)).rows
    frame = _in_order(frame.assign(on_hours=frame["on_minutes"] / 60), own, "-total_cost")
    cost = exact(frame["total_cost"])
    blocks: list[Block] = [
        Cards((
            Card("Warehouses", str(len(frame))), Card("Running", str(int((frame["state"] == "RUNNING").sum()))),
            Card("30 days", _money(cost, filters)),
            Card("Statements", formatting.count(int(frame["statements"].fillna(0).sum()))),
        )),
        Table("SQL warehouses" + _first(own, "the costliest"), frame.head(ON_PAPER), WAREHOUSES, note=rest(len(frame)),
              total={"total_cost": cost}, empty="No warehouse matches these filters."),
    ]  # fmt: skip
    if known.missing:
        blocks.insert(0, Note(f"State, use and queue are not assessed without {', '.join(known.missing)}.", "warning"))
    return _compute(context, over, filters, "SQL warehouses", blocks, own, frame, WAREHOUSES)


def _compute(
    context: Context, over: Window, filters: Filters, title: str, blocks: list[Block], own: dict[str, list[str]],
    frame: pd.DataFrame, columns: tuple[ColumnSpec, ...],
) -> Made:  # fmt: skip
    kept = _kept(filters, Period(over.start, over.end))
    total = exact(frame["total_cost"])
    said = "" if total is not None else f"{formatting.plural(len(frame), 'row')}, and none has a cost in these 30 days."
    how = f"Costs of the last {over.days} days with data; states as of the making of this report."
    return Made(kept, _report(context, kept, title, blocks, own, how), frame, columns, total, len(frame), said)


def _policy_names(context: Context) -> dict[str, str]:
    from lib.workspace.policies import policies

    return {policy.policy_id: policy.name for policy in policies(operate.connection(context).client)}


def recommendations(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """The list Recommendations; its total is the most that what is open or accepted saves, the card on the page."""
    own, over = check_narrow("recommendations", plan.narrow), operate.window(context)
    kept = Filters(Period(over.start, over.end), currency=over.currency, base=over.base)  # type: ignore[arg-type]
    shown, _ = operate.recommendations(context)
    state, kind = (own.get("state") or ["open"])[-1], (own.get("kind") or [""])[-1]
    left = [t for t in shown if state in ("all", t.state) and (not kind or t.key.startswith(f"{kind}/"))]
    return _advice(context, kept, "Recommendations", shown, left, own)


def query_findings(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """The list Query findings; its total is the most that those open or accepted save, the card on the page."""
    own = check_narrow("query_findings", plan.narrow)
    found = findings(context.warehouse, filters, context.as_of, context.query_thresholds)
    shown = operate.track(context, found.found, statements=True)
    view, user = (own.get("view") or ["all"])[-1], (own.get("user") or [""])[-1]
    by_view = views(shown)
    left = [t for t in by_view[view] if view == "decided" or user in ("", user_of(t))]
    kept = _kept(filters, found.period, owners=True)
    return _advice(context, kept, f"Query findings: {VIEWS[view].lower()}", by_view["all"], left, own)


def _advice(
    context: Context, filters: Filters, title: str, every: Sequence[Tracked], left: Sequence[Tracked], own: dict[str, list[str]]
) -> Made:  # fmt: skip
    count, saved = open_savings(every)
    mine = next((one for one in saved if one.currency == filters.currency and one.counted), None)
    names = _workspace_names(context)
    frame = pd.DataFrame([_line(t, names) for t in left], columns=[*(c.name for c in FINDINGS), "rank"])
    frame = frame.sort_values(["rank", "saving_high"], ascending=[True, False], na_position="last", ignore_index=True)
    frame = _in_order(frame, own)
    total = mine.high if mine else None
    said = _saved_words(count, mine)
    blocks: list[Block] = [
        Cards((
            Card("Open or accepted", str(count)),
            Card(f"Saves in {DAYS} days (est.)", _range(mine), note="each thing counts once"),
        )),
        Table("What to change" + _first(own, "the most urgent"), frame.head(ON_PAPER), FINDINGS, note=rest(len(frame)),
              empty=NO_ADVICE),
    ]  # fmt: skip
    how = "A saving is an estimate from the thing's own usage, never more than it costs; one thing counts once."
    content = _report(context, filters, title, blocks, own, how)
    return Made(filters, content, frame, FINDINGS, total, len(frame), said)


def _workspace_names(context: Context) -> dict[str, str]:
    known = context.warehouse.fetch("names/workspaces", {}).to_pylist()
    return {row["workspace_id"]: row["workspace_name"] for row in known if row["workspace_name"]}


def _line(item: Tracked, names: dict[str, str]) -> dict[str, Any]:
    about, decision = item.found, item.decision
    workspace = about.workspace_id if about else decision.workspace_id if decision else ""
    return {
        "title": item.title, "priority": about.priority.value if about else "low", "name": item.name,
        "workspace": names.get(workspace, workspace), "state": item.state,
        "saving_low": about.saving_low if about else decision.saving_low if decision else None,
        "saving_high": _float(about.saving_high if about else decision.saving_high if decision else None),
        "own_cost": about.own_cost if about else None, "confidence": about.confidence if about else "",
        "owner": (decision.owner if decision else "") or None, "verified": decision.verified if decision else None,
        "rank": about.priority.rank if about else len(Priority),
    }  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _saved_words(count: int, saved: Savings | None) -> str:
    if not count:
        return "Nothing is open: there is nothing to save."
    some = formatting.plural(count, "finding")
    return f"{some} open or accepted, which save {_range(saved)} in {DAYS} days (an estimate)."


def _range(saved: Savings | None) -> str:
    if saved is None:
        return "not assessed"
    low, high = (formatting.money_short(float(edge), saved.currency) for edge in (saved.low, saved.high))
    return high if low == high else f"{low} to {high}"


def _money(value: Decimal | float | None, filters: Filters, none: str = "none") -> str:
    return none if formatting.missing(value) else formatting.money(value, filters.currency)  # type: ignore[arg-type]


def _or(ask: Callable[[], T], known: T) -> T:
    """What the workspace says now, else what is known without it."""
    try:
        return ask()
    except AppError:
        return known
