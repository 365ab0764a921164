"""What becomes of an alert: pure, one group of one rule at a time.

    ok ──reaches a step──> firing ──acknowledge──> acknowledged ──back below──> resolved
                             │  └──mute until──> muted ──time is up──> firing
                             └──back below──> resolved ──reaches a step──> firing

    A person can resolve whatever is open: it stays resolved until it grows or a new period begins.

A crossing is a step reached in a period (`2026-11-20`, `2026-W47`). It is told at most once, however often it is looked at
and whatever the clock does. A crossing that falls into the cool-down of its rule, group and severity is told when that
is over, if it still holds in the same period; what is muted is not told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from lib.alerts.reading import Reading
from lib.alerts.rule import Rule

Status = Literal["ok", "firing", "acknowledged", "muted", "resolved"]
OPEN: tuple[Status, ...] = ("firing", "acknowledged", "muted")
Happened = Literal["fired", "escalated", "resolved", "acknowledged", "muted", "unmuted", "waiting"]


@dataclass(frozen=True)
class State:
    """How one group of one rule stands."""

    status: Status = "ok"
    level: int = 0
    """Steps reached when it was last looked at."""
    period: str = ""
    since: datetime | None = None
    """When it began to fire."""
    told_level: int = 0
    """Highest step of `period` that was told, or that a person resolved."""
    told_at: Mapping[str, datetime] = field(default_factory=dict)
    """When each severity was last told: what the cool-down counts from."""
    muted_until: datetime | None = None
    by: str = ""
    """Who acknowledged, muted or resolved it; empty for what is over by itself."""
    reason: str = ""


@dataclass(frozen=True)
class Step:
    """What one look made of a state."""

    state: State
    happened: Happened | None = None
    tell: bool = False
    """A message is due."""


def look(state: State, reading: Reading | None, rule: Rule, now: datetime) -> Step:
    """The state after a look. `reading` is None where the group is not there any more."""
    if reading is None or reading.level == 0:
        return _below(state, rule, now)
    if reading.period != state.period and state.status != "muted":
        # a new period begins afresh: what was acknowledged was the old one
        fresh = state.status in ("ok", "resolved", "acknowledged")
        state = replace(
            state, period=reading.period, told_level=0, status="firing" if fresh else state.status,
            since=now if fresh else state.since, by="" if fresh else state.by,
            reason="" if fresh else state.reason, level=0,
        )  # fmt: skip
    if state.status == "muted":
        told = state.told_level if reading.period == state.period else 0
        state = replace(state, period=reading.period, told_level=told)
        if state.muted_until is not None and now < state.muted_until:
            return Step(replace(state, level=reading.level))
        return _risen(replace(state, muted_until=None, since=state.since or now), reading, rule, now, "unmuted")
    if state.status == "acknowledged" and reading.level <= max(state.told_level, state.level):
        return Step(replace(state, level=reading.level))
    if state.status == "resolved" and state.by and reading.level <= state.told_level:
        return Step(state)
    if state.status in ("ok", "resolved"):
        state = replace(state, status="firing", since=now, by="", reason="", level=0)
    return _risen(state, reading, rule, now, None)


def _risen(state: State, reading: Reading, rule: Rule, now: datetime, why: Happened | None) -> Step:
    """It fires: told when this step was not told in this period, and its cool-down is over."""
    grew = reading.level > state.level
    before = state.level
    state = replace(state, level=reading.level, status="firing")
    if reading.level <= state.told_level:
        return Step(state, why)
    severity = rule.severity_at(reading.level)
    if cooling(state, severity, rule, now):
        return Step(state, why or ("waiting" if grew else None))
    happened: Happened = "escalated" if state.told_level or (before and grew) else "fired"
    state = replace(state, told_level=reading.level, told_at={**state.told_at, severity: now})
    return Step(state, happened, tell=True)


def cooling(state: State, severity: str, rule: Rule, now: datetime) -> bool:
    """Whether this severity was told so recently that it waits.

    A clock that was set back does not silence anything for longer than the cool-down itself.
    """
    last = state.told_at.get(severity)
    return last is not None and abs(now - last) < timedelta(hours=rule.cooldown_hours)


def _below(state: State, rule: Rule, now: datetime) -> Step:
    still_muted = state.status == "muted" and state.muted_until is not None and now < state.muted_until
    if state.status not in OPEN or still_muted:
        return Step(replace(state, level=0) if state.level else state)
    quiet = state.status == "muted" or not state.told_level
    ended = replace(state, status="resolved", level=0, muted_until=None, by="", reason="")
    return Step(ended, "resolved", tell=rule.tell_resolved and not quiet)


def acknowledge(state: State, who: str, reason: str = "") -> State | None:
    """Somebody looks after it; None when there is nothing to look after."""
    if state.status not in OPEN:
        return None
    return replace(state, status="acknowledged", muted_until=None, by=who, reason=reason)


def resolve(state: State, who: str, reason: str = "") -> State | None:
    """Somebody says that it is over, and needs not be told of it; None when nothing is open."""
    if state.status not in OPEN:
        return None
    heard = max(state.told_level, state.level)
    return replace(state, status="resolved", level=0, told_level=heard, muted_until=None, by=who, reason=reason)


def mute(state: State, who: str, until: datetime, reason: str) -> State:
    """Not told until then, whatever it does."""
    return replace(state, status="muted", muted_until=until, by=who, reason=reason)


def unmute(state: State) -> State | None:
    """Told again; None when it is not muted."""
    if state.status != "muted":
        return None
    return replace(state, status="firing" if state.level else "resolved", muted_until=None)
