"""Acting on a workspace, joined from settings for pages, commands and the scheduler: client, store, tables, limits."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lib.clusters import findings
from lib.clusters import fleet as fleets
from lib.clusters.acting import Activity, Desk, Limits, tag_pairs
from lib.clusters.findings import Found
from lib.clusters.fleet import Fleet, Window
from lib.config import Settings, platform
from lib.context import Context
from lib.errors import AccessError, AppError, SourceError
from lib.recommendations import lifecycle
from lib.recommendations.lifecycle import Tracked
from lib.recommendations.model import DAYS, Recommendation
from lib.store import recommendations as kept
from lib.store.recommendations import Decision
from lib.workspace import compute

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

_clients: dict[tuple[object, ...], "Connection"] = {}
_lock = threading.Lock()
RETRY_S = 20
"""How long the SDK repeats what got no answer, 429 or 503: a person waits for it."""


@dataclass(frozen=True)
class Connection:
    """The workspace that can be acted on, as the app's own identity."""

    client: "WorkspaceClient" = field(repr=False)
    workspace_id: str
    host: str
    demo: bool = False


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
        return Connection(client, str(client.get_workspace_id()), str(client.config.host))


def _demo(context: Context) -> Connection:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

    from lib.demo.standing import standing

    context.ensure_demo()
    found = standing(context.settings.folder)
    config = Config(
        host=found.host, token=found.token, auth_type="pat", retry_timeout_seconds=RETRY_S, http_timeout_seconds=RETRY_S
    )
    return Connection(WorkspaceClient(config=config), found.workspace_id, found.host, demo=True)


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
        limits=limits(context.settings),
        cost_per_hour=lambda cluster_id: cost_per_hour(context, cluster_id),
        activity=lambda cluster_id: activity(context, cluster_id, now()),
    )


def cost_per_hour(context: Context, cluster_id: str) -> tuple[float, str] | None:
    """What an hour of a cluster cost in the last 30 days; None when nobody measured it, or there are no tables."""
    try:
        over = window(context)
        rows = fleets.fleet(context.warehouse, over, cluster_id).clusters
    except AppError:
        return None
    if rows.empty or not rows["cost_per_hour"].notna().any():
        return None
    return float(rows["cost_per_hour"].dropna().iloc[0]), over.currency


def activity(context: Context, cluster_id: str, now: datetime) -> Activity:
    """Who did anything on a cluster in the last half hour, as far as the audit log goes."""
    day = now.date()
    params = {"start_date": day - timedelta(days=1), "end_date": day + timedelta(days=1), "cluster_id": cluster_id}
    try:
        if "system.access.audit" in context.warehouse.missing_tables():
            return Activity()
        rows = context.warehouse.fetch("clusters/active_people", params).to_pylist()
    except AppError:
        return Activity()
    until = max((row["known_until"] for row in rows if row["known_until"]), default=None)
    people = [r["person"] for r in rows if r["person"] and r["last_time"] >= now - timedelta(minutes=30)]
    return Activity(tuple(people), until)


def recommendations(context: Context) -> tuple[list[Tracked], Found]:
    """All recommendations with what became of them; savings of those done are brought up to the bills."""
    found = findings.find(context.warehouse, window(context), context.as_of.today, limits(context.settings))
    return track(context, found.recommendations), found


def track(context: Context, found: Iterable[Recommendation]) -> list[Tracked]:
    """Recommendations of any feature with what became of them."""
    decided = {key: _verified(context, decision) for key, decision in kept.everything(context.store).items()}
    return lifecycle.tracked(found, decided, context.as_of.today)


def _verified(context: Context, decision: Decision) -> Decision:
    as_of = context.as_of
    enough = DAYS
    if decision.state != "done" or decision.done_on is None or decision.verified_days >= enough:
        return decision
    params = {
        "start_date": decision.done_on - timedelta(days=enough + 2), "end_date": decision.done_on + timedelta(days=enough),
        "currency": decision.currency, "base": context.settings.cost_base, "workspace_id": decision.workspace_id,
        "object_type": decision.object_type, "object_id": decision.object_id,
    }  # fmt: skip
    try:
        rows = context.warehouse.fetch("clusters/object_days", params).to_pylist()
        days = {row["usage_date"]: row["total_cost"] for row in rows}
        return lifecycle.confirm(
            context.store, decision, lifecycle.verified(days, decision.done_on, as_of.complete_until)
        )
    except AppError:
        return decision
