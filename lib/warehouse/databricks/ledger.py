"""The ledger as Delta tables in the schema that an administrator gave: made, migrated, replaced day by day.

Every change is one statement, atomic by itself and safe to send twice. The watermark, by which pages know that there is
something new, is written last and names the version of each table that belongs to it: readers read those versions, so that
nobody sees one table newer than another, however long a refresh runs.
Tables are never dropped: a new column is added, a type made wider in place, a column no longer wanted stays and is empty;
where a type becomes another one, the table is replaced by one of the same name, and its earlier versions stay readable.
"""

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lib.errors import QueryError, SettingsError
from lib.ledger.relations import NAMES, STORED
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import known, texts
from lib.warehouse.databricks.failures import NoTable
from lib.warehouse.databricks.known import Known, Version
from lib.warehouse.databricks.lease import Lease
from lib.warehouse.databricks.migrating import Migration, migration
from lib.warehouse.databricks.names import literal, quoted, spelled_type, value
from lib.warehouse.databricks.running import Statement
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from lib.warehouse.names import remap
from lib.warehouse.params import bind

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")

REPIN = timedelta(days=2)
"""A version is looked up anew after this: the platform cleans up old ones after seven days."""
UNFINISHED, DAYS, EVERYTHING = "unfinished", "days", "everything"
CLUSTERED = ("workspace_id", "job_id", "cluster_id")
"""After the day, the first of these that a relation has orders its rows: what drill-downs ask for."""


class Remade(Exception):
    """A table that only some days were to be put into had to be made anew: all of them are needed."""


def utc_now() -> datetime:
    """The time, read here at the edge."""
    return datetime.now(timezone.utc)


