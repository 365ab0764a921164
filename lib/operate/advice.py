"""Recommendations with what people decided about them, and what the bills say of those that are done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from lib.clusters import findings
from lib.clusters.findings import Found
from lib.context import Context, utc_now
from lib.errors import AppError, SourceError
from lib.operate import connecting
from lib.operate.compute import limits, window
from lib.operate.connecting import Connection
from lib.recommendations import lifecycle
from lib.recommendations.lifecycle import Tracked
from lib.recommendations.model import DAYS, Recommendation
from lib.store import recommendations as kept
from lib.store.recommendations import Decision
from lib.workspace import compute

STATEMENT = "statement"
"""Object type of decisions about queries."""


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
        where = connecting.connection(context)
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
