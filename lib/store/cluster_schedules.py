"""Schedules that stop and start clusters, and what they did."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, select, update

from lib.store.rows import change, insert_once
from lib.store.store import Store
from lib.store.tables import metadata
from lib.store.types import UtcTime

schedules = Table(
    "cluster_schedules",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("workspace_id", String(40), nullable=False),
    Column(
        "rule",
        JSON,
        nullable=False,
        comment="The windows, zone, holidays and clusters, as lib.clusters.schedules reads them",
    ),
    Column("enabled", Boolean, nullable=False),
    Column("dry_run", Boolean, nullable=False, comment="Says what it would do and does nothing"),
    Column("made_by", String(320), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("done_until", UtcTime, comment="Due times up to here are done"),
    Column("version", Integer, nullable=False),
    Index(None, "workspace_id"),
    comment="Row: one schedule that stops, and may start, clusters.",
)


@dataclass(frozen=True)
class Stored:
    """One schedule as it is kept."""

    id: str
    name: str
    workspace_id: str
    rule: dict[str, Any]
    enabled: bool
    dry_run: bool
    made_by: str
    changed_at: datetime
    done_until: datetime | None = None
    version: int = 1


def everything(store: Store) -> list[Stored]:
    """All schedules, by name."""
    with store.read() as connection:
        rows = connection.execute(select(schedules).order_by(schedules.c.name, schedules.c.id)).mappings().all()
    names = [field.name for field in fields(Stored)]
    return [Stored(**{name: row[name] for name in names}) for row in rows]


def put(store: Store, schedule: Stored, version: int | None) -> int:
    """Write a schedule; its version. Conflict when somebody else changed it meanwhile."""
    values = {field.name: getattr(schedule, field.name) for field in fields(Stored)}
    with store.begin() as connection:
        if version is None:
            insert_once(connection, schedules, values | {"version": 1})
            return 1
        left = {name: value for name, value in values.items() if name not in ("id", "version", "done_until")}
        return change(connection, schedules, {"id": schedule.id}, version, left, what=f"The schedule “{schedule.name}”")


def done(store: Store, id_: str, until: datetime) -> None:
    """Due times up to here are done; editing it meanwhile loses nothing."""
    with store.begin() as connection:
        connection.execute(update(schedules).where(schedules.c.id == id_).values(done_until=until))
