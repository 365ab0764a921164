"""Asks queries as one identity: one by one or several in a statement, and again where a failure taught how."""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lib.errors import AppError, Cancelled, QueryError, SourceError
from lib.queries.catalogue import Query
from lib.warehouse import gathering
from lib.warehouse.databricks import packing
from lib.warehouse.databricks.failures import NoTable, NoVersion
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.readable import Readable
from lib.warehouse.databricks.sending import Sender
from lib.warehouse.databricks.state import State
from lib.warehouse.databricks.statements import Prepared, Statements
from lib.warehouse.gathering import Asked
from lib.warehouse.results import conform
from lib.warehouse.single_flight import SingleFlight

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")


class Asking:
    """Sends queries and gives their rows, which are not kept here."""

    def __init__(
        self, sender: Sender, statements: Statements, readable: Readable, state: State, schema: str | None
    ) -> None:
        """`schema`: the ledger's, None where there is none."""
        self._sender = sender
        self._statements = statements
        self._readable = readable
        self._state = state
        self._schema = schema
        self._flights: SingleFlight[tuple[str, ...], pa.Table] = SingleFlight()

    def one(self, query: Query, params: Mapping[str, object], found: Known) -> "pa.Table":
        """The rows of a query; who asks the same meanwhile waits for them too."""
        while True:
            ready = self._askable(query, found)
            values = self._statements.values(query, ready, params)
            flight = (found.generation, ready.text, repr(sorted(values.items())))
            try:
                return self._flights.run(flight, lambda r=ready, v=values: self._run(query, r, v))  # type: ignore[misc]
            except (NoTable, NoVersion) as error:
                better = self._better(error, ready.tables, found)
                if better is None:
                    raise
                found = better

    def all(self, asked: Sequence[Asked], found: Known) -> None:
        """Answer each: in as few statements as can be, one by one when that goes wrong. Never raises."""
        by_question: dict[str, list[Asked]] = {}
        for one in asked:
            by_question.setdefault(f"{one.query.name} {sorted(one.params.items())!r}", []).append(one)
        can = self.answerable([same[0] for same in by_question.values()], found)
        try:
            answered = self.in_one(can, found) if len(can) > 1 else None
        except AppError as error:
            for one in can:
                one.answer.set_exception(error)
        else:
            for number, one in enumerate(can):
                if answered is not None:
                    one.answer.set_result(answered[number])
                else:
                    gathering.fill(one, lambda a=one: self.one(a.query, a.params, found))  # type: ignore[misc]
        for first, *others in by_question.values():
            for other in others:
                gathering.fill(other, first.answer.result)

    def answerable(self, asked: Sequence[Asked], found: Known) -> list[Asked]:
        """Those for which there is what they need; that it is not there is the answer of the others."""
        can = []
        for one in asked:
            try:
                self._askable(one.query, found)
            except AppError as error:
                one.answer.set_exception(error)
            else:
                can.append(one)
        return can

    def in_one(self, asked: Sequence[Asked], found: Known) -> "list[pa.Table] | None":
        """The rows of each in order; None when they cannot be had together, and each has to be asked by itself."""
        while True:
            ready: list[Prepared] = []
            try:
                ready = [self._askable(one.query, found) for one in asked]
                parts = [self._statements.part(a.query, r, a.params) for a, r in zip(asked, ready, strict=True)]
                tables = [one.tables for one in ready]
                return [
                    conform(rows, one.query.returns, one.query.place)
                    for one, rows in zip(asked, self.packed(parts, tables), strict=True)
                ]
            except (NoTable, NoVersion) as error:
                better = self._better(error, frozenset[str]().union(*(one.tables for one in ready)), found)
                if better is None:
                    return None
                found = better
            except Cancelled:
                raise
            except (QueryError, SourceError) as error:
                # one of them is wrong, too large, or not allowed: find out which
                logger.info("several queries are asked one by one: %s", error)
                return None

    def packed(self, parts: Sequence[packing.Part], reads: Sequence[frozenset[str]]) -> "list[pa.Table]":
        """The rows of each part; what is too much for one statement goes in several. `reads`: the tables of each."""
        found: list[pa.Table] = []
        for group in packing.groups(parts):
            chosen = [parts[number] for number in group]
            text, values = packing.pack(chosen)
            name = chosen[0].name if len(chosen) == 1 else f"{chosen[0].name}+{len(chosen) - 1}"
            place = ", ".join(dict.fromkeys(part.name for part in chosen))
            tables = frozenset[str]().union(*(reads[number] for number in group))
            rows = self._sender.send(text, values, name=name, place=place, tables=tables)
            for part, table in zip(chosen, packing.unpack(rows, chosen), strict=True):
                if table.num_rows > self._sender.options.max_rows:
                    most = self._sender.options.max_rows
                    raise QueryError(f"The answer has more than {most:,} rows.", place=part.name)
                found.append(table)
        return found

    def _askable(self, query: Query, found: Known) -> Prepared:
        """The query's statement; SourceError when what it needs cannot be read."""
        ready = self._statements.prepared(query, found)
        self._readable.require(ready.tables, query.place)
        return ready

    def _run(self, query: Query, ready: Prepared, values: Mapping[str, object]) -> "pa.Table":
        rows = self._sender.send(ready.text, values, name=query.name, place=query.place, tables=ready.tables)
        return conform(rows, query.returns, query.place)

    def _better(self, error: NoTable | NoVersion, tables: frozenset[str], found: Known) -> Known | None:
        """As what to ask again after a failure that taught something; None when it has to stand."""
        if isinstance(error, NoVersion):
            return self._state.unpin(found, error)
        if self._schema and error.table.startswith(f"{self._schema.lower()}."):
            return self._state.lose_ledger(found)
        return found if self._readable.refused(error.table, tables) else None
