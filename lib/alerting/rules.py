"""Rules as people keep them: every change is on record, and belongs to who may make it."""

from datetime import datetime
from uuid import uuid4

from lib.access import Role
from lib.alerts.rule import Rule, parse
from lib.context import Context
from lib.errors import AccessError
from lib.messages import trial_draft
from lib.store import alerts as kept
from lib.store import outbox
from lib.store.alerts import RuleRow
from lib.store.events import Event, record


def save_rule(
    context: Context, rule: Rule, now: datetime, *, old: RuleRow | None = None, everybody: bool = True
) -> str:
    """Write a rule; its id. Rules of everybody are an administrator's, other rules their owner's."""
    viewer = context.viewer
    user = old.user if old else "" if everybody else viewer.name
    _may_change(context, user)
    context.require_channels(rule.channels)
    body = rule.model_dump(mode="json")
    with context.store.begin():
        made = kept.save_rule(
            context.store, body, now, user=user, rule=old.id if old else "", version=old.version if old else None
        )
        record(
            context.store,
            Event(
                now, viewer.name, "change alert rule" if old else "save alert rule", "alert rule", made, rule.name,
                before=old.body if old else None, after=body,
            ),
        )  # fmt: skip
    return made


def drop_rule(context: Context, rule: RuleRow, now: datetime) -> None:
    """Drop a rule; its history stays."""
    _may_change(context, rule.user)
    with context.store.begin():
        kept.delete_rule(context.store, rule.id)
        event = Event(now, context.viewer.name, "drop alert rule", "alert rule", rule.id, rule.name, before=rule.body)
        record(context.store, event)


def test_messages(context: Context, row: RuleRow, now: datetime) -> list[str]:
    """A test message for every channel and recipient of a rule, in the outbox; their ids."""
    rule = parse(row.body)
    drafts = [
        trial_draft(channel, recipient, f"{context.viewer.name} (rule “{rule.name}”, {uuid4().hex[:6]})", now)
        for channel in rule.channels
        for recipient in rule.recipients or ("",)
    ]
    return [written for draft in drafts if (written := outbox.put(context.store, draft, now))]


def _may_change(context: Context, user: str) -> None:
    if user == "":
        context.viewer.require(Role.ADMIN, "change alert rules of everybody")
    elif user != context.viewer.name and context.viewer.role < Role.ADMIN:
        raise AccessError(f"This rule is {user}'s.", remedy="Ask them, or make a rule of your own.")
