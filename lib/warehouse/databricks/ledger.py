"""The ledger as Delta tables in the schema that an administrator gave: made, migrated, replaced day by day.

Every change is one statement, atomic by itself and safe to send twice. A reader may meet a relation that is newer than
another for as long as a refresh runs; the watermark, by which pages know that there is something new, is written last.
Tables are never dropped: a new column is added, a column no longer wanted stays and is empty.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lib.errors import QueryError, SettingsError, SourceError
from lib.ledger.refresh import Changes, Progress, Refreshed, look, refresh
from lib.ledger.relations import NAMES, STORED
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import known, texts
from lib.warehouse.databricks.failures import NoTable
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.names import literal, quoted, spelled_type, value
from lib.warehouse.databricks.running import Statement
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from lib.warehouse.names import remap
from lib.warehouse.params import bind

if TYPE_CHECKING:
    import pyarrow as pa

LEASE_S = 1800.0
RENEW_S = 600.0
LEASE = "refresh"
CLUSTERED = ("workspace_id", "job_id", "cluster_id")
"""After the day, the first of these that a relation has orders its rows: what drill-downs ask for."""


def utc_now() -> datetime:
    """The time, read here at the edge."""
    return datetime.now(timezone.utc)


class DeltaLedger:
    """A `LedgerWriter` over the schema of a warehouse. Use it with the lease held."""

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
        self._owner = owner or f"{uuid.uuid4().hex[:12]}"
        self._catalogue = catalogue or load()
        self._now = now
        self._notes: dict[str, str] | None = None
        self._leased_at: datetime | None = None
        self._columns: dict[str, list[str]] = {}
        self._made_anew: set[str] = set()
        self._replaced: dict[str, list[tuple[date, date]]] = {}
        self._replacing: dict[str, str] = {}

    # ── one writer ──────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Be the only one who writes; SourceError when another process does."""
        self._take_lease()
        try:
            yield
        finally:
            self._take_lease(seconds=0)

    def prepare(self) -> None:
        """The tables by which processes agree; made when they are not there."""
        try:
            self._read_notes()
        except NoTable:
            self._execute("create_watermark")
            self._execute("create_lease")
            self._notes = {}

    def _take_lease(self, seconds: float = LEASE_S) -> None:
        now = self._now()
        values = {"name": LEASE, "owner": self._owner, "now": now, "until": now + timedelta(seconds=seconds)}
        try:
            self._execute("take_lease", values)
        except QueryError as error:
            if "concurrent" not in str(error).lower():
                raise
        held = self._read("lease", {"name": LEASE}).to_pylist()
        if not held or held[0]["owner"] != self._owner:
            raise SourceError(
                "Another process refreshes this ledger now.",
                place=self.schema,
                remedy=f"Wait for it; if it died, its lease ends at {held[0]['until'] if held else 'once'}.",
            )
        self._leased_at = now

    def _renew(self) -> None:
        if self._leased_at and (self._now() - self._leased_at).total_seconds() > RENEW_S:
            self._take_lease()

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

    def _read_notes(self) -> dict[str, str]:
        rows = self._read("notes")
        self._notes = dict(zip(*(rows.column(n).to_pylist() for n in ("name", "value")), strict=True))
        return self._notes

    # ── LedgerWriter ────────────────────────────────────────────────────────────────────────────────────────────────

    def create_table(self, relation: Query) -> None:
        """The relation's table with every column it wants; what is in it is replaced later, day by day."""
        self._ensure(relation)
        self._made_anew.add(relation.short_name)

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
            self.note(f"reference {name}", rows)

    def finish(self) -> None:
        """Take away days that a ledger made anew no longer has, and tell readers that there is something new."""
        for name in sorted(self._made_anew & self._replaced.keys()):
            day = quoted(self._replacing[name])
            kept = " OR ".join(
                f"({day} >= {value(start)} AND {day} < {value(end)})" for start, end in sorted(self._replaced[name])
            )
            self._execute("drop_days", table=quoted(name), kept=kept)
        generation = uuid.uuid4().hex[:16]
        everything = Known(generation, 0.0, NAMES, True)
        answers = known.small_answers(lambda name, params: self._warehouse.fetch_known(name, params, everything))
        said = known.written(self._catalogue, generation, NAMES, answers, self._warehouse.missing_tables())
        self._write_note("ledger", json.dumps(said))

    def _write_note(self, name: str, packed: str) -> None:
        self._execute("note", {"name": name, "value": packed, "written": self._now()})

    # ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ensure(self, relation: Query) -> list[str]:
        """Make the table, or add the columns that it lacks; its columns in their order."""
        name, table = relation.short_name, quoted(relation.short_name)
        if name in self._columns:
            return self._columns[name]
        wanted = {column.name: str(column.type) for column in relation.returns}
        try:
            there = list(self._read("columns", table=table).column_names)
        except NoTable:
            listed = ",\n  ".join(f"{quoted(column)} {type_}" for column, type_ in wanted.items())
            self._execute(
                "create_table",
                table=table,
                columns=listed,
                cluster=", ".join(map(quoted, _clustering(relation))),
                comment=value(f"Lakeledger: {relation.about}"),
            )
            there = list(wanted)
        lacking = [column for column in wanted if column not in there]
        if lacking:
            listed = ", ".join(f"{quoted(column)} {wanted[column]}" for column in lacking)
            self._execute("add_columns", table=table, columns=listed)
        self._columns[name] = there + lacking
        return self._columns[name]

    def _put(self, how: str, relation: Query, text: str, params: Mapping[str, object], parts: Mapping[str, str]) -> int:
        """Insert by position in the table's own order; columns this version does not know stay empty."""
        self._renew()
        name = relation.short_name
        wanted = {column.name: str(column.type) for column in relation.returns}
        columns = ", ".join(
            f"CAST({quoted(column)} AS {wanted[column]}) AS {quoted(column)}"
            if column in wanted
            else f"NULL AS {quoted(column)}"
            for column in self._ensure(relation)
        )
        rows = remap(text, self._warehouse.mapping(Known("refresh", 0.0, NAMES, True)))
        values = bind(relation, markers(tokenise(text)), params)
        return self._execute(how, values, table=quoted(name), columns=columns, rows=rows, **parts)

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


