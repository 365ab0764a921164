"""The embedded engine: DuckDB over the account's files, read-only, for any number of threads and processes."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import duckdb

from lib import metrics
from lib.errors import QueryError, SourceError
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.connections import Limits, attach, attach_ledger, lock_down, open_memory, tables_of
from lib.warehouse.dialect import Translations
from lib.warehouse.generations import Generations
from lib.warehouse.isolation import PARAM, Isolation
from lib.warehouse.names import embedded_name, remap
from lib.warehouse.params import Form, bind, form_of
from lib.warehouse.remembered import Asked, Remembered, Room
from lib.warehouse.resting import Resting
from lib.warehouse.results import conform
from lib.warehouse.single_flight import SingleFlight
from lib.warehouse.store import DatabaseFolder, Pointer

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FORMS = 100
"""Statements of one text that are kept as the engine has read them."""


@dataclass(frozen=True)
class Files:
    """One generation's files, open for reading."""

    generation: str
    connection: duckdb.DuckDBPyConnection
    """Never used itself, only its cursors: a connection used by two threads gives wrong rows."""
    tables: frozenset[str]
    """Every table there is, as queries name them: `system.billing.usage`, `reference.vm_prices`, `ledger.…`."""
    resting: Resting

    def close(self) -> None:
        """Give the files back."""
        self.connection.close()


@dataclass(frozen=True)
class Prepared:
    """A query's statement with the names of these files, and what DuckDB gets for it."""

    text: str
    """In Databricks' dialect."""
    markers: tuple[str, ...]
    words: frozenset[str]
    """What stands in quotes: values that the text treats by themselves."""
    tables: frozenset[str]
    """Tables it reads, those of stored relations not counted."""
    statements: dict[Form, duckdb.Statement] = field(default_factory=dict)
    """As the engine has read them, for values of each form: reading, and planning what is not asked for, takes most of the
    time of a small answer."""


