"""Settings that people make in the app: key, value, whose, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lib.errors import Conflict
from lib.store.rows import change, insert_once
from lib.store.store import Store
from lib.store.tables import configs

EVERYBODY = ""
"""The `user` of what holds for all."""


@dataclass(frozen=True)
class Config:
    """One setting of one person, or of everybody."""

    key: str
    user: str
    value: Any
    """Plain JSON."""
    created: datetime
    updated: datetime
    version: int


def get(store: Store, key: str, user: str = EVERYBODY) -> Config | None:
    """The setting of exactly that person (or of everybody)."""
    with store.read() as connection:
        row = connection.execute(select(configs).where(configs.c.key == key, configs.c.user == user)).mappings().first()
    return Config(**row) if row else None


def in_force(store: Store, key: str, user: str) -> Any:
    """The person's own value, else everybody's, else None."""
    with store.read() as connection:
        rows = connection.execute(
            select(configs.c.user, configs.c.value).where(configs.c.key == key, configs.c.user.in_([user, EVERYBODY]))
        ).all()
    values = {row.user: row.value for row in rows}
    own = values.get(user)
    return values.get(EVERYBODY) if own is None else own


def put(store: Store, key: str, value: Any, now: datetime, *, user: str = EVERYBODY, version: int | None = None) -> int:
    """Write a setting; its version. With the `version` that was read, Conflict when somebody else was faster.

    `version=0` says there was none yet; without a version the last writer wins. None as value takes a setting back.
    """
    what = f"The setting “{key}”"
    key_of = {"key": key, "user": user}
    with store.begin() as connection:
        new = {**key_of, "value": value, "created": now, "updated": now, "version": 1}
        if insert_once(connection, configs, new):
            return 1
        if version is None:
            version = connection.execute(
                select(configs.c.version).where(configs.c.key == key, configs.c.user == user).with_for_update()
            ).scalar_one()
        if version == 0:
            raise Conflict(f"{what} was made by somebody else meanwhile.", remedy="Open it again and look at it.")
        return change(connection, configs, key_of, version, {"value": value, "updated": now}, what=what)
