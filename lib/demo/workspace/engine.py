"""Sessions and operations: what Thrift and the statements API share. Each operation runs in a thread of its own."""

import secrets
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa

from lib.demo.workspace import warehouses
from lib.demo.workspace.execution import Execution
from lib.demo.workspace.sql_errors import SqlRefusal, translated
from lib.demo.workspace.state import Identity, State
from lib.demo.workspace.unity import Unity
from lib.warehouse.dialect import Translations

Condition = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "TIMED_OUT", "CLOSED"]
LONGEST_S = 172_800
_POLL_S = 0.01
KEPT_STATEMENTS = 100
KEPT_BYTES = 256 * 1024 * 1024
"""Results of closed operations that links can still fetch."""


@dataclass
class Session:
    """One client's connection to a warehouse."""

    id: bytes
    who: Identity
    warehouse_id: str
    catalog: str = "main"
    schema: str = "default"
    kept: bool = True
    """False for one that lives for one statement."""
    conf: dict[str, str] = field(default_factory=dict)
    """Settings, names in capitals: STATEMENT_TIMEOUT, TIMEZONE, …"""

    def configure(self, values: Mapping[str, str]) -> None:
        """Change settings; SqlRefusal for a value that a setting cannot have, or a setting nobody knows."""
        for name, value in values.items():
            key = name.upper()
            if key not in SETTINGS and not key.startswith("SPARK."):
                raise SqlRefusal("CONFIG_NOT_AVAILABLE", f"Configuration {name} is not available.", "42K0I")
            if key == "STATEMENT_TIMEOUT" and not (value.isdigit() and int(value) <= LONGEST_S):
                raise SqlRefusal(
                    "INVALID_CONF_VALUE", f"The value '{value}' in the config \"{name}\" is invalid.", "22022"
                )
            if key == "TIMEZONE":
                _check_zone(value)
            self.conf[key] = value

    @property
    def timeout_s(self) -> float:
        """How long a statement may run."""
        return float(self.conf.get("STATEMENT_TIMEOUT", LONGEST_S))


SETTINGS = ("ANSI_MODE", "ENABLE_PHOTON", "LEGACY_TIME_PARSER_POLICY", "MAX_FILE_PARTITION_BYTES", "QUERY_TAGS",
            "READ_ONLY_EXTERNAL_METASTORE", "STATEMENT_TIMEOUT", "TIMEZONE", "USE_CACHED_RESULT")  # fmt: skip
"""Settings a session of a SQL warehouse has."""


@dataclass(frozen=True)
class Delivery:
    """How a Thrift client takes a result."""

    lz4: bool = False
    links: bool = False
    """By CloudFetch, when it is large."""


@dataclass
class Operation:
    """One statement: what it is, how far it is, what came out."""

    id: bytes
    text: str
    session: Session
    state: Condition = "PENDING"
    rows: pa.Table | None = None
    truncated: bool = False
    modified: int | None = None
    error: SqlRefusal | None = None
    started: float = 0.0
    ended: float | None = None
    position: int = 0
    """Rows handed out so far, by the Thrift path."""
    delivery: Delivery = field(default_factory=Delivery)
    asked: dict[str, str] = field(default_factory=lambda: {"disposition": "INLINE", "format": "JSON_ARRAY"})
    """How a REST client takes it."""
    tags: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    _cursor: duckdb.DuckDBPyConnection | None = None
    _wanted_end: Condition | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hex_id(self) -> str:
        """The id as REST and logs write it: a UUID."""
        text = self.id.hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def stop(self, end: Condition) -> None:
        """End it before its time, as cancelled or timed out; a finished one stays as it is."""
        with self._lock:
            if self.done.is_set() or self._wanted_end:
                return
            self._wanted_end = end
            if self._cursor is not None:
                with suppress(duckdb.Error):
                    self._cursor.interrupt()

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """From here on it can be interrupted."""
        with self._lock:
            self.state, self._cursor = "RUNNING", cursor
        self.check()

    def finish(self, state: Condition) -> None:
        """It has ended."""
        with self._lock:
            self.state, self._cursor = self._wanted_end or state, None
            self.done.set()

    def check(self) -> None:
        """Stop here when somebody wants it to end."""
        if self._wanted_end:
            raise duckdb.InterruptException("stopped")


