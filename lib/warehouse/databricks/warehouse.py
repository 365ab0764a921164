"""A SQL warehouse of a Databricks workspace, as one identity sees it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lib.errors import AppError, Cancelled, QueryError, SourceError
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.head import Column
from lib.queries.tokens import markers, tokenise
from lib.queries.types import parse_type
from lib.warehouse import NO_PARAMS
from lib.warehouse import gathering as gathered
from lib.warehouse.databricks import failures, known, packing, texts
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.names import Names, missing_of
from lib.warehouse.databricks.running import Runner, Statement
from lib.warehouse.gathering import Asked
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
VISIBLE = (Column("name", parse_type("STRING")),)
MOST_TEXTS = 1000
"""Prepared statements that are kept."""


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

    @property
    def gathers(self) -> bool:
        """Is it better to ask several queries in one statement than side by side? Where everything is worked out live,
        each statement reads the system tables anew."""
        return not self._current().stored

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
        self._unpinned = ""
        self._ready: dict[tuple[object, ...], Prepared] = {}
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
        if ledger is not None and self._isolation is None:
            return ledger
        before, found = self._known, replace(ledger or Known("", self._clock()), answers={})
        span = self._look_at_both(found) if ledger is None and not self._looked_around else None
        if span is None:
            span = self._answer(self._catalogue[known.SPAN], NO_PARAMS, found)
        said = "|".join(str(value) for value in span.to_pylist()[0].values())
        found = replace(found, generation=ledger.generation if ledger else f"live {said}")
        if before is not None and before.generation == found.generation:
            return replace(before, at=found.at)
        return replace(found, answers=self._small_answers(replace(found, answers={known.SPAN: span})))

    def _small_answers(self, found: Known) -> dict[str, "pa.Table"]:
        """What every page asks for, in one statement, where no ledger says it to this identity."""
        choices = known.choices_params(found.answers[known.SPAN])
        wanted = {name: dict[str, object]() for name in known.REMEMBERED if name != known.SPAN}
        wanted |= {known.CHOICES: choices} if choices else {}
        everything = self._everything(found)
        asked = {name: Asked(self._catalogue[name], everything | params) for name, params in wanted.items()}
        can = {name: one for name, one in asked.items() if self._can_be_asked(one, found)}
        try:
            rows = self._in_one(list(can.values()), found) if can else None
        except AppError as error:
            logger.info("small answers are asked for when they are needed: %s", error)
            rows = None
        keys = [known.key(name, wanted[name]) for name in can]
        return dict(found.answers) | dict(zip(keys, rows or (), strict=False))

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
        used = {column.name: params[column.name] for column in query.params if column.name in params}
        remembered = found.answers.get(known.key(query.name, used))
        if remembered is not None:
            return conform(remembered, query.returns, query.place)
        values, gathering = self._everything(found) | dict(params), gathered.current()
        if gathering is not None:
            return gathering.fetch(query, values, self._send)
        return self._answer(query, values, found)

    def _send(self, asked: Sequence[Asked]) -> None:
        """Answer what was asked at the same time: in as few statements as can be, one by one when that goes wrong."""
        found = self._current()
        by_question: dict[str, list[Asked]] = {}
        for one in asked:
            by_question.setdefault(f"{one.query.name} {sorted(one.params.items())!r}", []).append(one)
        different = [same[0] for same in by_question.values()]
        can = [one for one in different if self._can_be_asked(one, found)]
        try:
            answered = self._in_one(can, found) if len(can) > 1 else None
        except AppError as error:
            for one in can:
                one.answer.set_exception(error)
            can = []
        for number, one in enumerate(can):
            if answered is not None:
                one.answer.set_result(answered[number])
            else:
                gathered.fill(one, lambda a=one: self._answer(a.query, a.params, found))  # type: ignore[misc]
        for first, *others in by_question.values():
            for other in others:
                gathered.fill(other, first.answer.result)

    def _can_be_asked(self, one: Asked, found: Known) -> bool:
        """Is there what the query needs? If not, that is its answer, and the others are asked without it."""
        try:
            self._check_tables(one.query, self._prepared(one.query, found))
        except AppError as error:
            one.answer.set_exception(error)
            return False
        return True

    def _in_one(self, asked: Sequence[Asked], found: Known) -> "list[pa.Table] | None":
        """The rows of each in order; None when they cannot be had together, and each has to be asked by itself."""
        while True:
            try:
                ready = [self._prepared(one.query, found) for one in asked]
                for one, prepared in zip(asked, ready, strict=True):
                    self._check_tables(one.query, prepared)
                parts = [
                    packing.Part(
                        one.query.name, prepared.text, self._values(one.query, prepared, one.params), one.query.returns
                    )
                    for one, prepared in zip(asked, ready, strict=True)
                ]
                return [
                    conform(rows, one.query.returns, one.query.place)
                    for one, rows in zip(asked, self._packed(parts, ready), strict=True)
                ]
            except failures.NoTable as error:
                learned = [self._learn(error.table, prepared, found) for prepared in ready]
                if not any(learned):
                    return None
                if error.table.startswith(f"{(self.names.schema or '').lower()}."):
                    found = replace(found, stored=frozenset(), references=False, answers={})
            except failures.NoVersion as error:
                if not found.versions:
                    return None
                found = self._read_newest(found, error)
            except Cancelled:
                raise
            except (QueryError, SourceError) as error:
                # one of them is wrong, too large, or not allowed: find out which
                logger.info("several queries are asked one by one: %s", error)
                return None

    def _packed(self, parts: "Sequence[packing.Part]", ready: Sequence[Prepared]) -> "list[pa.Table]":
        """Send the parts; what is too much for one statement goes in several."""
        found: list[pa.Table] = []
        for group in packing.groups(parts):
            chosen = [parts[number] for number in group]
            text, values = packing.pack(chosen)
            name = chosen[0].name if len(chosen) == 1 else f"{chosen[0].name}+{len(chosen) - 1}"
            place = ", ".join(dict.fromkeys(part.name for part in chosen))
            tables = frozenset(table for number in group for table in ready[number].tables)
            statement = Statement(text, values, name, deadline_s=self.options.deadline_s)
            rows = self.runner.run(statement, replace(self.situation, place=place, tables=tuple(sorted(tables))))
            for part, table in zip(chosen, packing.unpack(rows, chosen), strict=True):
                if table.num_rows > self.options.max_rows:
                    raise QueryError(f"The answer has more than {self.options.max_rows:,} rows.", place=part.name)
                found.append(table)
        return found

    def _values(self, query: Query, ready: Prepared, params: Mapping[str, object]) -> dict[str, object]:
        values = bind(query, (name for name in ready.markers if name != PARAM), params)
        if PARAM in ready.markers and self._isolation:
            values[PARAM] = list(self._isolation.workspaces)
        return values

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
        names = replace(self.names, references_stored=found.references, versions=found.versions)
        return names.mapping(self._missing_now())

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
            values = self._values(query, ready, params)
            flight = (found.generation, ready.text, repr(sorted(values.items())))
            try:
                return self._flights.run(flight, lambda r=ready, v=values: self._run(query, r, v))  # type: ignore[misc]
            except failures.NoTable as error:
                if not self._learn(error.table, ready, found):
                    raise
                if error.table.startswith(f"{(self.names.schema or '').lower()}."):
                    found = replace(found, stored=frozenset(), references=False, answers={})
            except failures.NoVersion as error:
                if not found.versions:
                    raise
                found = self._read_newest(found, error)

    def _read_newest(self, found: Known, error: failures.NoVersion) -> Known:
        """The ledger's tables as they are now: a version of the published state is gone."""
        with self._state:
            self._unpinned = found.generation
            if self._known is not None and self._known.generation == found.generation:
                self._known = replace(self._known, versions={})
        logger.warning("reading the newest version of the ledger's tables until the next refresh: %s", error)
        return replace(found, versions={})

    @property
    def note(self) -> str:
        """What a reader should know about how the ledger is read now; "" when there is nothing to say."""
        if self._known is None or self._unpinned != self._known.generation:
            return ""
        return (
            "The published versions of the ledger's tables were cleaned up; the newest ones are read until the next refresh."
            " While one runs, a table may be newer than another."
        )

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
        if new and self._visible is None:
            self._look_around()  # one statement tells of all tables that are not there, instead of one failure each
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

    def _look_at_both(self, found: Known) -> "pa.Table | None":
        """How far the data goes and which tables the identity sees, in one statement; None when that cannot be had."""
        query = self._catalogue[known.SPAN]
        ready = self._prepared(query, found)
        visible = packing.Part("setup/visible", texts.text("visible"), self._ledger_named(), VISIBLE)
        part = packing.Part(query.name, ready.text, self._values(query, ready, NO_PARAMS), query.returns)
        try:
            seen, span = self._packed([visible, part], [Prepared("", (), frozenset()), ready])
        except Cancelled:
            raise
        except (QueryError, SourceError):
            self._look_around()
            return None
        self._visible = (self._clock(), frozenset(seen.column("name").to_pylist()))
        return conform(span, query.returns, query.place)

    def _ledger_named(self) -> dict[str, object]:
        return {"ledger": self.names.schema or ""}

    @property
    def _looked_around(self) -> bool:
        return self._visible is not None and self._clock() - self._visible[0] < RECHECK_S

    def _look_around(self) -> None:
        """Ask once an hour which system tables the identity sees at all."""
        if self._looked_around:
            return
        statement = Statement(
            texts.text("visible"), self._ledger_named(), "setup/visible", deadline_s=self.options.deadline_s
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
        pinned = (found.generation, *sorted(found.versions.items())) if found.versions else ()
        key = (query.name, query.text, stored, missing, found.references, pinned)
        if key not in self._ready:
            if len(self._ready) > MOST_TEXTS:
                self._ready.clear()  # texts name versions, so each generation has its own
            text = self._catalogue.expanded(query, stored)
            names = self.mapping(found)
            spelled = remap(text, self._isolation.over(names) if self._isolation else names)
            self._ready[key] = Prepared(
                f"/* lakeledger: {query.name} */\n{spelled}",
                tuple(markers(tokenise(spelled))),
                self._catalogue.closure(query, stored),
            )
        return self._ready[key]
