"""Runs one statement: on a lent connection, in a thread that can be left alone, with a deadline and a way to stop it."""

import contextvars
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import metrics
from lib.errors import AppError, Cancelled, QueryError, Starting
from lib.warehouse.databricks import cancelling, failures
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.meter import Meter
from lib.warehouse.databricks.pool import Lent, Pool

if TYPE_CHECKING:
    import pyarrow as pa
    from databricks.sql.client import Cursor
    from databricks.sql.parameters.native import DbsqlParameterBase

PIECE = 100_000
"""Rows fetched at a time."""
MOST_BYTES = 1 << 30
GRACE_S = 5.0
"""How long a statement may take to stop when asked, before its connection is given up."""
START_S = 600.0
"""How long a warehouse may take to start."""


@dataclass(frozen=True)
class Statement:
    """A text with its values, and what it may take."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict, repr=False)
    name: str = ""
    """The query's name, for tags and counting."""
    reads: bool = True
    """Nothing is changed by it, so that it may be sent twice."""
    deadline_s: float = 60.0
    max_rows: int = 1_000_000


@dataclass
class _Flight:
    """A statement under way, as its worker and its waiter share it."""

    cursor: "Cursor | None" = None
    lent: Lent | None = None
    stop: bool = False
    done: threading.Event = field(default_factory=threading.Event)


class Runner:
    """Runs statements of one identity on one warehouse."""

    def __init__(
        self,
        pool: Pool,
        meter: Meter,
        *,
        state: Callable[[], str] = lambda: "UNKNOWN",
        renew: Callable[[], None] = lambda: None,
        workers: int = 16,
    ) -> None:
        """`state` asks the workspace how the warehouse is, waking nothing; `renew` signs in anew after a 401."""
        self._pool = pool
        self._meter = meter
        self._state = state
        self._renew = renew
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="lakeledger-sql")

    def run(self, statement: Statement, at: Situation) -> "pa.Table":
        """Its rows. A read whose connection breaks is sent once more; a write is sent once by us.

        The connector itself may repeat a statement whose answer got lost, so writes must be safe to repeat.
        """
        began, tried = time.monotonic(), 0
        while True:
            try:
                with metrics.query("databricks", statement.name):
                    return self._once(statement, fresh=tried > 0)
            except Exception as error:
                if self._comes_up(error) and time.monotonic() - began < START_S:
                    self._pause(2.0, at)
                    continue
                tried += 1
                if statement.reads and tried == 1 and failures.again(error):
                    self._meter.retried()
                    if failures.http_code(error) == 401:
                        self._renew()
                    continue
                raise failures.as_ours(error, at) from (None if isinstance(error, AppError) else error)

    def close(self) -> None:
        """Take no more statements and close the connections."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _comes_up(self, error: Exception) -> bool:
        """Is the warehouse on its way up, so that waiting is all there is to do?"""
        if not (isinstance(error, Starting) or failures.starting(error)):
            return False
        return self._state() in ("STARTING", "STOPPED", "STOPPING")

    def _pause(self, seconds: float, at: Situation) -> None:
        wake = threading.Event()
        with cancelling.current().told(wake.set):
            if wake.wait(seconds):
                raise _stopped(at.place)

    def _once(self, statement: Statement, *, fresh: bool) -> "pa.Table":
        flight = _Flight()
        context = contextvars.copy_context()
        began = self._meter.begin(statement.name)
        future = self._workers.submit(context.run, self._work, flight, statement, fresh)
        outcome, rows, size = "failed", 0, 0
        try:
            table = self._wait(flight, future, statement)
            outcome, rows, size = "", table.num_rows, table.nbytes
            return table
        except Cancelled:
            outcome = "cancelled"
            raise
        finally:
            self._meter.end(began, rows=rows, size=size, outcome=outcome)

    def _wait(self, flight: _Flight, future: "Future[pa.Table]", statement: Statement) -> "pa.Table":
        """Wait for the worker; at the deadline, or when asked, stop it and wait a little longer."""
        wake = threading.Event()
        future.add_done_callback(lambda _: wake.set())
        token = cancelling.current()
        until, last = time.monotonic() + statement.deadline_s, time.monotonic() + START_S
        with token.told(wake.set):
            while not future.done() and not token.cancelled:
                if not wake.wait(max(0.0, until - time.monotonic())):
                    if time.monotonic() < last and self._state() in ("STARTING", "STOPPED", "STOPPING"):
                        until = time.monotonic() + min(statement.deadline_s, 5.0)
                        continue
                    break
        if future.done():
            return future.result()
        flight.stop = True
        threading.Thread(target=self._cancel, args=(flight, future), name="lakeledger-cancel", daemon=True).start()
        flight.done.wait(GRACE_S)
        if flight.lent is not None and not flight.done.is_set():
            flight.lent.broken = True
        if future.done() and not future.cancelled() and future.exception() is None:
            return future.result()
        if token.cancelled:
            raise _stopped(statement.name)
        raise Cancelled(
            f"The statement took longer than {statement.deadline_s:.0f} s and was stopped.",
            place=statement.name,
            remedy="Choose a shorter period or fewer rows, or raise LAKELEDGER_STATEMENT_TIMEOUT.",
        )

    def _cancel(self, flight: _Flight, future: "Future[Any]") -> None:
        """Ask again and again: before the statement has an id, asking does nothing.

        Asked over a connection of its own: the statement's is taken by the call that waits for it.
        """
        future.cancel()
        until, other = time.monotonic() + GRACE_S, None
        while not flight.done.wait(0.1) and time.monotonic() < until:
            cursor = flight.cursor
            running = getattr(cursor, "active_command_id", None) if cursor is not None else None
            if running is None:
                continue
            with suppress(Exception):  # it ended meanwhile, or the server is gone: the waiter decides
                other = other or self._pool.extra()
                with other.cursor() as messenger:
                    messenger.active_command_id = running
                    messenger.cancel()
                    messenger.active_command_id = None
        if other is not None:
            with suppress(Exception):
                other.close()

    def _work(self, flight: _Flight, statement: Statement, fresh: bool) -> "pa.Table":
        """In the worker's thread: one connection, one cursor, one statement."""
        try:
            if flight.stop:
                raise _stopped(statement.name)
            with self._pool.lend(fresh=fresh) as lent:
                flight.lent = lent
                cursor = lent.connection.cursor()
                cursor.row_limit = statement.max_rows + 1 if statement.reads else None
                flight.cursor = cursor
                try:
                    if flight.stop:
                        raise _stopped(statement.name)
                    cursor.execute(statement.text, typed(statement.params) or None, query_tags=_tags(statement.name))
                    return _rows(cursor, statement)
                finally:
                    flight.cursor = None
                    _close(cursor)
        finally:
            flight.done.set()


