"""Alert rules, how each group of each stands, and what happened to it.

The store keeps plain values: what they mean is known in `lib.alerts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, delete, select

from lib.errors import NotFound
from lib.store import rows
from lib.store.rows import insert_once
from lib.store.store import Store
from lib.store.tables import metadata
from lib.store.types import Number, UtcTime

rules = Table(
    "alert_rules",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user", String(320), nullable=False, comment="Whose it is; empty: everybody's"),
    Column("name", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("body", JSON, nullable=False, comment="The whole rule as lib.alerts.rule writes it"),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "user"),
    comment="Row: one alert rule.",
)

states = Table(
    "alert_states",
    metadata,
    Column("rule_id", String(32), ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
    Column("group_key", String(400), primary_key=True, comment="Empty: everything together"),
    Column("group_name", Text, nullable=False),
    Column("status", String(20), nullable=False, comment="ok, firing, acknowledged, muted, resolved"),
    Column("body", JSON, nullable=False, comment="The whole state as lib.alerts writes it"),
    Column("value", Text, nullable=False, comment="The last figure, exact"),
    Column("threshold", Text, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "status"),
    comment="Row: one group of one rule, as it stands.",
)

history = Table(
    "alert_history",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("rule_id", String(32), nullable=False),
    Column("rule_name", String(120), nullable=False),
    Column("group_key", String(400), nullable=False),
    Column("group_name", Text, nullable=False),
    Column("happened", String(20), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("value", Text, nullable=False),
    Column("threshold", Text, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("period", String(40), nullable=False),
    Column("who", String(320), nullable=False, comment="Empty: the app"),
    Column("note", Text, nullable=False),
    Index(None, "at"),
    Index(None, "rule_id", "group_key"),
    comment="Row: one thing that happened to one group of a rule.",
)


@dataclass(frozen=True)
class RuleRow:
    """One rule as it is kept."""

    id: str
    user: str
    name: str
    kind: str
    enabled: bool
    body: dict[str, Any]
    created: datetime
    updated: datetime
    version: int


@dataclass(frozen=True)
class StateRow:
    """One group of one rule as it is kept."""

    rule_id: str
    group_key: str
    group_name: str
    status: str
    body: dict[str, Any]
    value: str
    threshold: str
    unit: str
    updated: datetime
    version: int


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened."""

    at: datetime
    rule_id: str
    rule_name: str
    group_key: str
    group_name: str
    happened: str
    severity: str
    value: str
    threshold: str
    unit: str
    period: str
    who: str = ""
    note: str = ""
    id: int | None = None


def save_rule(
    store: Store, body: dict[str, Any], now: datetime, *, user: str = "", rule: str = "", version: int | None = None
) -> str:
    """Write a rule, a new one or (with its id and the version that was read) a changed one; its id."""
    columns = {"name": body["name"], "kind": body["kind"], "enabled": body["enabled"], "body": body, "updated": now}
    first = {"user": user, "created": now}
    what = f"the alert rule “{body['name']}”"
    return rows.keep(store, rules, columns, row=rule, version=version, first=first, what=what)


def delete_rule(store: Store, rule: str) -> None:
    """Drop a rule and how its groups stand; its history stays."""
    with store.begin() as connection:
        connection.execute(delete(states).where(states.c.rule_id == rule))
        if connection.execute(delete(rules).where(rules.c.id == rule)).rowcount != 1:
            raise NotFound(f"There is no alert rule {rule}.")


def all_rules(store: Store, *, user: str | None = None, enabled: bool | None = None) -> list[RuleRow]:
    """Rules by name: everybody's and those of `user`; with `user=None` those of all people."""
    where = [] if user is None else [rules.c.user.in_(["", user])]
    return rows.named(store, rules, RuleRow, *where, *([] if enabled is None else [rules.c.enabled == enabled]))


def get_rule(store: Store, rule: str) -> RuleRow:
    """One rule by its id."""
    return rows.one(
        store, rules, RuleRow, rule, what="alert rule", remedy="`python -m lib alerts list` names them all."
    )


def states_of(store: Store, *, rule: str = "", statuses: Sequence[str] = ()) -> list[StateRow]:
    """How groups stand, those that changed last first."""
    query = select(states).order_by(states.c.updated.desc(), states.c.rule_id, states.c.group_key)
    if rule:
        query = query.where(states.c.rule_id == rule)
    if statuses:
        query = query.where(states.c.status.in_(statuses))
    with store.read() as connection:
        return [StateRow(**row) for row in connection.execute(query).mappings()]


def write_state(store: Store, row: StateRow) -> bool:
    """Write how a group stands, if it still is the version that was read (0: none yet); whether it was written."""
    values = {name: value for name, value in vars(row).items() if name != "version"}
    with store.begin() as connection:
        if row.version == 0:
            return insert_once(connection, states, values | {"version": 1})
        done = connection.execute(
            states.update()
            .where(
                states.c.rule_id == row.rule_id, states.c.group_key == row.group_key, states.c.version == row.version
            )
            .values(**values, version=row.version + 1)
        )
        return done.rowcount == 1


def note(store: Store, row: HistoryRow) -> None:
    """Add to the history, as part of the transaction in progress if there is one."""
    values = {name: value for name, value in vars(row).items() if name != "id"}
    with store.begin() as connection:
        connection.execute(history.insert().values(values))


def past(store: Store, *, rule: str = "", group: str | None = None, limit: int = 500) -> list[HistoryRow]:
    """What happened, newest first."""
    query = select(history).order_by(history.c.at.desc(), history.c.id.desc()).limit(limit)
    if rule:
        query = query.where(history.c.rule_id == rule)
    if group is not None:
        query = query.where(history.c.group_key == group)
    with store.read() as connection:
        return [HistoryRow(**row) for row in connection.execute(query).mappings()]
