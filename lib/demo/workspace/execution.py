"""One statement being run: its names looked up and allowed, its text translated, its values bound."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from lib.demo.workspace import versions
from lib.demo.workspace.columns import as_databricks, columns_of
from lib.demo.workspace.commands import Outcome, command_for
from lib.demo.workspace.sql_errors import SqlRefusal, no_table, unsupported
from lib.demo.workspace.state import Identity, State
from lib.demo.workspace.unity import CATALOGS, Unity, prepare_information
from lib.demo.workspace.words import Words
from lib.queries.tokens import markers, tokenise
from lib.warehouse.dialect import Translations
from lib.warehouse.names import remap

if TYPE_CHECKING:
    from lib.demo.workspace.engine import Session

_ONE_WRITER = threading.RLock()
_WHO = re.compile(
    r"\b(current_user|session_user|user|current_catalog|current_database|current_schema|current_metastore)\s*\(\s*\)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\b(FROM|JOIN)\s+range\s*\(", re.IGNORECASE)
"""Its column is called `id`; see `RANGE` in unity.py."""
_MEMBER = re.compile(r"\bis_(?:account_group_)?member\s*\(\s*'([^']*)'\s*\)", re.IGNORECASE)
_FILES = re.compile(r"\b(?:read_files|read_csv|read_parquet|read_json|read_text|glob|duckdb_\w+|pragma_\w+)\s*\(", re.I)


class Execution:
    """A statement, who runs it, and in which session."""

    def __init__(
        self,
        state: State,
        unity: Unity,
        who: Identity,
        session: "Session",
        cursor: duckdb.DuckDBPyConnection,
        translations: Translations,
        values: Mapping[str, object],
    ) -> None:
        self.state = state
        self.unity = unity
        self.who = who
        self.session = session
        self.cursor = cursor
        self.values = values
        self._translations = translations

    def run(self, text: str) -> Outcome:
        """Do it."""
        words = Words(text)
        if words.done:
            raise words.wrong()
        self._check_values(words)
        self.cursor.execute("SET TimeZone = $zone", {"zone": self.session.conf.get("TIMEZONE", "UTC")})
        command = command_for(words)
        return command(self, words) if command else Outcome(self.query(words.text))

    def query(self, text: str) -> pa.Table:
        """Rows of a query, typed as Databricks would."""
        done = self.execute(self.translated(text), text)
        types = [str(column[1]) for column in self.cursor.description or []]
        return as_databricks(done.to_arrow_table(), types)

    def columns_of(self, text: str) -> list[tuple[str, str, str | None, bool]]:
        """Columns of a query: name, type, no comment, may be NULL."""
        rows = self.query(f"SELECT * FROM ({text}) LIMIT 0")
        return [(column.name, column.type_text, None, True) for column in columns_of(rows)]

    def execute(self, translated: str, written: str) -> duckdb.DuckDBPyConnection:
        """Run a translated text with the values its written text names."""
        wanted = {name: self.values[name] for name in markers(tokenise(written))}
        return self.cursor.execute(translated, wanted)

    @contextmanager
    def staged(self, target: str, columns: str, query: str) -> Iterator[None]:
        """Nobody else writes, and the rows of a query are in the temporary table `arriving`, which is like `target`.

        They are worked out before anything is taken away: a query may read the table it replaces. And before the
        transaction: DuckDB 2.0 inserts nothing from a large temporary table that the same transaction filled.
        """
        with _ONE_WRITER:
            self.cursor.execute(f"CREATE OR REPLACE TEMP TABLE arriving AS FROM {target} LIMIT 0")
            try:
                self.execute(f"INSERT INTO arriving{columns} {self.translated(query)}", query)
                yield
            finally:
                self.cursor.execute("DROP TABLE IF EXISTS arriving")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time; all of the block happens or nothing."""
        with _ONE_WRITER:
            self.cursor.execute("BEGIN TRANSACTION")
            try:
                yield
                self.cursor.execute("COMMIT")
            except BaseException:
                self.cursor.execute("ROLLBACK")
                raise

    @contextmanager
    def changing(self, name: str, operation: str) -> Iterator[None]:
        """The same for a change of one table: it has a new version afterwards, and the one before can be read."""
        with _ONE_WRITER:
            versions.changing(self, name, operation)
            with self.writing():
                yield

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def table_name(self, parts: tuple[str, ...]) -> str:
        """A table's three-part name."""
        if len(parts) > 3:
            raise no_table(".".join(parts))
        full = (self.session.catalog, self.session.schema, *parts)[-3:] if len(parts) < 3 else parts
        return ".".join(full)

    def schema_name(self, parts: tuple[str, ...]) -> str:
        """A schema's two-part name."""
        return ".".join(parts if len(parts) == 2 else (self.session.catalog, *parts))

    def translated(self, text: str, *, own: bool = False) -> str:
        """The DuckDB text of a query; `own`: its tables are already named and allowed, but those of subqueries."""
        return self._translations.duckdb(self.mapped(text, own=own))

    def mapped(self, text: str, *, own: bool = False) -> str:
        """A query's text with DuckDB's names of its tables, after checking that each may be read."""
        if found := _FILES.search(text):
            raise unsupported(found.group().rstrip("( "))
        information: set[str] = set()

        def named(parts: tuple[str, ...]) -> str | None:
            if own and (parts[0] == "uc_main" or parts == ("arriving",)):
                return None
            name, version = versions.of_name(self.table_name(parts))
            self.unity.require_table(self.who, "SELECT", name)
            if name.split(".")[0] in CATALOGS and name.split(".")[1] == "information_schema":
                information.add(name)
            return self.unity.duckdb_name(name) if version is None else versions.duckdb_name(self, name, version)

        mapped = remap(versions.spelled(self._said(text)), named)
        prepare_information(self.cursor, self.unity, self.who, information)
        return mapped

    def _said(self, text: str) -> str:
        """What a session knows of itself, put into the text."""

        def word(found: re.Match[str]) -> str:
            name = found[1].lower()
            if "user" in name:
                return _literal(self.who.name)
            return _literal(
                {"current_catalog": self.session.catalog, "current_metastore": "loopback"}.get(
                    name, self.session.schema
                )
            )

        text = _RANGE.sub(r"\1 spark_range(", _WHO.sub(word, text))
        return _MEMBER.sub(lambda found: "TRUE" if found[1] in self.who.groups else "FALSE", text)

    def _check_values(self, words: Words) -> None:
        named = markers(words.tokens)
        for name in named:
            if name not in self.values:
                raise SqlRefusal("UNBOUND_SQL_PARAMETER", f"Found the unbound parameter: {name}.", "42P02")
        if surplus := sorted(self.values.keys() - named.keys()):
            raise SqlRefusal(
                "INVALID_PARAMETER_VALUE", f"The statement has no parameter marker for: {', '.join(surplus)}.", "22023"
            )


def _literal(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
