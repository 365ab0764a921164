"""What was done, by whom, on what, and how it ended. Can be added to and read; nothing else."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from lib.masking import masked, masked_values
from lib.store.rows import fitting
from lib.store.store import Store
from lib.store.tables import events

Values = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One act. `before` and `after` are plain JSON values of what changed; secrets in them are masked when written."""

    at: datetime
    who: str
    act: str
    """A verb and its object in short: `stop cluster`, `save budget`."""
    object_type: str = ""
    object_id: str = ""
    object_name: str = ""
    workspace_id: str = ""
    before: Values | None = None
    after: Values | None = None
    reason: str = ""
    result: str = "done"
    """`done`, `refused` (no permission), `failed`, or `asked` for an act that goes on elsewhere."""
    detail: str = ""
    id: int | None = None


def record(store: Store, event: Event) -> int:
    """Write an event, as part of the transaction in progress if there is one; its id."""
    values = {name: value for name, value in asdict(event).items() if name != "id"}
    values |= {"before": masked_values(event.before), "after": masked_values(event.after)}
    values |= {"reason": masked(event.reason), "detail": masked(event.detail)}
    with store.begin() as connection:
        return int(
            connection.execute(events.insert().values(fitting(events, values)).returning(events.c.id)).scalar_one()
        )


@dataclass(frozen=True)
class Search:
    """What to look for; what is left empty narrows nothing."""

    who: str = ""
    act: str = ""
    object_type: str = ""
    object_id: str = ""
    workspace_id: str = ""
    result: str = ""
    text: str = ""
    """Anywhere in names, reason or detail; case does not matter."""
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""


def search(store: Store, find: Search = Search(), *, limit: int = 200, offset: int = 0) -> list[Event]:
    """Events that match, newest first."""
    query = select(events).where(*_matches(find)).order_by(events.c.at.desc(), events.c.id.desc())
    with store.read() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
    names = [field.name for field in fields(Event)]
    return [Event(**{name: row[name] for name in names}) for row in rows]


def count(store: Store, find: Search = Search()) -> int:
    """How many match."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(events).where(*_matches(find))).scalar_one())


def _matches(find: Search) -> list[ColumnElement[bool]]:
    exact = ("who", "act", "object_type", "object_id", "workspace_id", "result")
    found: list[ColumnElement[bool]] = [events.c[name] == getattr(find, name) for name in exact if getattr(find, name)]
    if find.since:
        found.append(events.c.at >= find.since)
    if find.until:
        found.append(events.c.at < find.until)
    if find.text:
        columns = (
            events.c.object_name,
            events.c.object_id,
            events.c.who,
            events.c.act,
            events.c.reason,
            events.c.detail,
        )
        found.append(or_(*(cast(column, String).icontains(find.text, autoescape=True) for column in columns)))
    return found
