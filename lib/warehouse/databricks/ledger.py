"""The ledger as Delta tables in the schema that an administrator gave: replaced day by day, published as one state.

Every change is one statement, atomic by itself and safe to send twice. The watermark, by which pages know that there is
something new, is written last and names the version of each table that belongs to it: readers read those versions, so that
nobody sees one table newer than another, however long a refresh runs.
"""

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lib.errors import SettingsError
from lib.ledger.relations import NAMES
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import known
from lib.warehouse.databricks.failures import NoTable
from lib.warehouse.databricks.known import Known, Version
from lib.warehouse.databricks.lease import Lease
from lib.warehouse.databricks.names import literal, quoted, spelled_type, value
from lib.warehouse.databricks.own import Own
from lib.warehouse.databricks.tables import Tables
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from lib.warehouse.names import remap
from lib.warehouse.params import bind

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")

REPIN = timedelta(days=2)
"""A version is looked up anew after this: the platform cleans up old ones after seven days."""
UNFINISHED, DAYS, EVERYTHING = "unfinished", "days", "everything"


def utc_now() -> datetime:
    """The time, read here at the edge."""
    return datetime.now(timezone.utc)


class DeltaLedger:
    """A `LedgerWriter` over the schema of a warehouse. Use it with the lease held."""

    at_once = 1
    lacking: frozenset[str] = frozenset()
    """None: all tables are made together, and `Tables` notices one that is gone."""

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
        self._warehouse = warehouse
        self._own = Own(warehouse.sender, warehouse.names.schema)
        self._tables = Tables(self._own)
        self.lease = Lease(self._own, owner or uuid.uuid4().hex[:12], now)
        self._catalogue = catalogue or load()
        self._now = now
        self._notes: dict[str, str] | None = None
        self._written: set[str] = set()
        self._began = False
        self._died = False
        """A refresh before this one was never published: which tables it wrote, nobody knows."""
        self._replaced: dict[str, list[tuple[date, date]]] = {}
        self._replacing: dict[str, str] = {}

    @property
    def schema(self) -> str:
        """Catalog and schema of the ledger."""
        return self._own.schema

    def prepare(self) -> None:
        """The tables by which processes agree; made when they are not there."""
        try:
            self._read_notes()
        except NoTable:
            self._own.execute("create_watermark")
            self._own.execute("create_lease")
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
        rows = self._own.read("notes")
        self._notes = dict(zip(*(rows.column(n).to_pylist() for n in ("name", "value")), strict=True))
        return self._notes

    # ── LedgerWriter ────────────────────────────────────────────────────────────────────────────────────────────────

    def create_table(self, relation: Query) -> None:
        """The relation's table with every column it wants; what is in it is replaced later, day by day."""
        self._tables.filled_whole.add(relation.short_name)
        self._tables.columns(relation)

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
            self._own.execute(
                "create_table", table=table, columns=listed, cluster=quoted(rows.column_names[0]), comment=comment
            )
            chosen = ", ".join(map(quoted, types))
            self._own.execute(
                "replace_all", table=table, columns=chosen, rows=f"SELECT * FROM {literal(rows)} AS given"
            )
            self._written.add(f"reference_{name}")
            self.note(f"reference {name}", rows)

    def finish(self, reference: Iterable[str]) -> None:
        """Take away days that a ledger made anew no longer has, and tell readers that there is something new.

        `reference`: names of the reference tables, which belong to what is published.
        """
        for name in sorted(self._tables.filled_whole & self._replaced.keys()):
            day = quoted(self._replacing[name])
            kept = " OR ".join(
                f"({day} >= {value(start)} AND {day} < {value(end)})" for start, end in sorted(self._replaced[name])
            )
            self._own.execute("drop_days", table=quoted(name), kept=kept)
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
        rows = self._own.read("watermark").column("value").to_pylist()
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
            newest = self._own.read("history", table=quoted(table)).column("version")[0].as_py()
            found[table] = Version(int(newest), now.isoformat())
        return found

    def _write_note(self, name: str, packed: str) -> None:
        self._own.execute("note", {"name": name, "value": packed, "written": self._now()})

    def _put(self, how: str, relation: Query, text: str, params: Mapping[str, object], parts: Mapping[str, str]) -> int:
        """Insert by position in the table's own order; columns this version does not know stay empty."""
        self.lease.renew()
        name = relation.short_name
        wanted = {column.name: str(column.type) for column in relation.returns}
        columns = ", ".join(
            f"CAST({quoted(column)} AS {wanted[column]}) AS {quoted(column)}"
            if column in wanted
            else f"CAST(NULL AS {type_}) AS {quoted(column)}"
            for column, type_ in self._tables.columns(relation).items()
        )
        rows = remap(text, self._warehouse.mapping(Known("refresh", 0.0, NAMES, True)))
        values = bind(relation, markers(tokenise(text)), params)
        done = self._own.execute(how, values, table=quoted(name), columns=columns, rows=rows, **parts)
        self._written.add(name)
        return done
