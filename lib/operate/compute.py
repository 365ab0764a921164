"""Clusters and SQL warehouses: their states of now, what they cost and who uses them, and the desks that act on them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lib.clusters import fleet as fleets
from lib.clusters import warehouses as lists
from lib.clusters.acting import WAREHOUSES, Activity, Desk, Limits, tag_pairs
from lib.clusters.fleet import Fleet, Window
from lib.clusters.warehouses import Listed
from lib.config import Settings
from lib.context import Context, utc_now
from lib.errors import AccessError, AppError, SourceError
from lib.operate import connecting
from lib.store import events
from lib.store.events import Event
from lib.workspace import compute
from lib.workspace.warehouses import warehouses as asked_warehouses


def window(context: Context) -> Window:
    """The last 30 days of data, in the app's own currency and prices: what acts and commands go by."""
    as_of = context.as_of
    end = (as_of.last_day or as_of.today) + timedelta(days=1)
    settings = context.settings
    return Window(end - timedelta(days=fleets.DAYS), end, settings.currency, settings.cost_base)


def live_fleet(context: Context, known: Fleet, now: Callable[[], datetime] = utc_now) -> Fleet:
    """The fleet with the states its own workspace has now; as it was when there is no workspace to ask."""
    try:
        found = connecting.connection(context)
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
    found = connecting.connection(context)
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
        found = connecting.connection(context)
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
