"""Acting on a workspace, joined from settings for pages, commands and the scheduler: client, store, tables, limits."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib.access import Viewer
from lib.clusters import findings, schedules
from lib.clusters import fleet as fleets
from lib.clusters import warehouses as lists
from lib.clusters.acting import WAREHOUSES, Activity, Desk, Limits, Outcome, tag_pairs
from lib.clusters.detail import past_of
from lib.clusters.findings import Found
from lib.clusters.fleet import Fleet, Window
from lib.clusters.warehouses import Listed
from lib.config import Settings, platform
from lib.context import Context
from lib.errors import AccessError, AppError, SourceError
from lib.recommendations import lifecycle
from lib.recommendations.lifecycle import Tracked
from lib.recommendations.model import DAYS, Recommendation
from lib.spend.filters import Filters
from lib.statements import monitor
from lib.statements.acting import Desk as StatementDesk
from lib.statements.monitor import Standing
from lib.store import cluster_schedules as kept_schedules
from lib.store import events
from lib.store import recommendations as kept
from lib.store.cluster_schedules import Stored
from lib.store.events import Event
from lib.store.recommendations import Decision
from lib.workspace import compute, people
from lib.workspace.identity import role
from lib.workspace.queries import Live, LiveStatement, running_now
from lib.workspace.warehouses import warehouses as asked_warehouses

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

_clients: dict[tuple[object, ...], "Connection"] = {}
_lock = threading.Lock()
STATEMENT = "statement"
"""Object type of decisions about queries."""
MATCHED_DAYS = 28
"""Days that are compared at most for a query: whole weeks."""
RETRY_S = 20
"""How long the SDK repeats what got no answer, 429 or 503: a person waits for it."""


@dataclass(frozen=True)
class Connection:
    """The workspace that can be acted on, as the app's own identity."""

    client: "WorkspaceClient" = field(repr=False)
    workspace_id: str
    host: str
    demo: bool = False
    me: str = ""
    """Name of that identity: what the workspace's own log calls the app."""


def utc_now() -> datetime:
    """The real time: read here, at the edge."""
    return datetime.now(timezone.utc)


def connection(context: Context) -> Connection:
    """The workspace to act on; SourceError where there is none, AccessError where it is hidden from the viewer."""
    if context.settings.source == "files":
        raise SourceError(
            "Acting is not available: the data comes from files, and no workspace is connected.",
            remedy="Set LAKELEDGER_SOURCE to databricks to see states as they are and to start and stop.",
        )
    s = context.settings
    key = (s.source, s.folder.absolute(), s.host, s.profile)
    with _lock:
        if key not in _clients:
            _clients[key] = _connect(context)
        found = _clients[key]
    mine = context.workspaces
    if mine is not None and found.workspace_id not in mine:
        raise AccessError(
            f"{context.viewer.name} may not see the workspace this app is connected to.",
            remedy="An administrator of the app says who sees which workspaces (LAKELEDGER_WORKSPACE_GROUPS).",
        )
    return found


def _connect(context: Context) -> Connection:
    if context.settings.source == "demo":
        return _demo(context)
    from lib.workspace.client import Clients
    from lib.workspace.failures import translated
    from lib.workspace.login import local, of_app

    whose = of_app(platform()) if platform().hosted else local(context.settings, platform())
    client = Clients(context.settings.ca_file).client(whose)
    with translated("find out which workspace this is"):
        me = client.current_user.me().user_name or ""
        return Connection(client, str(client.get_workspace_id()), str(client.config.host), me=me)


def _demo(context: Context) -> Connection:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

    from lib.demo.standing import standing
    from lib.demo.workspace.state import APP

    context.ensure_demo()
    found = standing(context.settings.folder)
    config = Config(
        host=found.host, token=found.token, auth_type="pat", retry_timeout_seconds=RETRY_S, http_timeout_seconds=RETRY_S
    )
    return Connection(WorkspaceClient(config=config), found.workspace_id, found.host, demo=True, me=APP)


