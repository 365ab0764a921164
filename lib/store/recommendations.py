"""What became of recommendations: decisions of people, and savings that later bills confirmed."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, select

from lib.store.rows import change, insert_once
from lib.store.store import Store
from lib.store.tables import metadata
from lib.store.types import Amount, UtcTime

decisions = Table(
    "recommendation_decisions",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("workspace_id", String(40), nullable=False),
    Column("object_type", String(40), nullable=False),
    Column("object_id", String(200), nullable=False),
    Column("object_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(20), nullable=False, comment="open, accepted, dismissed, done"),
    Column("reason", Text, nullable=False),
    Column("until", Date, comment="A dismissal ends on this day"),
    Column("owner", String(320), nullable=False, comment="Who takes care of it; empty: nobody"),
    Column("decided_by", String(320), nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("done_on", Date, comment="The first day after the change: what later bills are compared from"),
    Column("currency", String(3), nullable=False),
    Column("saving_low", Amount, comment="As it was said when the decision was made"),
    Column("saving_high", Amount),
    Column("verified", Amount, comment="Saving in 30 days as later bills show it; NULL: not yet"),
    Column("cost_before", Amount, comment="What it cost in 30 days before the change, in the bills that were compared"),
    Column("verified_days", Integer, nullable=False, comment="Days after the change that the bills cover"),
    Column("version", Integer, nullable=False),
    Index(None, "workspace_id", "object_type", "object_id"),
    comment="Row: one recommendation that somebody decided about, by its key.",
)


@dataclass(frozen=True)
class Decision:
    """What somebody decided about one recommendation."""

    key: str
    kind: str
    workspace_id: str
    object_type: str
    object_id: str
    object_name: str
    title: str
    state: str
    reason: str
    until: date | None
    owner: str
    decided_by: str
    decided_at: datetime
    done_on: date | None
    currency: str
    saving_low: Decimal | None
    saving_high: Decimal | None
    verified: Decimal | None = None
    verified_days: int = 0
    version: int = 1
    cost_before: Decimal | None = None

    @property
    def cost_after(self) -> Decimal | None:
        """What it costs in 30 days since the change; None until the saving is verified."""
        return None if self.cost_before is None or self.verified is None else self.cost_before - self.verified


def everything(store: Store) -> dict[str, Decision]:
    """All decisions, by key."""
    with store.read() as connection:
        rows = connection.execute(select(decisions)).mappings().all()
    names = [field.name for field in fields(Decision)]
    return {row["key"]: Decision(**{name: row[name] for name in names}) for row in rows}


def put(store: Store, decision: Decision, version: int | None) -> int:
    """Write a decision; its version. `version` is the one that was read, None for the first decision about it.

    Conflict when somebody else decided meanwhile.
    """
    values: dict[str, Any] = {field.name: getattr(decision, field.name) for field in fields(Decision)}
    what = f"The recommendation about {decision.object_name}"
    with store.begin() as connection:
        if version is None:
            if insert_once(connection, decisions, values | {"version": 1}):
                return 1
            version = 0
        left = {name: value for name, value in values.items() if name not in ("key", "version")}
        return change(connection, decisions, {"key": decision.key}, version, left, what=what)
