"""One store: an engine whose tables are up to date, and transactions on it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.pool import StaticPool

from lib.errors import SettingsError, Unavailable
from lib.masking import masked

Credential = Callable[[], str]
"""Gives a password that is good now; asked for every new connection."""

SCHEMA = "lakeledger"
"""Schema of the tables on PostgreSQL: the app's role owns it, whatever `public` allows."""
BUSY = 30
"""Seconds a writer waits for another one."""
logger = logging.getLogger("lakeledger.store")
READING = "lakeledger_reading"


class Store:
    """Tables that are up to date. Threads may share one; so may processes, each with its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._current: ContextVar[Connection | None] = ContextVar("connection", default=None)

    @classmethod
    def open(cls, url: str, *, credential: Credential | None = None, migrate: bool = True) -> "Store":
        """The store at `url` (`sqlite:///file`, `sqlite://` in memory, `postgresql://…`), migrated under a lock.

        SettingsError when the URL is none, Unavailable when nothing answers there.
        """
        parsed = _parse(url)
        store = cls(_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed, credential))
        if migrate:
            from lib.store.migrate import upgrade

            with _translated(store.engine):
                upgrade(store.engine)
        return store

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes. Inside another one of this thread it is part of that one."""
        with self._transaction(reading=False) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads, and waits for no writer."""
        with self._transaction(reading=True) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, reading: bool) -> Iterator[Connection]:
        outer = self._current.get()
        if outer is not None:
            yield outer
            return
        with _translated(self.engine), self.engine.connect() as connection:
            used = connection.execution_options(**{READING: reading})
            with used.begin():
                token = self._current.set(None if reading else used)
                try:
                    yield used
                finally:
                    self._current.reset(token)

    @property
    def place(self) -> str:
        """Where it is, without any password."""
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _parse(url: str) -> URL:
    scheme, _, rest = url.partition(":")
    if scheme in ("postgres", "postgresql"):
        url = f"postgresql+psycopg:{rest}"
    try:
        parsed = make_url(url)
        known = parsed.drivername in ("sqlite", "postgresql+psycopg")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise SettingsError(
            "The address of the store cannot be used.",
            place="LAKELEDGER_STORE_URL",
            remedy="Write sqlite:///path/to/file.db or postgresql://user@host:5432/database (docs/store.md). "
            f"The given one begins with “{urlsplit(url).scheme or 'nothing'}:”.",
        )
    return parsed


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        engine = create_engine(
            url, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False}
        )
    else:
        _make_folder(Path(str(url.database)).absolute().parent)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The store's folder cannot be made ({type(error).__name__}).",
            place=str(folder),
            remedy="Set LAKELEDGER_HOME or LAKELEDGER_STORE_URL to a place where the app may write.",
        ) from error


def _postgres(url: URL, credential: Credential | None) -> Engine:
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=5, max_overflow=5, pool_recycle=3600, pool_timeout=BUSY, hide_parameters=True,
        connect_args={"connect_timeout": 15, "application_name": "lakeledger"},
    )  # fmt: skip

    if credential is not None:

        @event.listens_for(engine, "do_connect")
        def fresh_password(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
            parameters["password"] = credential()

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        before, connection.autocommit = connection.autocommit, True
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {SCHEMA}")
            cursor.execute("SET timezone TO 'UTC'")
        connection.autocommit = before

    return engine


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """Errors of a database that does not answer, as ours."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.warning("store: %s", masked(" ".join(str(error.orig).split())))
        raise Unavailable(
            f"The store does not answer: {type(error.orig).__name__}.",
            place=engine.url.render_as_string(hide_password=True),
            remedy="Try again in a moment. If it goes on: does LAKELEDGER_STORE_URL name the right database, does it "
            "run, and may this app's role connect to it?",
        ) from error