def window(context: Context) -> Window:
    """The last 30 days of data, in the app's own currency and prices: what acts and commands go by."""
    as_of = context.as_of
    end = (as_of.last_day or as_of.today) + timedelta(days=1)
    settings = context.settings
    return Window(end - timedelta(days=fleets.DAYS), end, settings.currency, settings.cost_base)


def live_fleet(context: Context, known: Fleet, now: Callable[[], datetime] = utc_now) -> Fleet:
    """The fleet with the states its own workspace has now; as it was when there is no workspace to ask."""
    try:
        found = connection(context)
    except (SourceError, AccessError):
        return known
    return fleets.with_live(known, compute.clusters(found.client), found.workspace_id, now())


def limits(settings: Settings) -> Limits:
    """Where operators may act, from the settings."""
    return Limits(
        frozenset(part.strip() for part in settings.operator_workspaces.split(",") if part.strip()),
        tag_pairs(settings.operator_tags),
        tag_pairs(settings.production_tags),
    )


def desk(context: Context, now: Callable[[], datetime] = utc_now) -> Desk:
    """Where acts are done; SourceError where none can be."""
    found = connection(context)
    return Desk(
        client=found.client,
        workspace_id=found.workspace_id,
        store=context.store,
        now=now,
        me=found.me,
        limits=limits(context.settings),
        cost_per_hour=lambda cluster_id: cost_per_hour(context, cluster_id),
        activity=lambda cluster_id: activity(context, cluster_id, now()),
    )


def warehouse_desk(context: Context, now: Callable[[], datetime] = utc_now) -> Desk:
    """Where SQL warehouses are started and stopped; SourceError where none can be."""
    return replace(
        desk(context, now),
        kind=WAREHOUSES,
        cost_per_hour=lambda warehouse_id: warehouse_cost_per_hour(context, warehouse_id),
        activity=lambda warehouse_id: warehouse_activity(context, warehouse_id, now()),
        warning=lambda act, warehouse_id: own_warehouse_warning(context, act, warehouse_id),
    )


def own_warehouse_warning(context: Context, act: str, warehouse_id: str) -> str:
    """What stopping the warehouse that this app's own queries run on means for the app; empty for any other act or one."""
    if act != "stop" or context.settings.source != "databricks":
        return ""
    try:
        own = context.connected.warehouse_id()
    except AppError:
        return ""
    if own != warehouse_id:
        return ""
    return (
        "This app's own queries run on it. Its pages show what they have, and the next one that needs a new figure starts it "
        "again; scheduled checks and reports wait or start it too."
    )


def start_own_warehouse(context: Context, now: Callable[[], datetime] = utc_now) -> None:
    """Start the SQL warehouse that the app's own queries run on, for an operator of the app; on record, refusals too."""
    found: AppError | None = None
    try:
        context.connected.start_warehouse(context.viewer)
    except AppError as error:
        found = error
    result = "done" if found is None else "refused" if isinstance(found, AccessError) else "failed"
    try:
        target = context.connected.warehouse_now()
        id_, name = target.id, target.name
    except AppError:
        id_, name = "", "the app's own SQL warehouse"
    events.record(
        context.store,
        Event(now(), context.viewer.name, "start warehouse", "warehouse", id_, name, reason="Asked for on the page Settings",
              result=result, detail=str(found or f"{name} was asked to start.")),
    )  # fmt: skip
    if found is not None:
        raise found


def live_warehouses(context: Context, known: Listed, now: Callable[[], datetime] = utc_now) -> Listed:
    """The list with the states its own workspace has now; as it was when there is no workspace to ask."""
    try:
        found = connection(context)
    except (SourceError, AccessError):
        return known
    return lists.with_live(known, asked_warehouses(found.client), found.workspace_id, now())


