"""Rules as people keep them: every change is on record, and belongs to who may make it."""

from datetime import datetime
from uuid import uuid4

from lib.access import Role
from lib.alerts.inbox import open_alerts
from lib.alerts.rule import Rule, parse
from lib.context import Context
from lib.errors import AccessError
from lib.store import alerts as kept
from lib.store import configs, outbox
from lib.store.alerts import RuleRow, StateRow
from lib.store.events import Event, record

HIDDEN = "alerts.hidden"
"""Setting of a person: ids of the rules that are not to be marked on their Overview."""


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


def visible_rules(context: Context) -> dict[str, RuleRow]:
    """Rules by id: everybody's and the viewer's own; an administrator sees those of all people."""
    viewer = context.viewer
    mine = None if viewer.role >= Role.ADMIN else viewer.name
    return {row.id: row for row in kept.all_rules(context.store, user=mine)}


def visible_alerts(context: Context) -> list[StateRow]:
    """What is open of the rules that the viewer sees."""
    seen = visible_rules(context)
    return [state for state in open_alerts(context.store) if state.rule_id in seen]


def may_answer(context: Context, row: RuleRow) -> None:
    """AccessError unless the viewer may look after alerts of a rule, or mute them: their own, or as an operator."""
    if row.user != context.viewer.name:
        context.viewer.require(Role.OPERATOR, "look after alerts of everybody")


def on_overview(context: Context) -> list[StateRow]:
    """What fires and is to be seen on the viewer's Overview: neither the rule nor the viewer hides it."""
    mine, hidden = kept.all_rules(context.store, user=context.viewer.name), _hidden(context)
    shown = {row.id for row in mine if row.body.get("highlight", True)} - hidden
    return [state for state in open_alerts(context.store) if state.status == "firing" and state.rule_id in shown]


def hides(context: Context, rule: str) -> bool:
    """Does the viewer keep a rule off their own Overview?"""
    return rule in _hidden(context)


def hide(context: Context, rule: str, hidden: bool, now: datetime) -> None:
    """Keep a rule off the viewer's own Overview, or show it there again."""
    after = sorted((_hidden(context) | {rule}) if hidden else (_hidden(context) - {rule}))
    configs.put(context.store, HIDDEN, after, now, user=context.viewer.name)


def _hidden(context: Context) -> frozenset[str]:
    found = configs.get(context.store, HIDDEN, context.viewer.name)
    return frozenset(found.value) if found and isinstance(found.value, list) else frozenset()


def test_messages(context: Context, row: RuleRow, now: datetime) -> list[str]:
    """A test message for every channel and recipient of a rule, in the outbox; their ids."""
    from lib.messages import trial_draft

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