class Engine:
    """Statements in, Arrow out."""

    def __init__(self, state: State, home: Path) -> None:
        self._state = state
        self.unity = Unity(state, home)
        self._translations = Translations(home / "translated")
        self._sessions: dict[bytes, Session] = {}
        self._operations: dict[bytes, Operation] = {}
        self._results: dict[bytes, pa.Table] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(64, thread_name_prefix="statement")
        self._closed = False

    def close(self) -> None:
        """Stop what runs and give the files back."""
        self._closed = True
        for operation in list(self._operations.values()):
            operation.stop("CANCELED")
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.unity.close()

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def open_session(
        self,
        who: Identity,
        warehouse_id: str,
        conf: Mapping[str, str],
        catalog: str | None = None,
        schema: str | None = None,
        *,
        kept: bool = True,
    ) -> Session:
        """A session; SqlRefusal for settings that are not, or a catalog or schema that is not there.

        Not `kept`: for one statement only.
        """
        session = Session(secrets.token_bytes(16), who, warehouse_id, kept=kept)
        session.configure(conf)
        if catalog:
            session.catalog = catalog.lower()
            self.unity.require_exists("CATALOG", session.catalog)
        if schema:
            session.schema = schema.lower()
            self.unity.require_exists("SCHEMA", f"{session.catalog}.{session.schema}")
        if kept:
            with self._lock:
                self._sessions[session.id] = session
        return session

    def session(self, id_: bytes, who: Identity) -> Session | None:
        """The open session of that id; other people's are unknown."""
        found = self._sessions.get(id_)
        return found if found and found.who.name == who.name else None

    def close_session(self, session: Session) -> None:
        """The session ends, and what runs in it."""
        with self._lock:
            self._sessions.pop(session.id, None)
            mine = [o for o in self._operations.values() if o.session is session]
        for operation in mine:
            self.close_operation(operation)

    def drop_sessions(self, warehouse_id: str | None = None) -> int:
        """Lose sessions, as a warehouse that stops does; how many there were."""
        with self._lock:
            lost = [s for s in self._sessions.values() if warehouse_id in (None, s.warehouse_id)]
        for session in lost:
            self.close_session(session)
        return len(lost)

    def session_count(self, warehouse_id: str | None = None) -> int:
        """Sessions that are open."""
        return sum(warehouse_id in (None, session.warehouse_id) for session in list(self._sessions.values()))

    # ── operations ──────────────────────────────────────────────────────────────────────────────────────────────────

    def submit(
        self,
        session: Session,
        text: str,
        values: Mapping[str, object],
        *,
        row_limit: int | None = None,
        tags: str = "",
    ) -> Operation:
        """Begin a statement; it waits for its warehouse in line."""
        operation = Operation(secrets.token_bytes(16), text, session, started=time.time(), tags=tags)
        with self._lock:
            self._operations[operation.id] = operation
            self._forget_old()
        self._threads.submit(self._run, operation, values, row_limit)
        return operation

    def _forget_old(self) -> None:
        """Statements without a session are never closed by anybody: keep the newest of them."""
        over = [id_ for id_, o in self._operations.items() if o.done.is_set() and not o.session.kept]
        for id_ in over[:-KEPT_STATEMENTS]:
            del self._operations[id_]

    def finished(self, session: Session, rows: pa.Table) -> Operation:
        """An operation that is over already: what metadata calls answer with."""
        operation = Operation(secrets.token_bytes(16), "", session, "SUCCEEDED", rows)
        operation.done.set()
        with self._lock:
            self._operations[operation.id] = operation
        return operation

    def operation(self, id_: bytes, who: Identity) -> Operation | None:
        """The operation of that id; other people's are unknown."""
        found = self._operations.get(id_)
        return found if found and found.session.who.name == who.name else None

    def result(self, id_: bytes) -> pa.Table | None:
        """Rows of an operation, by whoever has a link to them; also of one that was closed a moment ago."""
        found = self._operations.get(id_)
        return found.rows if found else self._results.get(id_)

    def keep_result(self, operation: Operation) -> None:
        """Let links to its rows work after it is closed."""
        if operation.rows is None or not operation.delivery.links:
            return
        with self._lock:
            self._results[operation.id] = operation.rows
            while len(self._results) > 1 and sum(rows.nbytes for rows in self._results.values()) > KEPT_BYTES:
                self._results.pop(next(iter(self._results)))

    def close_operation(self, operation: Operation) -> None:
        """Forget it and its rows; it is stopped when it still runs."""
        operation.stop("CANCELED")
        with self._lock:
            self._operations.pop(operation.id, None)

    def running(self) -> list[dict[str, Any]]:
        """Operations that run, or that a session has not closed."""
        return [
            {
                "id": o.hex_id,
                "state": o.state,
                "text": o.text,
                "who": o.session.who.name,
                "warehouse_id": o.session.warehouse_id,
                "started": o.started,
                "done": o.done.is_set(),
            }
            for o in list(self._operations.values())
            if o.session.kept or not o.done.is_set()
        ]

    def _run(self, operation: Operation, values: Mapping[str, object], row_limit: int | None) -> None:
        timer = threading.Timer(operation.session.timeout_s, operation.stop, ("TIMED_OUT",))
        timer.daemon = True
        try:
            self._wait_for_warehouse(operation)
            timer.start()
            self._pause(operation, float(self._state.options["statement_delay_s"]))
            with self.unity.connection.cursor() as cursor:
                operation.begin(cursor)
                run = Execution(
                    self._state,
                    self.unity,
                    operation.session.who,
                    operation.session,
                    cursor,
                    self._translations,
                    values,
                )
                outcome = run.run(operation.text)
            rows = outcome.rows
            if row_limit is not None and rows.num_rows > row_limit:
                rows, operation.truncated = rows.slice(0, row_limit), True
            operation.rows, operation.modified = rows, outcome.modified
            operation.finish("SUCCEEDED")
        except duckdb.InterruptException:
            operation.finish("CANCELED")
        except Exception as error:
            operation.error = translated(error)
            operation.finish("FAILED")
        finally:
            timer.cancel()
            operation.ended = time.time()
            if operation.state == "TIMED_OUT":
                operation.error = timed_out(operation.session.timeout_s)

    def _wait_for_warehouse(self, operation: Operation) -> None:
        while not warehouses.ready(self._state, operation.session.warehouse_id):
            if self._closed:
                raise duckdb.InterruptException("closing")
            operation.check()
            time.sleep(_POLL_S)

    def _pause(self, operation: Operation, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._closed:
            operation.check()
            time.sleep(_POLL_S)


def timed_out(seconds: float) -> SqlRefusal:
    """What STATEMENT_TIMEOUT says."""
    return SqlRefusal(
        "QUERY_EXECUTION_TIMEOUT_EXCEEDED",
        f"Query execution was cancelled due to exceeding the timeout ({seconds:.0f}s). You can increase the limit in"
        " seconds by setting STATEMENT_TIMEOUT.",
        "57KD0",
    )


def _check_zone(value: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise SqlRefusal(
            "INVALID_CONF_VALUE.TIME_ZONE", f"Cannot resolve the given timezone '{value}'.", "22022"
        ) from error


def prepare(state: State, home: Path) -> None:
    """Every start: the engine of a workspace."""
    state.engine = Engine(state, home)


ROUTES: tuple[Any, ...] = ()
