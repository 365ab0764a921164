"""How the scheduler's jobs went: the last time of each, and a history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from lib.masking import masked
from lib.store.rows import insert_once
from lib.store.store import Store
from lib.store.tables import schedule, schedule_runs


@dataclass(frozen=True)
class Status:
    """One job, as it went last."""

    name: str
    due: datetime | None = None
    """The due time that was last done or given up."""
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    ok: bool | None = None
    detail: str = ""
    error: str = ""
    failures: int = 0
    """In a row."""
    mark: str | None = None
    """What the job saw when it last went well."""


@dataclass(frozen=True)
class Run:
    """One run of one job."""

    id: int
    name: str
    due: datetime
    started: datetime
    ended: datetime | None
    owner: str
    ok: bool | None
    missed: int
    detail: str
    error: str


def statuses(store: Store) -> dict[str, Status]:
    """Every job that was seen, by name."""
    with store.read() as connection:
        rows = connection.execute(select(schedule)).mappings().all()
    return {row["name"]: Status(**row) for row in rows}


def note(store: Store, status: Status) -> None:
    """Write how a job went."""
    values = {**vars(status), "detail": masked(status.detail), "error": masked(status.error)}
    with store.begin() as connection:
        if not insert_once(connection, schedule, values):
            connection.execute(update(schedule).where(schedule.c.name == status.name).values(values))


def begin_run(store: Store, name: str, due: datetime, missed: int, owner: str, now: datetime) -> int:
    """Write that a run has begun; its id. If the process dies, the next one finds it without an end."""
    with store.begin() as connection:
        return int(
            connection.execute(
                schedule_runs.insert()
                .values(name=name, due=due, started=now, owner=owner, missed=missed, detail="", error="")
                .returning(schedule_runs.c.id)
            ).scalar_one()
        )


def end_run(store: Store, run: int, now: datetime, *, detail: str = "", error: str = "") -> None:
    """Write how it ended."""
    values = {"ended": now, "ok": not error, "detail": masked(detail), "error": masked(error)}
    with store.begin() as connection:
        connection.execute(update(schedule_runs).where(schedule_runs.c.id == run).values(values))


def unfinished(store: Store) -> list[Run]:
    """Runs that have begun and not ended."""
    with store.read() as connection:
        rows = connection.execute(select(schedule_runs).where(schedule_runs.c.ended.is_(None))).mappings().all()
    return [Run(**row) for row in rows]


def runs(store: Store, name: str = "", *, limit: int = 100) -> list[Run]:
    """The history, newest first."""
    query = select(schedule_runs).order_by(schedule_runs.c.started.desc(), schedule_runs.c.id.desc()).limit(limit)
    if name:
        query = query.where(schedule_runs.c.name == name)
    with store.read() as connection:
        return [Run(**row) for row in connection.execute(query).mappings()]


def forget(store: Store, before: datetime) -> int:
    """Drop the history from before a moment; how many runs."""
    with store.begin() as connection:
        return connection.execute(schedule_runs.delete().where(schedule_runs.c.ended < before)).rowcount