def warehouse_cost_per_hour(context: Context, warehouse_id: str) -> tuple[float, str] | None:
    """What an hour of a warehouse that is on cost in the last 30 days; None when the tables do not say."""
    try:
        if context.asleep:
            return None
        over = window(context)
        rows = lists.warehouses(context.warehouse, over).rows
    except AppError:
        return None
    costs = rows.loc[rows["warehouse_id"] == warehouse_id, "cost_per_hour"].dropna()
    return (float(costs.iloc[0]), over.currency) if len(costs) and costs.iloc[0] > 0 else None


def warehouse_activity(context: Context, warehouse_id: str, now: datetime) -> Activity:
    """Who ran a statement on a warehouse in the last half hour, as far as the query history goes."""
    day = now.date()
    params = {"start_date": day - timedelta(days=1), "end_date": day + timedelta(days=1), "warehouse_id": warehouse_id}
    rows, unknown = _log(context, "system.query.history", "clusters/warehouse_people", params)
    return _active(rows, unknown, now)


def cost_per_hour(context: Context, cluster_id: str) -> tuple[float, str] | None:
    """What an hour of a cluster cost in the last 30 days; None when nobody measured it, or there are no tables."""
    try:
        if context.asleep:
            return None
        over = window(context)
        rows = fleets.fleet(context.warehouse, over, cluster_id).clusters
    except AppError:
        return None
    if rows.empty or not rows["cost_per_hour"].notna().any():
        return None
    return float(rows["cost_per_hour"].dropna().iloc[0]), over.currency


ATTACHED_DAYS = 7
"""How far back the audit log is read for notebooks."""


def activity(context: Context, cluster_id: str, now: datetime) -> Activity:
    """Who did anything on a cluster in the last half hour, and which notebooks are attached, as far as the audit log goes."""
    day = now.date()
    params = {
        "start_date": day - timedelta(days=ATTACHED_DAYS), "end_date": day + timedelta(days=1), "cluster_id": cluster_id
    }  # fmt: skip
    rows, unknown = _log(context, "system.access.audit", "clusters/active", params)
    found = _active([{**row, "person": row["key"]} for row in rows if row["kind"] != "notebook"], unknown, now)
    attached = [(row["key"], row["last_time"]) for row in rows if row["kind"] == "notebook"]
    return replace(found, notebooks=tuple(attached), known_until=found.known_until or _until(rows))


