"""What people say about anomalies, planned events, and budgets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, Date, Integer, String, Table, Text, select

from lib.errors import NotFound
from lib.spend.budget import Plan, Threshold
from lib.store.events import Event, record
from lib.store.rows import change
from lib.store.store import Store
from lib.store.tables import metadata
from lib.store.types import Amount, UtcTime

marks = Table(
    "anomaly_marks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("act", String(20), nullable=False, comment="acknowledged or muted"),
    Column("series", String(600), nullable=False, index=True),
    Column("anomaly", String(32), nullable=False, comment="Which one was acknowledged; empty for a mute"),
    Column("until", Date, comment="Last day of a mute; NULL: until it is taken back"),
    Column("reason", Text, nullable=False),
    Column("who", String(320), nullable=False),
    Column("at", UtcTime, nullable=False),
    comment="Row: what a person said about one anomaly, or about everything of a series for a while.",
)
planned = Table(
    "planned_events",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("series", String(600), nullable=False, comment="Empty: everything"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("who", String(320), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Row: days on which other costs than usual are expected.",
)
budgets = Table(
    "budgets",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("series", String(600), nullable=False, comment="What it is for, as lib.watch.daily.Key spells it"),
    Column("amount", Amount, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("base", String(10), nullable=False),
    Column("span", String(12), nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("thresholds", JSON, nullable=False, comment="[[share, basis], …]"),
    Column("commitment", Integer, nullable=False, comment="1: an amount that was promised"),
    Column("owner", String(320), nullable=False),
    Column("note", Text, nullable=False),
    Column("ended", UtcTime, comment="When it was put away; budgets are never deleted"),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Row: an amount that a part of the account is meant to stay within.",
)


@dataclass(frozen=True)
class StoredMark:
    """One row of anomaly_marks."""

    id: str
    act: str
    series: str
    anomaly: str
    until: date | None
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class PlannedEvent:
    """Days on which other costs than usual are expected."""

    name: str
    first_day: date
    last_day: date
    series: str = ""
    """Of what, as `lib.watch.daily.Key` spells it; empty: of everything."""
    who: str = ""
    id: str = ""
    version: int = 0


@dataclass(frozen=True)
class Budget:
    """A budget as people made it."""

    name: str
    series: str
    plan: Plan
    currency: str = "USD"
    base: str = "list"
    owner: str = ""
    note: str = ""
    ended: datetime | None = None
    id: str = ""
    version: int = 0


def mark(
    store: Store,
    act: str,
    series: str,
    who: str,
    now: datetime,
    *,
    anomaly: str = "",
    until: date | None = None,
    reason: str = "",
) -> StoredMark:
    """Acknowledge one anomaly, or mute a series until a day; on record."""
    row = StoredMark(uuid4().hex, act, series, anomaly, until, reason, who, now)
    with store.begin() as connection:
        connection.execute(marks.insert().values(**row.__dict__))
        verb = "acknowledge anomaly" if act == "acknowledged" else "mute anomalies"
        after = {"anomaly": anomaly, "until": until.isoformat() if until else None}
        record(store, Event(now, who, verb, "series", series, reason=reason, after=after))
    return row


def take_back(store: Store, mark_id: str, who: str, now: datetime) -> None:
    """Forget a mark: the anomaly (or the series) speaks again; on record."""
    with store.begin() as connection:
        row = connection.execute(select(marks).where(marks.c.id == mark_id)).mappings().first()
        if row is None:
            raise NotFound("This is not there any more.")
        connection.execute(marks.delete().where(marks.c.id == mark_id))
        before = {"act": row["act"], "reason": row["reason"]}
        record(store, Event(now, who, "take back anomaly mark", "series", row["series"], before=before))


def all_marks(store: Store, on: date) -> list[StoredMark]:
    """Marks in force, newest first: every acknowledgement, and mutes that have not run out before `on` minus a quarter."""
    with store.read() as connection:
        rows = connection.execute(select(marks).order_by(marks.c.at.desc())).mappings().all()
    found = [StoredMark(**row) for row in rows]
    return [one for one in found if one.until is None or (on - one.until).days < 92]


def plan_event(store: Store, event: PlannedEvent, who: str, now: datetime) -> PlannedEvent:
    """Write a planned event; on record."""
    made = replace(event, id=event.id or uuid4().hex, who=who, version=1)
    with store.begin() as connection:
        connection.execute(
            planned.insert().values(
                id=made.id, name=made.name, series=made.series, first_day=made.first_day, last_day=made.last_day, who=who,
                created=now, updated=now, version=1,
            )
        )  # fmt: skip
        after = {"series": made.series, "from": made.first_day.isoformat(), "to": made.last_day.isoformat()}
        record(store, Event(now, who, "plan event", "planned event", made.id, made.name, after=after))
    return made


def cancel_event(store: Store, event_id: str, who: str, now: datetime) -> None:
    """Take a planned event off the calendar; on record."""
    with store.begin() as connection:
        row = connection.execute(select(planned).where(planned.c.id == event_id)).mappings().first()
        if row is None:
            raise NotFound("This planned event is not there any more.")
        connection.execute(planned.delete().where(planned.c.id == event_id))
        record(store, Event(now, who, "cancel planned event", "planned event", event_id, row["name"]))


def planned_events(store: Store) -> list[PlannedEvent]:
    """The calendar, newest first."""
    with store.read() as connection:
        rows = connection.execute(select(planned).order_by(planned.c.first_day.desc())).mappings().all()
    return [
        PlannedEvent(r["name"], r["first_day"], r["last_day"], r["series"], r["who"], r["id"], r["version"])
        for r in rows
    ]


def save_budget(store: Store, budget: Budget, who: str, now: datetime) -> Budget:
    """Make a budget, or change the one with its id when it still is the version that was read; on record."""
    made = budget if budget.id else replace(budget, id=uuid4().hex)
    values = _row(made)
    with store.begin() as connection:
        before = get_budget(store, made.id) if budget.id else None
        if before is None:
            connection.execute(budgets.insert().values(**values, id=made.id, created=now, updated=now, version=1))
            version = 1
        else:
            version = change(
                connection,
                budgets,
                {"id": made.id},
                made.version,
                values | {"updated": now},
                what=f"The budget “{made.name}”",
            )
        verb = "change budget" if before else "make budget"
        record(store, Event(now, who, verb, "budget", made.id, made.name, before=_told(before), after=_told(made)))
    return replace(made, version=version)


def end_budget(store: Store, budget: Budget, who: str, now: datetime) -> Budget:
    """Put a budget away; it stays on record and can be brought back by saving it again."""
    return save_budget(store, replace(budget, ended=now), who, now)


def get_budget(store: Store, budget_id: str) -> Budget:
    """One budget; NotFound."""
    with store.read() as connection:
        row = connection.execute(select(budgets).where(budgets.c.id == budget_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such budget.", place=budget_id)
    return _budget(row)


def all_budgets(store: Store, *, ended: bool = False) -> list[Budget]:
    """Budgets in force by name; with `ended` those that were put away."""
    where = budgets.c.ended.is_not(None) if ended else budgets.c.ended.is_(None)
    with store.read() as connection:
        rows = connection.execute(select(budgets).where(where).order_by(budgets.c.name)).mappings().all()
    return [_budget(row) for row in rows]


def _row(budget: Budget) -> dict[str, Any]:
    plan = budget.plan
    return {
        "name": budget.name, "series": budget.series, "amount": plan.amount, "currency": budget.currency,
        "base": budget.base, "span": plan.span, "first_day": plan.first_day, "last_day": plan.last_day,
        "thresholds": [[str(t.share), t.basis] for t in plan.thresholds], "commitment": int(plan.commitment),
        "owner": budget.owner, "note": budget.note, "ended": budget.ended,
    }  # fmt: skip


def _told(budget: Budget | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    row = _row(budget)
    return {
        name: value
        if isinstance(value, str | int | list | None)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
        for name, value in row.items()
    }


def _budget(row: Any) -> Budget:
    thresholds: Sequence[Threshold] = [Threshold(Decimal(share), basis) for share, basis in row["thresholds"]]
    plan = Plan(
        row["amount"], row["span"], row["first_day"], row["last_day"], tuple(thresholds), bool(row["commitment"])
    )
    return Budget(
        row["name"], row["series"], plan, row["currency"], row["base"], row["owner"], row["note"], row["ended"],
        row["id"], row["version"],
    )  # fmt: skip
