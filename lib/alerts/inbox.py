"""What a person does about an alert: look after it, silence it for a while, hear of it again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lib.alerts import machine
from lib.alerts.evaluate import body_of, state_of
from lib.alerts.machine import OPEN, State
from lib.errors import Conflict, InputError, NotFound
from lib.store import Store
from lib.store import alerts as kept
from lib.store.alerts import HistoryRow, StateRow

LONGEST_MUTE = timedelta(days=366)


def open_alerts(store: Store) -> list[StateRow]:
    """Everything that fires, is looked after, or is muted; what changed last first."""
    return kept.states_of(store, statuses=OPEN)


def acknowledge(store: Store, rule: str, group: str, who: str, now: datetime, reason: str = "") -> None:
    """Say that somebody looks after it."""
    _change(store, rule, group, who, now, "acknowledged", reason, lambda s: machine.acknowledge(s, who, reason))


def resolve(store: Store, rule: str, group: str, who: str, now: datetime, reason: str = "") -> None:
    """Say that it is over."""
    _change(store, rule, group, who, now, "resolved", reason, lambda s: machine.resolve(s, who, reason))


def mute(store: Store, rule: str, group: str, who: str, now: datetime, until: datetime, reason: str) -> None:
    """Silence it until a moment, with a reason."""
    if not reason.strip():
        raise InputError("Muting needs a reason.", remedy="Say in a few words why this may be ignored until then.")
    if not now < until <= now + LONGEST_MUTE:
        raise InputError("An alert is muted until a day within the next year.", place=f"{until:%Y-%m-%d}")
    _change(store, rule, group, who, now, "muted", reason, lambda s: machine.mute(s, who, until, reason), make=True)


def unmute(store: Store, rule: str, group: str, who: str, now: datetime) -> None:
    """Hear of it again."""
    _change(store, rule, group, who, now, "unmuted", "", machine.unmute)


def _change(
    store: Store,
    rule: str,
    group: str,
    who: str,
    now: datetime,
    happened: str,
    reason: str,
    new: Callable[[State], State | None],
    *,
    make: bool = False,
) -> None:
    known = kept.get_rule(store, rule)
    row = next((r for r in kept.states_of(store, rule=rule) if r.group_key == group), None)
    if row is None and not make:
        raise NotFound(f"“{known.name}” has nothing open for “{group or 'all spend'}”.")
    after = new(state_of(row))
    if after is None:
        raise InputError(f"This alert is {state_of(row).status}: there is nothing to do.", place=known.name)
    row = row or StateRow(rule, group, group or "All spend", "ok", {}, "0", "0", "money", now, 0)
    changed = StateRow(
        rule, group, row.group_name, after.status, body_of(after), row.value, row.threshold, row.unit, now, row.version
    )
    with store.begin():
        if not kept.write_state(store, changed):
            raise Conflict("This alert changed meanwhile.", remedy="Look at it again.")
        kept.note(
            store,
            HistoryRow(
                now, rule, known.name, group, row.group_name, happened, str(known.body.get("severity", "")), row.value,
                row.threshold, row.unit, after.period, who, reason,
            ),
        )  # fmt: skip
