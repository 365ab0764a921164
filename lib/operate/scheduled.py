"""Stops and starts of clusters by the clock: what is due is done, and what a schedule would have saved is worked out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lib.access import Viewer
from lib.clusters import schedules
from lib.clusters.acting import Desk, Outcome
from lib.clusters.detail import past_of
from lib.config import Settings
from lib.context import Context
from lib.operate import connecting
from lib.operate.compute import desk, window
from lib.store import cluster_schedules as kept
from lib.store.cluster_schedules import Stored
from lib.workspace import compute, people
from lib.workspace.identity import role


def run_schedules(context: Context, now: datetime) -> str:
    """Do what schedules are due for, each with the rights its maker has now; in words what came of it."""
    waiting = [item for item in kept.everything(context.store) if item.enabled]
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
        kept.done(context.store, item.id, moment.at)
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
        if schedules.skipped(moment, cluster):
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
    past = past_of(context.warehouse, window(context), connecting.connection(context).workspace_id, cluster_ids)
    found = {}
    for cluster_id in cluster_ids:
        days = past.days[past.days["cluster_id"] == cluster_id]
        hours = past.hours[past.hours["cluster_id"] == cluster_id]
        costs = dict(zip(days["usage_date"], days["total_cost"].fillna(0), strict=True))
        found[cluster_id] = schedules.simulate(rule, schedules.hours_of(hours.to_dict("records"), costs))
    return found
