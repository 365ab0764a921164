"""Brings the tables to this version, one process at a time. Nobody needs an alembic.ini or a command."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text

from lib.errors import SettingsError, Unavailable
from lib.store.store import BUSY, SCHEMA

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x1A4E1ED6
"""Number of the advisory lock on PostgreSQL."""
logger = logging.getLogger("lakeledger.store")


def upgrade(engine: Engine, to: str = "heads") -> None:
    """Make or change the tables up to `to`; nothing when they are there."""
    with _alone(engine) as connection:
        if to == "heads" and set(revisions(connection)) == set(newest()):
            return
        _run(connection, to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the tables back to revision `to` (`base`: none), for an older version of the app. Loses what came since."""
    with _alone(engine) as connection:
        try:
            command.downgrade(_config(connection), to)
        except CommandError as error:
            raise _unknown(error) from error


def revisions(connection: Connection) -> tuple[str, ...]:
    """What the tables are at; empty when there are none."""
    return MigrationContext.configure(connection).get_current_heads()


def newest() -> tuple[str, ...]:
    """What this version of the app needs."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def _run(connection: Connection, to: str) -> None:
    began = time.monotonic()
    try:
        command.upgrade(_config(connection), to)
    except CommandError as error:
        raise _unknown(error) from error
    logger.info("store migrated to %s in %.1f s", ", ".join(revisions(connection)), time.monotonic() - began)


def _unknown(error: CommandError) -> SettingsError:
    return SettingsError(
        f"The tables of the store are not of this version: {error}.",
        place="LAKELEDGER_STORE_URL",
        remedy="A newer version of the app has changed them. Run that version again, or take them back with its "
        "`python -m lib store --to REVISION` (docs/deploy.md, rollback).",
    )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other process migrates in."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            yield connection
        return
    file = engine.url.database
    if file in (None, "", ":memory:"):
        with engine.begin() as connection:
            yield connection
        return
    try:
        with FileLock(f"{file}.lock", timeout=2 * BUSY), engine.begin() as connection:
            yield connection
    except Timeout as error:
        raise Unavailable("Another process has been changing the store for a minute.", place=str(file)) from error
