"""Writes a ledger file: the account's files beside it for reading, each change of days in one transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import duckdb

from lib.errors import QueryError
from lib.ledger.relations import STORED
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS, newer
from lib.warehouse.connections import Limits, attach, attach_ledger, lock_down, open_memory, tables_of
from lib.warehouse.dialect import to_duckdb
from lib.warehouse.embedded import first_line, run
from lib.warehouse.names import NameMap, embedded_name, remap
from lib.warehouse.params import bind
from lib.warehouse.results import conform
from lib.warehouse.types import duckdb_column

if TYPE_CHECKING:
    import pyarrow as pa

LARGE = 1_000_000
"""Usage rows from which the order of the ledger's rows pays: less is read in no time, and sorting is a tenth of a build."""

TO_DATE = frozenset(stored.name for stored in STORED if stored.to_date)
"""Relations of which single days are read, at any size."""


class EmbeddedWriter:
    """`with EmbeddedWriter(account, ledger) as writer:` the ledger file belongs to this process until the end.

    The account is attached read-only, so any number of readers may use it meanwhile.
    """

    def __init__(
        self,
        account: Path,
        ledger: Path,
        *,
        base: Path | None = None,
        writable: bool = True,
        catalogue: Catalogue | None = None,
        **limits: Unpack[Limits],
    ) -> None:
        """Not `writable`: the ledger is only read, beside any number of other readers. `base`: see `lib.warehouse.newer`."""
        self._account = account
        self._ledger = ledger
        self._base = base
        self._writable = writable
        self._catalogue = catalogue or load()
        self._limits = limits

    def __enter__(self) -> Self:
        self._con = open_memory(**self._limits)
        try:
            attach(self._con, self._account, "account")
            attach_ledger(self._con, self._ledger, self._base, writable=self._writable)
            lock_down(self._con)
            if self._writable:
                self._con.execute("CREATE SCHEMA IF NOT EXISTS book.ledger; CREATE SCHEMA IF NOT EXISTS book.reference")
                if self._base is not None and "newer.days" not in self.tables:
                    newer.stand_on_base(self._con, self._catalogue.relation_names)
            self._large = self._usage_rows() >= LARGE
        except BaseException:
            self._con.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._writable:
            self._con.execute("CHECKPOINT book")
        self._con.close()

    @property
    def tables(self) -> frozenset[str]:
        """`schema.table` of what the ledger file holds now."""
        return tables_of(self._con, "book")

    def create_table(self, relation: Query) -> None:
        """An empty table `ledger.<relation>` with the columns that its head promises; an old one is dropped."""
        with self._changing() as con:
            _create(con, relation)

    def replace_days(
        self, relation: Query, text: str, date_column: str, start: date, end: date, params: Mapping[str, object]
    ) -> int:
        """Put the rows of `text` in the place of the relation's rows of `[start, end)`; returns how many came.

        `text` is the relation's expanded text in Databricks SQL. Rows of other days are left out: those days are
        not being replaced, and would be counted twice.
        """
        days = {"lakeledger_start": start, "lakeledger_end": end}
        within = f'"{date_column}" >= $lakeledger_start AND "{date_column}" < $lakeledger_end'
        with self._changing() as con:
            table = _table(relation)
            if self._base is not None:
                table = newer.take(con, relation.short_name, date_column, start, end)
            con.execute(f"DELETE FROM {table} WHERE {within}", days)
            names = {column.name for column in relation.returns}
            # readers ask for one currency and some days: rows that lie together are read alone
            order = ", ".join(f'"{name}"' for name in ("currency", date_column) if name in names)
            ordered = f" ORDER BY {order}" if self._large or relation.short_name in TO_DATE else ""
            return _insert(con, relation, table, text, params, f" WHERE {within}{ordered}", days)

    def replace_all(self, relation: Query, text: str, params: Mapping[str, object] = NO_PARAMS) -> int:
        """Put the rows of `text` in the place of all rows of the relation; returns how many came."""
        with self._changing() as con:
            _create(con, relation)  # far quicker than to delete every row
            return _insert(con, relation, _table(relation), text, params, "", {})

    def insert_arrow(self, table: str, rows: "pa.Table") -> None:
        """Append rows to `schema.table`, matching columns by name; the table is made when it is not there."""
        schema, _, name = table.partition(".")
        target = f'book."{schema}"."{name}"'
        self._con.register("arriving", rows)
        try:
            if table not in self.tables:
                self._con.execute(f"CREATE TABLE {target} AS SELECT * FROM arriving LIMIT 0")
            self._con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM arriving")
        finally:
            self._con.unregister("arriving")

    def replace_table(self, table: str, rows: "pa.Table") -> None:
        """Make `schema.table` hold exactly `rows`."""
        schema, _, name = table.partition(".")
        self._con.execute(f'DROP TABLE IF EXISTS book."{schema}"."{name}"')
        self.insert_arrow(table, rows)

    def read_table(self, table: str) -> "pa.Table":
        """All rows of `schema.table`."""
        schema, _, name = table.partition(".")
        return self._con.sql(f'SELECT * FROM book."{schema}"."{name}"').to_arrow_table()

    def fetch(
        self, query: Query, params: Mapping[str, object] = NO_PARAMS, stored: frozenset[str] = frozenset()
    ) -> "pa.Table":
        """The rows of a query as this writer sees them, its own unfinished changes included."""
        text = self._catalogue.expanded(query, stored)
        with self._con.cursor() as con:
            rows = run_statement(con, text, bind(query, markers(tokenise(text)), params), place=query.place)
        return conform(rows, query.returns, query.place)

    def execute(self, statement: str, params: Mapping[str, object] = NO_PARAMS) -> list[tuple[object, ...]]:
        """Run a statement in DuckDB's own SQL (`book.ledger.…`), for the ledger's own bookkeeping."""
        return list(self._con.execute(statement, dict(params)).fetchall())

    def _usage_rows(self) -> int:
        """About how many, as the catalogue knows without reading."""
        found = self._con.execute(
            "SELECT estimated_size FROM duckdb_tables()"
            " WHERE database_name = 'account' AND schema_name = 'billing' AND table_name = 'usage'"
        ).fetchall()
        return sum(int(size) for (size,) in found)

    @contextmanager
    def _changing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction on a connection of its own: threads may change different relations at the same time."""
        with self._con.cursor() as con:
            con.execute("BEGIN TRANSACTION")
            yield con
            con.execute("COMMIT")  # a connection that is closed without it changes nothing


def run_statement(
    con: duckdb.DuckDBPyConnection,
    text: str,
    params: Mapping[str, object] = NO_PARAMS,
    *,
    names: NameMap = embedded_name,
    place: str = "",
) -> "pa.Table":
    """The rows of a statement in Databricks SQL on any DuckDB connection; `names` says what its tables are called."""
    return run(con, to_duckdb(remap(text, names)), params, place)


def _table(relation: Query) -> str:
    return f'book.ledger."{relation.short_name}"'


def _create(con: duckdb.DuckDBPyConnection, relation: Query) -> None:
    columns = ", ".join(duckdb_column(column.name, column.type) for column in relation.returns)
    view = con.execute(
        "SELECT 1 FROM duckdb_views() WHERE database_name = 'book' AND schema_name = 'ledger' AND view_name = $name",
        {"name": relation.short_name},
    )
    if view.fetchall():
        con.execute(f"DROP VIEW {_table(relation)}")
    con.execute(f"CREATE OR REPLACE TABLE {_table(relation)} ({columns})")


def _insert(
    con: duckdb.DuckDBPyConnection,
    relation: Query,
    table: str,
    text: str,
    params: Mapping[str, object],
    rest: str,
    extra: Mapping[str, object],
) -> int:
    names = ", ".join(f'"{column.name}"' for column in relation.returns)
    values = bind(relation, markers(tokenise(text)), params)
    rows = to_duckdb(remap(text, embedded_name))
    statement = f"INSERT INTO {table} ({names}) SELECT {names} FROM (\n{rows}\n){rest}"
    try:
        inserted = con.execute(statement, {**values, **extra}).fetchone()
    except duckdb.Error as error:
        raise QueryError(f"DuckDB refused the statement: {first_line(error)}", place=relation.place) from error
    return int(inserted[0]) if inserted else 0
