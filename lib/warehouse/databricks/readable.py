"""Which tables one identity can read: by a look at what it sees, and by what it was refused."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from lib.errors import SourceError
from lib.queries.head import Column
from lib.queries.types import parse_type
from lib.warehouse.databricks import failures, packing, texts
from lib.warehouse.databricks.names import Names, missing_of
from lib.warehouse.databricks.sending import Sender
from lib.warehouse.databricks.state import State

ESSENTIAL = frozenset(("system.billing.usage", "system.billing.list_prices"))
"""Tables without which no figure is right: a query that needs one of them fails instead of showing less."""
RECHECK_S = 3600.0
"""After this, a table that was refused is tried again, and what the identity sees is looked at anew."""


class Readable:
    """What can be read, for any number of threads."""

    def __init__(self, sender: Sender, names: Names, state: State, clock: Callable[[], float]) -> None:
        self._sender = sender
        self._names = names
        self._state = state
        self._clock = clock
        self._refused: dict[str, float] = {}
        self._seen: tuple[float, frozenset[str]] | None = None
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Look anew when next asked."""
        with self._lock:
            self._seen = None
            self._refused.clear()

    def missing(self) -> frozenset[str]:
        """Tables in whose place statements get an empty relation, owner's tables that are not configured left aside."""
        with self._lock:
            now = self._clock()
            self._refused = {table: since for table, since in self._refused.items() if now - since <= RECHECK_S}
            return frozenset(self._refused) | self._invisible()

    def all_missing(self) -> frozenset[str]:
        """The same with owner's tables that are not configured; looks, where the ledger does not say what is there."""
        if self._state.known is None or self._state.known.missing is None:
            self.look()
        not_configured = {
            table
            for table in self._names.columns
            if table.startswith("external.") and table not in self._names.external
        }
        return self.missing() | not_configured

    def _invisible(self) -> frozenset[str]:
        """System tables that are not there by the last look; what the ledger's writer could not read, before there is one."""
        if self._seen is None or not self._seen[1]:
            return (self._state.known.missing if self._state.known else None) or frozenset()
        return frozenset(t for t in self._names.columns if t.startswith("system.") and t not in self._seen[1])

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def looked(self) -> bool:
        """Was it looked within the last hour?"""
        return self._seen is not None and self._clock() - self._seen[0] < RECHECK_S

    def look(self) -> None:
        """Ask, once an hour, which system tables the identity sees at all."""
        if self.looked:
            return
        ask = self.question
        try:
            rows = self._sender.send(ask.text, ask.values, name=ask.name, place="system.information_schema.tables")
            self.saw(rows.column("name").to_pylist())
        except SourceError:
            self.saw(())

    @property
    def question(self) -> packing.Part:
        """What `look` asks."""
        columns = (Column("name", parse_type("STRING")),)
        return packing.Part("setup/visible", texts.text("visible"), {"ledger": self._names.schema or ""}, columns)

    def saw(self, tables: Collection[str]) -> None:
        """These are the tables that the identity sees; none: it could not be had."""
        self._seen = (self._clock(), frozenset(tables))

    # ── being refused ───────────────────────────────────────────────────────────────────────────────────────────────

    def refused(self, table: str, tables: Collection[str]) -> bool:
        """Note that a statement over `tables` was refused for `table`; False when that changes nothing.

        `table`: as an error names it: a table, or the schema or catalog that it is in.
        """
        own: Mapping[str, str] = {target.lower(): name for name, target in self._names.external.items()}
        spelled = {written: name for written, name in own.items() if name in tables} | {name: name for name in tables}
        with self._lock:
            new = {
                name
                for written, name in spelled.items()
                if table and (written + ".").startswith(table + ".") and name not in self._refused
            }
            self._refused |= dict.fromkeys(new, self._clock())
        if new and self._seen is None:
            self.look()  # one statement tells of all tables that are not there, instead of one failure each
        return bool(new)

    def require(self, tables: Collection[str], place: str) -> None:
        """SourceError when what cannot be read of a query's tables leaves it without a right answer."""
        system = {table for table in tables if not table.startswith("reference.")}
        missing = set(missing_of(system, self.missing(), self._names.external))
        needed = ESSENTIAL & missing or (missing if missing == system else set())
        granted = sorted(table for table in needed if table.startswith("system."))
        if granted:
            at = replace(self._sender.situation, place=place, tables=tuple(granted))
            raise failures.no_table(", ".join(granted), "", True, at)
