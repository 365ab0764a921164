"""A SQL warehouse of a Databricks workspace, as one identity sees it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lib.errors import AppError, SourceError
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import failures, known, texts
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.names import Names, missing_of
from lib.warehouse.databricks.running import Runner, Statement
from lib.warehouse.isolation import PARAM, Isolation
from lib.warehouse.names import NameMap, remap
from lib.warehouse.params import bind
from lib.warehouse.results import conform
from lib.warehouse.single_flight import SingleFlight

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")

ESSENTIAL = frozenset(("system.billing.usage", "system.billing.list_prices"))
"""Tables without which no figure is right: a query that needs one of them fails instead of showing less."""
RECHECK_S = 3600.0
"""After this, a table that was refused is tried again."""


@dataclass(frozen=True)
class Prepared:
    """A query's statement as the warehouse gets it."""

    text: str
    markers: tuple[str, ...]
    tables: frozenset[str]
    """Tables it reads, those of stored relations not counted."""


@dataclass(frozen=True)
class Options:
    """How a warehouse is read."""

    deadline_s: float = 60.0
    max_rows: int = 1_000_000
    currency: str = "USD"
    interval_s: float = 900.0
    """Between two looks at whether the data changed; nobody looks when nobody asks."""


class DatabricksWarehouse:
    """A `Warehouse` over one identity's connections. Everything it remembers belongs to that identity."""

    parallel = True
    """Questions made of several queries may ask them side by side."""

    def __init__(
        self,
        runner: Runner,
        names: Names,
        situation: Situation,
        *,
        options: Options | None = None,
        isolation: Isolation | None = None,
        stored: frozenset[str] | None = None,
        catalogue: Catalogue | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`stored`: relations to read from the ledger; None for all it has, an empty set to work everything out."""
        self.runner = runner
        self.names = names
        self.situation = situation
        self.options = options or Options()
        self._isolation = isolation
        self._only = stored
        self._catalogue = catalogue or load()
        self._clock = clock
        self._known: Known | None = None
        self._refused: dict[str, float] = {}
        self._visible: tuple[float, frozenset[str]] | None = None
        self._ledger_gone = False
        self._ready: dict[tuple[str, str, frozenset[str], frozenset[str], bool], Prepared] = {}
        self._flights: SingleFlight[tuple[str, ...], pa.Table] = SingleFlight()
        self._looking = threading.Lock()
        """Held while the first look is under way; never taken while `_state` is held."""
        self._state = threading.RLock()
        self._in_background = threading.Lock()

    # ── how new the data is ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def generation(self) -> str:
        """Changes whenever the data does. At most one statement an interval, and never one that anybody waits for but
        the first."""
        found = self._current()
        if self._clock() - found.at > self.options.interval_s and self._in_background.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="lakeledger-look", daemon=True).start()
        return found.generation

    def peek(self) -> str:
        """The generation as it was last seen; costs nothing, and keeps no warehouse awake."""
        return self._known.generation if self._known else ""

    def forget(self) -> None:
        """What is known may be wrong: look anew when next asked."""
        with self._state:
            self._known, self._visible, self._ledger_gone = None, None, False
            self._refused.clear()

    def _current(self) -> Known:
        found = self._known
        if found is not None:
            return found
        with self._looking:
            if self._known is None:
                self._known = self._look()
            return self._known

    def _look_again(self) -> None:
        try:
            before = self._known
            fresh = self._look()
            with self._state:
                self._known = fresh
            if before and before.generation != fresh.generation:
                logger.info("the data has changed: %s", fresh.generation)
        except AppError as error:
            logger.info("could not look for newer data: %s", error)
            if self._known:
                self._known = replace(self._known, at=self._clock())
        finally:
            self._in_background.release()

    def _look(self) -> Known:
        ledger = self._look_at_ledger() if self.names.schema and self._only != frozenset() else None
        if ledger is not None:
            return ledger
        span = self._answer(self._catalogue[known.SPAN], NO_PARAMS, Known("", self._clock()))
        said = "|".join(str(value) for value in span.to_pylist()[0].values())
        return Known(f"live {said}", self._clock(), answers={known.SPAN: span})

    def _look_at_ledger(self) -> Known | None:
        statement = Statement(
            texts.text("watermark", self.names.schema), name="ledger/watermark", deadline_s=self.options.deadline_s
        )
        try:
            rows = self.runner.run(statement, replace(self.situation, place="the ledger's watermark"))
        except SourceError as error:
            logger.info("no ledger to read: %s", error)
            return None
        found = known.read(self._catalogue, next(iter(rows.column("value").to_pylist()), None), self._clock())
        if found is None or self._only is None:
            return found
        return replace(found, stored=found.stored & self._only)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> "pa.Table":
        """The rows of a query, as its head promises them."""
        query = self._query(query)
        found = self._current()
        if self._isolation is None:
            used = {column.name: params[column.name] for column in query.params if column.name in params}
            remembered = found.answers.get(known.key(query.name, used))
            if remembered is not None:
                return conform(remembered, query.returns, query.place)
        return self._answer(query, self._everything(found) | dict(params), found)

    def _everything(self, found: Known) -> dict[str, object]:
        """Values that a query needs only because no ledger holds its relations: all days, the first currency."""
        span = found.answers[known.SPAN].to_pylist()[0] if known.SPAN in found.answers else None
        if span is None or span["first_day"] is None:
            return {}
        ends = max(span["last_day"], span["last_ingestion"] or span["last_day"]) + timedelta(days=1)
        return {"start_date": span["first_day"], "end_date": ends, "currency": self.options.currency}

    def fetch_from(self, query: Query, params: Mapping[str, object], stored: frozenset[str]) -> "pa.Table":
        """The rows of a query with exactly these relations read from the ledger; nothing remembered is used."""
        return self._answer(query, params, Known("refresh", self._clock(), stored, self.names.schema is not None))

    def fetch_known(self, query: str, params: Mapping[str, object], found: Known) -> "pa.Table":
        """The rows of a query as a reader of `found` would get them, asked anew."""
        return self._answer(self._catalogue[query], params, found)

    def mapping(self, found: Known) -> NameMap:
        """How tables are spelled in statements for `found`."""
        return replace(self.names, references_stored=found.references).mapping(self._missing_now())

    def missing_tables(self) -> frozenset[str]:
        """Known tables that this identity cannot read, and owner's tables that are not configured."""
        if self._known is None or self._known.missing is None:
            self._look_around()
        with self._state:
            return frozenset(self._not_configured() | self._still_refused() | self._invisible())

    def sql(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> str:
        """The statement as the warehouse would get it, values still as named parameters."""
        return self._prepared(self._query(query), self._current()).text

    def close(self) -> None:
        """Take no more statements."""
        self.runner.close()

    def _answer(self, query: Query, params: Mapping[str, object], found: Known) -> "pa.Table":
        while True:
            ready = self._prepared(query, found)
            self._check_tables(query, ready)
            values = bind(query, (name for name in ready.markers if name != PARAM), params)
            if PARAM in ready.markers and self._isolation:
                values[PARAM] = list(self._isolation.workspaces)
            flight = (found.generation, ready.text, repr(sorted(values.items())))
            try:
                return self._flights.run(flight, lambda r=ready, v=values: self._run(query, r, v))  # type: ignore[misc]
            except failures.NoTable as error:
                if not self._learn(error.table, ready, found):
                    raise
                if error.table.startswith(f"{(self.names.schema or '').lower()}."):
                    found = replace(found, stored=frozenset(), references=False, answers={})

    def _run(self, query: Query, ready: Prepared, values: Mapping[str, object]) -> "pa.Table":
        statement = Statement(
            ready.text, values, query.name, deadline_s=self.options.deadline_s, max_rows=self.options.max_rows
        )
        at = replace(self.situation, place=query.place, tables=tuple(sorted(ready.tables)))
        return conform(self.runner.run(statement, at), query.returns, query.place)

    # ── what this identity cannot read ──────────────────────────────────────────────────────────────────────────────

    def _learn(self, table: str, ready: Prepared, found: Known) -> bool:
        """Note a refused table; False when that changes nothing, so that the error stands."""
        if self.names.schema and table.startswith(f"{self.names.schema.lower()}."):
            gone, self._ledger_gone = self._ledger_gone, True
            with self._state:
                if self._known is not None:
                    self._known = replace(self._known, stored=frozenset(), references=False, answers={})
            return not gone or bool(found.stored or found.references)
        own = {target.lower(): name for name, target in self.names.external.items()}
        spelled = {own_name: name for own_name, name in own.items() if name in ready.tables}
        spelled |= {name: name for name in ready.tables}
        with self._state:
            new = {
                name
                for written, name in spelled.items()
                if table and (written + ".").startswith(table + ".") and name not in self._refused
            }
            self._refused |= dict.fromkeys(new, self._clock())
        return bool(new)

    def _still_refused(self) -> set[str]:
        now = self._clock()
        for table, since in list(self._refused.items()):
            if now - since > RECHECK_S:
                del self._refused[table]
        return set(self._refused)

    def _missing_now(self) -> frozenset[str]:
        with self._state:
            return frozenset(self._still_refused() | self._invisible())

    def _not_configured(self) -> set[str]:
        return {t for t in self.names.columns if t.startswith("external.") and t not in self.names.external}

    def _invisible(self) -> frozenset[str]:
        """System tables that are not there by the last look; what the ledger's writer could not read, before there is one."""
        if self._visible is None or not self._visible[1]:
            return (self._known.missing if self._known else None) or frozenset()
        return frozenset(t for t in self.names.columns if t.startswith("system.") and t not in self._visible[1])

    def _look_around(self) -> None:
        """Ask once an hour which system tables the identity sees at all."""
        if self._visible is not None and self._clock() - self._visible[0] < RECHECK_S:
            return
        statement = Statement(
            texts.text("visible"),
            {"ledger": self.names.schema or ""},
            "setup/visible",
            deadline_s=self.options.deadline_s,
        )
        try:
            rows = self.runner.run(statement, replace(self.situation, place="system.information_schema.tables"))
            seen = frozenset(rows.column("name").to_pylist())
        except SourceError:
            seen = frozenset()
        self._visible = (self._clock(), seen)

    def _check_tables(self, query: Query, ready: Prepared) -> None:
        system = {t for t in ready.tables if not t.startswith("reference.")}
        missing = missing_of(system, self._missing_now(), self.names.external)
        needed = ESSENTIAL.intersection(missing) or (set(missing) if system and set(missing) == system else set())
        granted = sorted(t for t in needed if t.startswith("system."))
        if granted:
            raise failures.no_table(
                ", ".join(granted), "", True, replace(self.situation, place=query.place, tables=tuple(granted))
            )

    # ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _query(self, query: str | Query) -> Query:
        return self._catalogue[query] if isinstance(query, str) else query

    def _stored(self, found: Known) -> frozenset[str]:
        if self._isolation is None:
            return found.stored
        return found.stored & self._isolation.with_workspace

    def _prepared(self, query: Query, found: Known) -> Prepared:
        stored, missing = self._stored(found), self._missing_now()
        key = (query.name, query.text, stored, missing, found.references)
        if key not in self._ready:
            text = self._catalogue.expanded(query, stored)
            names = self.mapping(found)
            spelled = remap(text, self._isolation.over(names) if self._isolation else names)
            self._ready[key] = Prepared(
                f"/* lakeledger: {query.name} */\n{spelled}",
                tuple(markers(tokenise(spelled))),
                self._catalogue.closure(query, stored),
            )
        return self._ready[key]