class EmbeddedWarehouse:
    """A `Warehouse` over a folder of database files; it follows the folder's pointer."""

    def __init__(
        self,
        folder: Path,
        stored: frozenset[str] | None = None,
        *,
        catalogue: Catalogue | None = None,
        isolation: Isolation | None = None,
        remembered: Remembered | None = None,
        **limits: Unpack[Limits],
    ) -> None:
        """`stored`: relations to read from the ledger; None for all it has, an empty set to work everything out.

        `remembered`: answers that were given before, of this folder only; without it every answer is worked out.
        """
        self._folder = DatabaseFolder(folder)
        self._stored = stored
        self._catalogue = catalogue or load()
        self._isolation = isolation
        self._translations = Translations(folder / "translated")
        self._ready: dict[tuple[str, str, frozenset[str]], Prepared] = {}
        self._flights: SingleFlight[Asked, pa.Table] = SingleFlight()
        self._remembered = remembered or Remembered(Room(0))
        self._owner = ",".join(isolation.workspaces) if isolation else "everything"
        self._generations = Generations(self._folder.current, lambda pointer: open_files(pointer, **limits))
        self._close_at_exit = weakref.finalize(self, self._generations.close)

    @property
    def generation(self) -> str:
        """Changes whenever the data changes."""
        return self._folder.current().generation

    def fetch(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> "pa.Table":
        """The rows of a query, as its head promises them."""
        query = self._query(query)
        with self._generations.current() as files:
            ready = self._prepared(query, files)
            _check_tables(query, ready, files)
            values = bind(query, (name for name in ready.markers if name != PARAM), params)
            if PARAM in ready.markers and self._isolation:
                values[PARAM] = list(self._isolation.workspaces)
            asked = Asked(self._owner, files.generation, ready.text, repr(sorted(values.items())))

            def answer() -> "pa.Table":
                with metrics.query("embedded", query.name):
                    statement = self._statement(files, ready, form_of(values, ready.words), query.place)
                    needed = {name: values[name] for name in statement.named_parameters}
                    rows = conform(self._run(files, statement, needed, query.place), query.returns, query.place)
                self._remembered.keep(asked, rows)
                return rows

            known = self._remembered.found(asked)
            return self._flights.run(asked, answer) if known is None else known

    def missing_tables(self) -> frozenset[str]:
        """Known tables that were never loaded: `meta.tables` says so, or does not know them."""
        with self._generations.current() as files:
            rows = self._run(files, "SELECT table_name FROM account.meta.tables WHERE NOT loaded", {}, "meta.tables")
        return frozenset(rows.column("table_name").to_pylist())

    def sql(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> str:
        """The DuckDB statement for a query, values still as named parameters."""
        query = self._query(query)
        with self._generations.current() as files:
            return self._translations.duckdb(self._prepared(query, files).text)

    def close(self) -> None:
        """Close the files; whoever is reading finishes first."""
        self._close_at_exit()

    def _run(
        self, files: Files, statement: str | duckdb.Statement, values: Mapping[str, object], place: str
    ) -> "pa.Table":
        with files.resting.reading(), files.connection.cursor() as cursor:
            return run(cursor, statement, values, place)

    def _query(self, query: str | Query) -> Query:
        return self._catalogue[query] if isinstance(query, str) else query

    def _prepared(self, query: Query, files: Files) -> Prepared:
        """The query's statement for these files; worked out once a process."""
        stored = self._stored_in(files)
        key = (query.name, query.text, stored)
        if key not in self._ready:
            names = self._isolation.over(embedded_name) if self._isolation else embedded_name
            text = remap(self._catalogue.expanded(query, stored), names)
            tokens = tokenise(text)
            words = frozenset(token.text[1:-1] for token in tokens if token.kind == "string")
            self._ready[key] = Prepared(text, tuple(markers(tokens)), words, self._catalogue.closure(query, stored))
        return self._ready[key]

    def _statement(self, files: Files, ready: Prepared, form: Form, place: str) -> duckdb.Statement:
        """The statement for values of this form; worked out when it is first asked for."""
        statement = ready.statements.get(form)
        if statement is None:
            if len(ready.statements) >= MOST_FORMS:
                ready.statements.clear()
            statement = ready.statements[form] = parsed(files, self._translations.duckdb(ready.text, form), place)
        return statement

    def _stored_in(self, files: Files) -> frozenset[str]:
        if self._stored is not None:
            return self._stored
        there = frozenset(name for name in self._catalogue.relation_names if f"ledger.{name}" in files.tables)
        return there & self._isolation.with_workspace if self._isolation else there


def open_files(pointer: Pointer, **limits: Unpack[Limits]) -> Files:
    """The pointer's files, attached read-only as `account` and `book`; nothing else can be reached from there."""
    con = open_memory(**limits)
    try:
        attach(con, pointer.account, "account")
        tables = {_written(name) for name in tables_of(con, "account")}
        if pointer.ledger is not None:
            attach_ledger(con, pointer.ledger, pointer.base)
            tables |= tables_of(con, "book")
        lock_down(con)
    except BaseException:
        con.close()
        raise
    return Files(pointer.generation, con, frozenset(tables), Resting(con.cursor(), limits.get("memory_limit")))


def _check_tables(query: Query, ready: Prepared, files: Files) -> None:
    """A table that is not there at all gets its name into the error, before the engine words it."""
    missing = ready.tables - files.tables
    if missing:
        raise SourceError(
            f"The account has no {', '.join(sorted(missing))}.",
            place=query.place,
            remedy="Make the demo account again, load the files, or refresh the ledger.",
        )


def parsed(files: Files, text: str, place: str) -> duckdb.Statement:
    """The statement of a DuckDB text; any connection may run it, any number of times."""
    try:
        with files.connection.cursor() as cursor:
            (statement,) = cursor.extract_statements(text)
    except duckdb.Error as error:
        raise QueryError(f"DuckDB refused the statement: {first_line(error)}", place=place) from error
    return statement


def run(
    con: duckdb.DuckDBPyConnection, text: str | duckdb.Statement, values: Mapping[str, object], place: str
) -> "pa.Table":
    """The rows of a DuckDB statement; DuckDB's refusal becomes a QueryError.

    `execute` plans a statement once where `sql` plans it twice, and planning is most of the time on a ledger.
    """
    try:
        return con.execute(text, dict(values)).to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(f"DuckDB refused the statement: {first_line(error)}", place=place) from error


def first_line(error: Exception) -> str:
    """What an engine's error says, without the statement it quotes."""
    return str(error).strip().splitlines()[0]


def _written(name: str) -> str:
    """An account's `schema.table` as queries write it."""
    return name if name.startswith("external.") else f"system.{name}"