def _log(context: Context, table: str, query: str, params: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Rows of a log, or why there are none: nobody waits for a warehouse to start before a cluster is stopped."""
    try:
        if context.asleep:
            return [], "the SQL warehouse that would say it is stopped, and is not started for that"
        if table in context.warehouse.missing_tables():
            return [], ""
        return context.warehouse.fetch(query, params).to_pylist(), ""
    except AppError:
        return [], ""


def _until(rows: Iterable[Mapping[str, Any]]) -> datetime | None:
    return max((row["known_until"] for row in rows if row["known_until"]), default=None)


def _active(rows: Sequence[Mapping[str, Any]], unknown: str, now: datetime) -> Activity:
    people = [r["person"] for r in rows if r["person"] and r["last_time"] >= now - timedelta(minutes=30)]
    return Activity(tuple(people), _until(rows), unknown=unknown)


def recommendations(context: Context, now: Callable[[], datetime] = utc_now) -> tuple[list[Tracked], Found]:
    """All recommendations with what became of them; savings of those done are brought up to the bills."""
    over, today = window(context), context.as_of.today
    rest = findings.others(context.warehouse, over, today)
    try:
        seen = findings.judged(context.warehouse, over, today, limits(context.settings))
    except SourceError:
        return track(context, rest.recommendations), rest
    found = findings.together((seen.found, rest))

    def ask(where: Connection) -> tuple[Iterable[compute.LiveCluster], Iterable[str]]:
        return compute.clusters(where.client), [node.node_type for node in compute.node_types(where.client)]

    said, _ = with_live(context, found.recommendations, seen, ask, now)
    return track(context, said), replace(found, recommendations=said)


def with_live(
    context: Context, found: Iterable[Recommendation], seen: findings.Judged,
    ask: Callable[[Connection], tuple[Iterable[compute.LiveCluster], Iterable[str]]], now: Callable[[], datetime] = utc_now,
) -> tuple[tuple[Recommendation, ...], AppError | None]:  # fmt: skip
    """Findings with what the workspace itself says, and why it could not be asked; `ask` gives its clusters, and the names of
    the machine sizes it offers."""
    try:
        where = connection(context)
        clusters, offered = ask(where)
        return findings.with_live(found, seen, clusters, where.workspace_id, now(), frozenset(offered)), None
    except AppError as error:
        return tuple(found), error


def track(context: Context, found: Iterable[Recommendation], *, statements: bool = False) -> list[Tracked]:
    """Recommendations of one feature with what became of them, in the workspaces the viewer may see.

    `statements`: those about queries, else those about compute: each page lists the decisions that are its own.
    """
    mine = context.workspaces
    decided = {
        key: decision
        for key, decision in kept.everything(context.store).items()
        if mine is None or decision.workspace_id in mine
    }
    return lifecycle.tracked(
        found, decided | _verified(context, decided), context.as_of.today,
        lambda decision: (decision.object_type == STATEMENT) is statements,
    )  # fmt: skip


def _verified(context: Context, decided: Mapping[str, Decision]) -> dict[str, Decision]:
    """Those that are done and about which the bills say more than last time: one statement a currency and kind of thing."""
    done = {key: item for key, item in decided.items() if item.state == "done" and item.done_on is not None}
    if not done:
        return {}
    until = context.as_of.complete_until
    waiting = {key: item for key, item in done.items() if _days_to_say(item, until) > item.verified_days}
    seen: dict[str, Decision] = {}
    for currency in sorted({decision.currency for decision in waiting.values()}):
        part = {key: item for key, item in waiting.items() if item.currency == currency}
        try:
            days = _days_by_object(context, currency, [item for item in part.values() if item.object_type != STATEMENT])
            for key, item in part.items():
                said = _statement_verified(context, item, until) if item.object_type == STATEMENT else lifecycle.verified(
                    days.get(_object(item), {}), item.done_on or until, until
                )  # fmt: skip
                seen[key] = lifecycle.confirm(context.store, item, said)
        except AppError:
            continue
    return seen


def _days_to_say(item: Decision, until: date) -> int:
    """How many days after the change the bills can be compared for by now; statements are compared in whole weeks."""
    days = lifecycle.days_after(item.done_on or until, until)
    return days - days % 7 if item.object_type == STATEMENT and days >= 7 else days


def _object(item: Decision) -> str:
    return f"{item.object_type}/{item.workspace_id}/{item.object_id}"


def _days_by_object(context: Context, currency: str, items: Sequence[Decision]) -> dict[str, dict[date, Decimal]]:
    """What each cost by day, from a month before the first change to a month after the last one; one statement."""
    changed = [item.done_on for item in items if item.done_on is not None]
    if not changed:
        return {}
    params = {
        "start_date": min(changed) - timedelta(days=DAYS + 2), "end_date": max(changed) + timedelta(days=DAYS),
        "currency": currency, "base": context.settings.cost_base, "objects": sorted({_object(item) for item in items}),
    }  # fmt: skip
    days: dict[str, dict[date, Decimal]] = {}
    for row in context.warehouse.fetch("clusters/object_days", params).to_pylist():
        name = f"{row['object_type']}/{row['workspace_id']}/{row['object_id']}"
        days.setdefault(name, {})[row["usage_date"]] = row["total_cost"]
    return days


def _statement_verified(context: Context, item: Decision, until: date) -> lifecycle.Verified:
    from lib.statements.verify import verified

    return verified(
        context.warehouse, item.object_id, item.workspace_id, item.done_on or until, until,
        currency=item.currency, base=context.settings.cost_base,
    )  # fmt: skip


# ── schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────


def run_schedules(context: Context, now: datetime) -> str:
    """Do what schedules are due for, each with the rights its maker has now; in words what came of it."""
    waiting = [item for item in kept_schedules.everything(context.store) if item.enabled]
    if not waiting:
        return ""
    where = desk(context, lambda: now)
    clusters: list[compute.LiveCluster] | None = None
    outcomes: list[Outcome] = []
    for item in waiting:
        if item.workspace_id != where.workspace_id:
            continue
        rule = schedules.of(item.rule)
        moment = schedules.due(rule, item.done_until or item.changed_at, now)
        if moment is None:
            continue
        clusters = compute.clusters(where.client) if clusters is None else clusters
        outcomes += _scheduled(where, context.settings, item, rule, moment, clusters)
        kept_schedules.done(context.store, item.id, moment.at)
    if not outcomes:
        return ""
    done = sum(outcome.ok for outcome in outcomes)
    return f"{done} of {len(outcomes)} clusters stopped or started by schedule"


def _scheduled(
    where: Desk, settings: Settings, item: Stored, rule: schedules.Rule, moment: schedules.Moment,
    clusters: Iterable[compute.LiveCluster],
) -> list[Outcome]:  # fmt: skip
    maker = maker_of(where, settings, item.made_by)
    outcomes = []
    for cluster in schedules.chosen(rule, clusters):
        if schedules.skipped(moment, cluster, where.now()):
            continue
        outcomes.append(
            where.act(
                maker, moment.act, cluster.cluster_id, reason=f"Schedule “{item.name}”: {rule.words()}",
                typed_name=cluster.name, dry_run=item.dry_run,
            )
        )  # fmt: skip
    return outcomes


def maker_of(where: Desk, settings: Settings, name: str) -> Viewer:
    """The maker of a schedule with the groups and the role of now; nobody left in the workspace may do nothing."""
    groups = people.groups_of(where.client, name) or frozenset()
    return Viewer(name, groups=groups, role=role(groups, admins=settings.admins, operators=settings.operators))


def simulated(context: Context, rule: schedules.Rule, cluster_ids: Sequence[str]) -> dict[str, schedules.Simulated]:
    """What a schedule would have saved on each of these clusters in the last 30 days of data: one statement for all."""
    if not cluster_ids:
        return {}
    past = past_of(context.warehouse, window(context), connection(context).workspace_id, cluster_ids)
    found = {}
    for cluster_id in cluster_ids:
        days = past.days[past.days["cluster_id"] == cluster_id]
        hours = past.hours[past.hours["cluster_id"] == cluster_id]
        costs = dict(zip(days["usage_date"], days["total_cost"].fillna(0), strict=True))
        found[cluster_id] = schedules.simulate(rule, schedules.hours_of(hours.to_dict("records"), costs))
    return found


def live_statements(context: Context) -> tuple[Live, str]:
    """What runs now in the connected workspace, and its id; SourceError where there is none to ask."""
    found = connection(context)
    return running_now(found.client), found.workspace_id


def standing_now(
    context: Context, found: list[Standing], view: Filters, now: Callable[[], datetime] = utc_now
) -> tuple[list[Standing], str]:
    """Statements of the view that stand out, with what runs now; and why the workspace could not be asked, "" when it was."""
    try:
        live, workspace_id = live_statements(context)
        names = {one.id: one.name for one in asked_warehouses(connection(context).client)}
    except AppError as error:
        return monitor.of_view(found, view), error.message
    found = monitor.with_live(found, live, workspace_id, now(), context.query_thresholds, names)
    return monitor.of_view(found, view), ""


def live_statement(context: Context, statement_id: str) -> tuple[LiveStatement, str] | None:
    """One statement that runs now, and its workspace; None when it does not run, or nobody can tell."""
    try:
        live, workspace_id = live_statements(context)
    except AppError:
        return None
    found = next((one for one in live.statements if one.statement_id == statement_id), None)
    return None if found is None else (found, workspace_id)


def statement_desk(context: Context, now: Callable[[], datetime] = utc_now) -> StatementDesk:
    """Where statements are canceled; SourceError where none can be."""
    found = connection(context)
    return StatementDesk(found.client, found.workspace_id, context.store, now, limits(context.settings).workspaces)
