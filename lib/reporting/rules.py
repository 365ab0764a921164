"""Plans as people keep them: every change is on record."""

from datetime import datetime

from lib.access import Role
from lib.context import Context
from lib.errors import AccessError
from lib.reporting.plan import ReportPlan
from lib.store import reports as kept
from lib.store.events import Event, record
from lib.store.reports import PlanRow


def save_plan(context: Context, plan: ReportPlan, now: datetime, *, old: PlanRow | None = None) -> str:
    """Write a plan; its id. A plan belongs to who made it; administrators may change any."""
    viewer = context.viewer
    _may_change(context, old)
    if plan.channels:
        viewer.require(Role.OPERATOR, "send reports out of the app")
    context.require_channels(plan.channels)
    body = plan.model_dump(mode="json")
    with context.store.begin():
        made = kept.save_plan(
            context.store, body, viewer.name, now, plan=old.id if old else "", version=old.version if old else None
        )
        act = "change report" if old else "save report"
        record(
            context.store,
            Event(now, viewer.name, act, "report", made, plan.name, before=old.body if old else None, after=body),
        )
    return made


def drop_plan(context: Context, row: PlanRow, now: datetime) -> None:
    """Drop a plan; the reports it made stay."""
    _may_change(context, row)
    with context.store.begin():
        kept.delete_plan(context.store, row.id)
        record(
            context.store, Event(now, context.viewer.name, "drop report", "report", row.id, row.name, before=row.body)
        )


def _may_change(context: Context, row: PlanRow | None) -> None:
    if row is not None and row.user != context.viewer.name and context.viewer.role < Role.ADMIN:
        raise AccessError(f"This report is {row.user}'s.", remedy="Ask them, or make one of your own.")