class DeltaLedger:
    """A `LedgerWriter` over the schema of a warehouse. Use it with the lease held."""

    at_once = 1
    lacking: frozenset[str] = frozenset()
    """None: all tables are made together, and `_ensure` notices one that is gone."""

    def __init__(
        self,
        warehouse: DatabricksWarehouse,
        *,
        owner: str | None = None,
        catalogue: Catalogue | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if warehouse.names.schema is None:
            raise SettingsError(
                "There is no schema to keep a ledger in.",
                place="LAKELEDGER_SCHEMA",
                remedy="Set it, and run `python -m lib setup --plan` to see what must be granted.",
            )
        self.schema = warehouse.names.schema
        self._warehouse = warehouse
        self.lease = Lease(self._read, self._execute, self.schema, owner or uuid.uuid4().hex[:12], now)
        self._catalogue = catalogue or load()
        self._now = now
        self._notes: dict[str, str] | None = None
        self._columns: dict[str, dict[str, str]] = {}
        self._made_anew: set[str] = set()
        self._written: set[str] = set()
        self._began = False
        self._died = False
        """A refresh before this one was never published: which tables it wrote, nobody knows."""
        self._replaced: dict[str, list[tuple[date, date]]] = {}
        self._replacing: dict[str, str] = {}

    def prepare(self) -> None:
        """The tables by which processes agree; made when they are not there."""
        try:
            self._read_notes()
        except NoTable:
            self._execute("create_watermark")
            self._execute("create_lease")
            self._notes = {}

    # ── LedgerReader ────────────────────────────────────────────────────────────────────────────────────────────────

    def fetch(
        self, query: Query, params: Mapping[str, object] = NO_PARAMS, stored: frozenset[str] = frozenset()
    ) -> "pa.Table":
        """The rows of a query, from the tables as they are now."""
        return self._warehouse.fetch_from(query, params, stored)

    def noted(self, name: str) -> "pa.Table | None":
        """The note of that name, None when there is none yet."""
        packed = (self._notes if self._notes is not None else self._read_notes()).get(f"note {name}")
        return None if packed is None else known.unpack(packed)

    def overtaken(self) -> bool:
        """Has another process written since the notes were read? They are read anew."""
        before = self._notes
        return self._read_notes() != before

    @property
    def unfinished(self) -> str:
        """What a refresh that died was at: DAYS, EVERYTHING; "" when the last one was published."""
        return (self._notes if self._notes is not None else self._read_notes()).get(UNFINISHED, "")

    def begin(self, what: str) -> None:
        """Tables are about to be written that no reader sees yet; "" when none are."""
        if not self._began:
            self._began, self._died = True, bool(self.unfinished)
        self._write_note(UNFINISHED, what)
        if self._notes is not None:
            self._notes[UNFINISHED] = what

    def _read_notes(self) -> dict[str, str]:
        rows = self._read("notes")
        self._notes = dict(zip(*(rows.column(n).to_pylist() for n in ("name", "value")), strict=True))
        return self._notes

    # ── LedgerWriter ────────────────────────────────────────────────────────────────────────────────────────────────

    def create_table(self, relation: Query) -> None:
        """The relation's table with every column it wants; what is in it is replaced later, day by day."""
        self._made_anew.add(relation.short_name)
        self._ensure(relation)

    def replace_days(
        self, relation: Query, text: str, date_column: str, start: date, end: date, params: Mapping[str, object]
    ) -> int:
        """Put the rows of `text` in the place of the relation's days `[start, end)`, in one atomic statement."""
        self._replaced.setdefault(relation.short_name, []).append((start, end))
        self._replacing[relation.short_name] = date_column
        days = {"day": quoted(date_column), "start": value(start), "end": value(end)}
        return self._put("replace_days", relation, text, params, days)

    def replace_all(self, relation: Query, text: str, params: Mapping[str, object] = NO_PARAMS) -> int:
        """Put the rows of `text` in the place of all rows, in one atomic statement."""
        return self._put("replace_all", relation, text, params, {})

    def note(self, name: str, rows: "pa.Table") -> None:
        """Keep `rows` for the next refresh."""
        packed = known.pack(rows)
        self._write_note(f"note {name}", packed)
        if self._notes is not None:
            self._notes[f"note {name}"] = packed

    # ── what the refresh does beside it ─────────────────────────────────────────────────────────────────────────────

    def keeps(self, reference: Mapping[str, "pa.Table"]) -> bool:
        """Is the reference data in the schema what it should be?"""
        notes = {name: self.noted(f"reference {name}") for name in reference}
        return all(note is not None and note.equals(reference[name]) for name, note in notes.items())

    def keep_reference(self, tables: Mapping[str, "pa.Table"]) -> None:
        """Reference data as tables `reference_<name>`; written only when it is not what was written before."""
        for name, rows in tables.items():
            before = self.noted(f"reference {name}")
            if before is not None and before.equals(rows):
                continue
            types = {field.name: spelled_type(field.type) for field in rows.schema}
            listed = ",\n  ".join(f"{quoted(column)} {type_}" for column, type_ in types.items())
            table = quoted(f"reference_{name}")
            comment = value(f"Lakeledger: reference data, {name.replace('_', ' ')}")
            self._execute(
                "create_table", table=table, columns=listed, cluster=quoted(rows.column_names[0]), comment=comment
            )
            chosen = ", ".join(map(quoted, types))
            self._execute("replace_all", table=table, columns=chosen, rows=f"SELECT * FROM {literal(rows)} AS given")
            self._written.add(f"reference_{name}")
            self.note(f"reference {name}", rows)

    def finish(self, reference: Iterable[str]) -> None:
        """Take away days that a ledger made anew no longer has, and tell readers that there is something new.

        `reference`: names of the reference tables, which belong to what is published.
        """
        for name in sorted(self._made_anew & self._replaced.keys()):
            day = quoted(self._replacing[name])
            kept = " OR ".join(
                f"({day} >= {value(start)} AND {day} < {value(end)})" for start, end in sorted(self._replaced[name])
            )
            self._execute("drop_days", table=quoted(name), kept=kept)
            self._written.add(name)
        generation = uuid.uuid4().hex[:16]
        everything = Known(generation, 0.0, NAMES, True)
        answers = known.small_answers(lambda name, params: self._warehouse.fetch_known(name, params, everything))
        versions = self._versions([*sorted(NAMES), *(f"reference_{name}" for name in sorted(reference))])
        said = known.written(self._catalogue, generation, NAMES, answers, self._warehouse.missing_tables(), versions)
        self._write_note("ledger", json.dumps(said))
        self.begin("")

    def _versions(self, tables: Iterable[str]) -> dict[str, Version]:
        """The version of each table as it is now; those that nobody wrote are as they were published before."""
        rows = self._read("watermark").column("value").to_pylist()
        before, now = known.versions(rows[0] if rows else None), self._now()
        found = {}
        for table in tables:
            last = before.get(table)
            if (
                last
                and not self._died
                and table not in self._written
                and datetime.fromisoformat(last.seen) > now - REPIN
            ):
                found[table] = last
                continue
            newest = self._read("history", table=quoted(table)).column("version")[0].as_py()
            found[table] = Version(int(newest), now.isoformat())
        return found

    def _write_note(self, name: str, packed: str) -> None:
        self._execute("note", {"name": name, "value": packed, "written": self._now()})

    # ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ensure(self, relation: Query) -> dict[str, str]:
        """Make the table, or bring it to the columns that this version wants; its columns in their order → types.

        Remade when it is empty now although only some of its days were to be replaced.
        """
        name, table = relation.short_name, quoted(relation.short_name)
        if name in self._columns:
            return self._columns[name]
        wanted = {column.name: str(column.type) for column in relation.returns}
        there = self._there(table)
        todo = migration(there, wanted)
        if not there:
            there = self._make("create_table", relation, wanted)
        elif todo.rebuilt:
            there = self._make("rebuild_table", relation, wanted | {n: t for n, t in there.items() if n not in wanted})
        else:
            there = self._altered(relation, there, todo)
        self._columns[name] = there
        return there

    def _there(self, table: str) -> dict[str, str]:
        """The columns of a table and their types; none when there is no table."""
        try:
            rows = self._read("columns", table=table).to_pylist()
        except NoTable:
            return {}
        names = [row["col_name"] or "" for row in rows]
        end = next((n for n, name in enumerate(names) if not name or name.startswith("#")), len(names))
        return {row["col_name"]: row["data_type"] for row in rows[:end]}

    def _make(self, how: str, relation: Query, columns: Mapping[str, str]) -> dict[str, str]:
        """An empty table, new or in the place of one whose versions stay."""
        self._execute(
            how,
            table=quoted(relation.short_name),
            columns=",\n  ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items()),
            cluster=", ".join(map(quoted, _clustering(relation))),
            comment=value(f"Lakeledger: {relation.about}"),
        )
        if relation.short_name not in self._made_anew:
            raise Remade(relation.short_name)
        return dict(columns)

    def _altered(self, relation: Query, there: dict[str, str], todo: Migration) -> dict[str, str]:
        """The table with wider types and further columns."""
        table = quoted(relation.short_name)
        if todo.widened:
            try:
                self._execute("allow_wider", table=table)
                for column, type_ in todo.widened.items():
                    self._execute("widen", table=table, column=quoted(column), type=type_)
            except QueryError as error:  # a workspace, or a table of another owner, that does not allow it
                logger.info("%s is made anew, its types cannot be changed in place: %s", table, error)
                return self._make("rebuild_table", relation, {**there, **todo.widened, **todo.lacking})
        if todo.lacking:
            listed = ", ".join(f"{quoted(column)} {type_}" for column, type_ in todo.lacking.items())
            self._execute("add_columns", table=table, columns=listed)
        return {**there, **todo.widened, **todo.lacking}

    def _put(self, how: str, relation: Query, text: str, params: Mapping[str, object], parts: Mapping[str, str]) -> int:
        """Insert by position in the table's own order; columns this version does not know stay empty."""
        self.lease.renew()
        name = relation.short_name
        wanted = {column.name: str(column.type) for column in relation.returns}
        columns = ", ".join(
            f"CAST({quoted(column)} AS {wanted[column]}) AS {quoted(column)}"
            if column in wanted
            else f"CAST(NULL AS {type_}) AS {quoted(column)}"
            for column, type_ in self._ensure(relation).items()
        )
        rows = remap(text, self._warehouse.mapping(Known("refresh", 0.0, NAMES, True)))
        values = bind(relation, markers(tokenise(text)), params)
        done = self._execute(how, values, table=quoted(name), columns=columns, rows=rows, **parts)
        self._written.add(name)
        return done

    # ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, name: str, values: Mapping[str, object] = NO_PARAMS, **parts: str) -> "pa.Table":
        return self._run(name, values, True, parts)

    def _execute(self, name: str, values: Mapping[str, object] = NO_PARAMS, **parts: str) -> int:
        affected = self._run(name, values, False, parts).column("affected")
        return int(affected[0].as_py())

    def _run(self, name: str, values: Mapping[str, object], reads: bool, parts: Mapping[str, str]) -> "pa.Table":
        warehouse = self._warehouse
        statement = Statement(
            texts.text(name, self.schema, parts), values, f"ledger/{name}", reads, warehouse.options.deadline_s
        )
        return warehouse.runner.run(statement, replace(warehouse.situation, place=f"{self.schema} ({name})"))


def _clustering(relation: Query) -> list[str]:
    names = [column.name for column in relation.returns]
    days = [stored.day for stored in STORED if stored.name == relation.short_name and stored.day]
    keys = [name for name in CLUSTERED if name in names][:2]
    return [*days, *keys][:3] or names[:1]
