"""Scheduled reports, and every one that was made, with its files."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    select,
)

from lib.errors import NotFound
from lib.store import rows
from lib.store.rows import insert_once
from lib.store.store import Store
from lib.store.tables import metadata
from lib.store.types import UtcTime

plans = Table(
    "report_plans",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user", String(320), nullable=False, comment="Who made it"),
    Column("name", String(120), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("body", JSON, nullable=False, comment="The whole plan as lib.reporting.plan writes it"),
    Column(
        "last_due", UtcTime, nullable=False, comment="Due time that was made last; at first: when the plan was made"
    ),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Row: one report that is sent by itself.",
)

made = Table(
    "report_runs",
    metadata,
    Column("id", String(64), primary_key=True, comment="Plan and due time: one due time, one report"),
    Column("plan_id", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False, comment="Not included"),
    Column("total", Text, nullable=False, comment="Exact; empty: nothing was used"),
    Column("currency", String(3), nullable=False),
    Column("records", Integer, nullable=False, comment="Rows of its table"),
    Column("messages", Integer, nullable=False, comment="Written to the outbox"),
    Column("error", Text, nullable=False),
    Column("pdf", LargeBinary),
    Column("csv", LargeBinary),
    Column("excel", LargeBinary),
    Index(None, "plan_id", "due"),
    Index(None, "at"),
    comment="Row: one report that was made, with its files.",
)
FILES = ("pdf", "csv", "excel")
_SHOWN = [column for column in made.c if column.name not in FILES]


@dataclass(frozen=True)
class PlanRow:
    """One report that is sent by itself, as it is kept."""

    id: str
    user: str
    name: str
    enabled: bool
    body: dict[str, Any]
    last_due: datetime
    created: datetime
    updated: datetime
    version: int


@dataclass(frozen=True)
class RunRow:
    """One report that was made; its files are read with `files`."""

    id: str
    plan_id: str
    name: str
    kind: str
    due: datetime
    at: datetime
    start_date: date
    end_date: date
    total: str
    currency: str
    records: int
    messages: int
    error: str


def save_plan(
    store: Store, body: dict[str, Any], user: str, now: datetime, *, plan: str = "", version: int | None = None
) -> str:
    """Write a plan, a new one or (with its id and the version that was read) a changed one; its id."""
    columns = {"name": body["name"], "enabled": body["enabled"], "body": body, "updated": now}
    first = {"user": user, "created": now, "last_due": now}
    return rows.keep(store, plans, columns, row=plan, version=version, first=first, what=f"the report “{body['name']}”")


def delete_plan(store: Store, plan: str) -> None:
    """Drop a plan; the reports it made stay."""
    with store.begin() as connection:
        if connection.execute(delete(plans).where(plans.c.id == plan)).rowcount != 1:
            raise NotFound(f"There is no report {plan}.")


def all_plans(store: Store, *, enabled: bool | None = None) -> list[PlanRow]:
    """Plans by name."""
    return rows.named(store, plans, PlanRow, *([] if enabled is None else [plans.c.enabled == enabled]))


def keep(
    store: Store, run: RunRow, pdf: bytes | None = None, csv: bytes | None = None, excel: bytes | None = None
) -> bool:
    """Keep a report that was made, and note its due time as done; False when somebody else made it first."""
    with store.begin() as connection:
        if not insert_once(connection, made, vars(run) | {"pdf": pdf, "csv": csv, "excel": excel}):
            return False
        connection.execute(
            plans.update().where(plans.c.id == run.plan_id, plans.c.last_due < run.due).values(last_due=run.due)
        )
        return True


def runs(store: Store, *, plan: str = "", limit: int = 200) -> list[RunRow]:
    """Reports that were made, newest first."""
    query = select(*_SHOWN).order_by(made.c.at.desc(), made.c.id).limit(limit)
    if plan:
        query = query.where(made.c.plan_id == plan)
    with store.read() as connection:
        return [RunRow(**row) for row in connection.execute(query).mappings()]


def files(store: Store, run: str) -> dict[str, bytes]:
    """The files of a report that was made, by kind (`pdf`, `csv`, `excel`): those there are."""
    with store.read() as connection:
        row = connection.execute(select(*(made.c[name] for name in FILES)).where(made.c.id == run)).mappings().first()
    if row is None:
        raise NotFound(f"There is no report {run} that was made.")
    return {name: content for name, content in row.items() if content is not None}


def forget(store: Store, before: datetime) -> int:
    """Drop reports that were made before a moment, with their files; how many."""
    with store.begin() as connection:
        return connection.execute(delete(made).where(made.c.at < before)).rowcount
