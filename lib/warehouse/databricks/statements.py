"""Queries as one identity's warehouse gets them: relations put in, names spelled, values bound."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.queries.catalogue import Catalogue, Query
from lib.queries.tokens import markers, tokenise
from lib.warehouse.databricks import packing
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.names import Names
from lib.warehouse.databricks.readable import Readable
from lib.warehouse.isolation import PARAM, Isolation
from lib.warehouse.names import NameMap, remap
from lib.warehouse.params import bind

MOST_TEXTS = 1000
"""Prepared statements that are kept."""


@dataclass(frozen=True)
class Prepared:
    """A query's statement as the warehouse gets it."""

    text: str
    markers: tuple[str, ...]
    tables: frozenset[str]
    """Tables it reads, those of stored relations not counted."""


class Statements:
    """The statements of one identity, each worked out once."""

    def __init__(self, names: Names, readable: Readable, catalogue: Catalogue, isolation: Isolation | None) -> None:
        self._names = names
        self._readable = readable
        self._catalogue = catalogue
        self._isolation = isolation
        self._ready: dict[tuple[object, ...], Prepared] = {}

    def prepared(self, query: Query, found: Known) -> Prepared:
        """The query's statement for these data, with an empty relation for each table that cannot be read."""
        isolation = self._isolation
        stored = found.stored & isolation.with_workspace if isolation else found.stored
        pinned = (found.generation, *sorted(found.versions.items())) if found.versions else ()
        key = (query.name, query.text, stored, self._readable.missing(), found.references, pinned)
        if key not in self._ready:
            if len(self._ready) > MOST_TEXTS:
                self._ready.clear()  # texts name versions, so each generation has its own
            names = self.mapping(found)
            text = remap(self._catalogue.expanded(query, stored), isolation.over(names) if isolation else names)
            self._ready[key] = Prepared(
                f"/* lakeledger: {query.name} */\n{text}",
                tuple(markers(tokenise(text))),
                self._catalogue.closure(query, stored),
            )
        return self._ready[key]

    def mapping(self, found: Known) -> NameMap:
        """How tables are spelled in statements for `found`."""
        names = replace(self._names, references_stored=found.references, versions=found.versions)
        return names.mapping(self._readable.missing())

    def part(self, query: Query, ready: Prepared, params: Mapping[str, object]) -> packing.Part:
        """The statement with its values, to be sent with others."""
        return packing.Part(query.name, ready.text, self.values(query, ready, params), query.returns)

    def values(self, query: Query, ready: Prepared, params: Mapping[str, object]) -> dict[str, object]:
        """The values that the statement names."""
        values = bind(query, (name for name in ready.markers if name != PARAM), params)
        if PARAM in ready.markers and self._isolation:
            values[PARAM] = list(self._isolation.workspaces)
        return values
