"""Rows that people edit carry a version, so that two editors cannot overwrite each other silently."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lib.errors import Conflict, NotFound
from lib.store.store import Store

Made = TypeVar("Made")


def fitting(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with texts cut to what their columns hold, and without the NUL that PostgreSQL refuses.

    What a name or an id is longer than, no person reads; better a short record than none.
    """
    return {name: _fitting(table, name, value) for name, value in values.items()}


def _fitting(table: Table, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value, length = value.replace("\0", ""), getattr(table.c[name].type, "length", None)
    return value if length is None or len(value) <= length else value[: length - 1] + "…"


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Write a row unless one with that key is there; whether it was written."""
    made = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    key = next(iter(table.primary_key.columns))
    return connection.execute(made.values(values).on_conflict_do_nothing().returning(key)).first() is not None


def keep(
    store: Store,
    table: Table,
    values: Mapping[str, Any],
    *,
    row: str,
    version: int | None,
    first: Mapping[str, Any],
    what: str,
) -> str:
    """Write a row with id and version: a new one (without `row`; `first` is written once), else the one read; its id."""
    with store.begin() as connection:
        if not row:
            row = uuid4().hex
            connection.execute(table.insert().values(**values, **first, id=row, version=1))
            return row
        if version is None:
            raise Conflict(f"A change of {what} needs the version that was read.")
        change(connection, table, {"id": row}, version, values, what=what[0].upper() + what[1:])
    return row


def named(store: Store, table: Table, make: Callable[..., Made], *where: ColumnElement[bool]) -> list[Made]:
    """Rows by name, as values."""
    query = select(table).where(*where).order_by(func.lower(table.c.name), table.c.id)
    with store.read() as connection:
        return [make(**row) for row in connection.execute(query).mappings()]


def one(store: Store, table: Table, make: Callable[..., Made], row: str, *, what: str, remedy: str = "") -> Made:
    """The row with an id, as a value; NotFound names it to a person as `what`."""
    with store.read() as connection:
        found = connection.execute(select(table).where(table.c.id == row)).mappings().first()
    if found is None:
        raise NotFound(f"There is no {what} {row}.", remedy=remedy)
    return make(**found)


def change(
    connection: Connection, table: Table, key: Mapping[str, Any], version: int, values: Mapping[str, Any], *, what: str
) -> int:
    """Write `values` to the row `key` if it still is the `version` that was read; the new version.

    Conflict when somebody else was faster, NotFound when the row is gone; `what` names the row to a person.
    """
    where = and_(*(table.c[name] == value for name, value in key.items()))
    done = connection.execute(
        table.update().where(where, table.c.version == version).values(**values, version=version + 1)
    )
    if done.rowcount == 1:
        return version + 1
    if connection.execute(select(table.c.version).where(where)).first() is None:
        raise NotFound(f"{what} is not there any more.")
    raise Conflict(
        f"{what} was changed by somebody else meanwhile.", remedy="Open it again, look at what changed, and save again."
    )