def refresh_delta(
    warehouse: DatabricksWarehouse,
    *,
    currency: str,
    reference: Mapping[str, "pa.Table"],
    full: bool = False,
    progress: Progress = lambda step, done, of: None,
    owner: str | None = None,
) -> Refreshed:
    """Bring the ledger in the schema up to the system tables; SourceError when it would not add up to the bill."""
    ledger = DeltaLedger(warehouse, owner=owner)
    ledger.prepare()

    def changes() -> Changes:
        account = f"{warehouse.situation.host} without {','.join(sorted(warehouse.missing_tables()))}"
        return look(
            ledger, load(), currency=currency, account=account, reference=reference, full=full, progress=progress
        )

    found = changes() if ledger.keeps(reference) else None
    if found is not None and not found.any:
        return Refreshed()
    with ledger.lease():
        if found is None or ledger.overtaken():
            ledger.keep_reference(reference)
            found = changes()
            if not found.any:
                return Refreshed()
        done = refresh(ledger, load(), found, currency=currency, progress=progress)
        if done.differences:
            first = "\n".join(map(str, done.differences[:5]))
            raise SourceError(
                f"The ledger does not add up to the bill in {len(done.differences)} places:\n{first}",
                place=ledger.schema,
                remedy="Pages keep the state before. Run `python -m lib refresh --full`; if it stays, report these lines.",
            )
        ledger.finish()
    warehouse.forget()
    return done


def _clustering(relation: Query) -> list[str]:
    names = [column.name for column in relation.returns]
    days = [stored.day for stored in STORED if stored.name == relation.short_name and stored.day]
    keys = [name for name in CLUSTERED if name in names][:2]
    return [*days, *keys][:3] or names[:1]
