"""A SQL warehouse of a Databricks workspace, as one identity sees it."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lib.queries.catalogue import Catalogue, Query, load
from lib.warehouse import NO_PARAMS, gathering
from lib.warehouse.databricks import known
from lib.warehouse.databricks.asking import Asking
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.looking import Looking
from lib.warehouse.databricks.names import Names
from lib.warehouse.databricks.readable import Readable
from lib.warehouse.databricks.running import Runner
from lib.warehouse.databricks.sending import Options, Sender
from lib.warehouse.databricks.state import State
from lib.warehouse.databricks.statements import Statements
from lib.warehouse.isolation import Isolation
from lib.warehouse.names import NameMap
from lib.warehouse.results import conform

if TYPE_CHECKING:
    import pyarrow as pa


class DatabricksWarehouse:
    """A `Warehouse` over one identity's connections. Everything it knows belongs to that identity."""

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
        self.names = names
        self.sender = Sender(runner, situation, options or Options())
        self._catalogue = catalogue = catalogue or load()
        self._clock = clock
        self._state = state = State()
        self._readable = readable = Readable(self.sender, names, state, clock)
        self._statements = statements = Statements(names, readable, catalogue, isolation)
        self._asking = Asking(self.sender, statements, readable, state, names.schema)
        self._looking = Looking(
            self.sender,
            statements,
            readable,
            state,
            self._asking,
            catalogue,
            schema=names.schema if stored != frozenset() else None,
            stored=stored,
            whole=isolation is None,
            clock=clock,
        )

    # ── how new the data is ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def generation(self) -> str:
        """Changes whenever the data does. At most one statement an interval, and never one that anybody waits for but
        the first."""
        return self._looking.found_lately().generation

    def peek(self) -> str:
        """The generation as it was last seen; costs nothing, and keeps no warehouse awake."""
        return self._state.known.generation if self._state.known else ""

    def found(self) -> Known:
        """What the last look found."""
        return self._looking.found()

    def forget(self) -> None:
        """What is known may be wrong: look anew when next asked."""
        self._state.forget()
        self._readable.forget()

    @property
    def note(self) -> str:
        """What a reader should know about how the ledger is read now; "" when there is nothing to say."""
        return self._state.note

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def gathers(self) -> bool:
        """Is it better to ask several queries in one statement than side by side? Where everything is worked out live,
        each statement reads the system tables anew."""
        return not self.found().stored

    def fetch(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> "pa.Table":
        """The rows of a query, as its head promises them."""
        query, found = self._query(query), self.found()
        used = {column.name: params[column.name] for column in query.params if column.name in params}
        small = found.answers.get(known.key(query.name, used))
        if small is not None:
            return conform(small, query.returns, query.place)
        values, together = found.everything(self.sender.options.currency) | dict(params), gathering.current()
        if together is not None:
            return together.fetch(query, values, lambda asked: self._asking.all(asked, self.found()))
        return self._asking.one(query, values, found)

    def fetch_from(self, query: Query, params: Mapping[str, object], stored: frozenset[str]) -> "pa.Table":
        """The rows of a query with exactly these relations read from the ledger, asked anew."""
        return self._asking.one(query, params, Known("refresh", self._clock(), stored, self.names.schema is not None))

    def fetch_known(self, query: str, params: Mapping[str, object], found: Known) -> "pa.Table":
        """The rows of a query as a reader of `found` would get them, asked anew."""
        return self._asking.one(self._catalogue[query], params, found)

    def missing_tables(self) -> frozenset[str]:
        """Known tables that this identity cannot read, and owner's tables that are not configured."""
        return self._readable.all_missing()

    def mapping(self, found: Known) -> NameMap:
        """How tables are spelled in statements for `found`."""
        return self._statements.mapping(found)

    def sql(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> str:
        """The statement as the warehouse would get it, values still as named parameters."""
        return self._statements.prepared(self._query(query), self.found()).text

    def close(self) -> None:
        """Take no more statements."""
        self.sender.runner.close()

    def _query(self, query: str | Query) -> Query:
        return self._catalogue[query] if isinstance(query, str) else query