def _rows(cursor: "Cursor", statement: Statement) -> "pa.Table":
    import pyarrow as pa

    if not statement.reads:
        return pa.table({"affected": pa.array([max(cursor.rowcount, 0)], pa.int64())})
    pieces, count, size = [], 0, 0
    while True:
        piece = cursor.fetchmany_arrow(PIECE)
        pieces.append(piece)
        count, size = count + piece.num_rows, size + piece.nbytes
        if count > statement.max_rows or size > MOST_BYTES:
            raise QueryError(
                f"The answer has more than {statement.max_rows:,} rows or 1 GiB.",
                place=statement.name,
                remedy="Choose a shorter period or more filters, or raise LAKELEDGER_MAX_ROWS.",
            )
        if piece.num_rows < PIECE:
            break
    filled = [piece for piece in pieces if piece.num_rows] or pieces[:1]
    return pa.concat_tables(filled) if len(filled) > 1 else filled[0]


def _close(cursor: "Cursor") -> None:
    with suppress(Exception):  # the statement's own error counts
        cursor.close()


def _stopped(place: str) -> Cancelled:
    return Cancelled("The statement was cancelled.", place=place, remedy="Ask again when you want its answer.")


def _tags(name: str) -> dict[str, str | None]:
    return {"app": "lakeledger", "query": name.replace("/", ".")} if name else {"app": "lakeledger"}


def typed(params: Mapping[str, object]) -> "list[DbsqlParameterBase]":
    """The values as the connector binds them best: INT where it fits (LIMIT takes nothing else), decimals with room,
    times in UTC."""
    return [_parameter(name, value) for name, value in params.items()]


def _parameter(name: str, value: object) -> "DbsqlParameterBase":
    from databricks.sql.parameters import native

    match value:
        case bool() | None:
            pass
        case int():
            fits = -(2**31) <= value < 2**31
            return (native.IntegerParameter if fits else native.BigIntegerParameter)(value, name)
        case Decimal():
            plain = Decimal(format(value, "f"))
            places = max(0, -int(plain.as_tuple().exponent))
            return native.DecimalParameter(plain, name, scale=38, precision=places)
        case datetime():
            utc = value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
            return native.TimestampParameter(utc, name)
    return native.dbsql_parameter_from_primitive(value, name=name)
