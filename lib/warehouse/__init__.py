"""Runs a query of the catalogue and returns its rows; each engine is one module, `Warehouse` is what they share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from lib.queries.catalogue import Query

NO_PARAMS: Mapping[str, object] = {}


class Warehouse(Protocol):
    """An engine that holds an account's tables."""

    @property
    def generation(self) -> str:
        """Changes whenever the data changes: the part of a cache key that stands for the data."""
        ...

    def fetch(self, query: "str | Query", params: Mapping[str, object] = NO_PARAMS) -> "pa.Table":
        """The rows of a query, as its `Returns:` promises them: names, order and types.

        Values for parameters that the text does not use are left out; one that it uses must be there.
        """
        ...

    def missing_tables(self) -> frozenset[str]:
        """Known tables that hold nothing because they were never loaded or may not be read."""
        ...

    def sql(self, query: "str | Query", params: Mapping[str, object] = NO_PARAMS) -> str:
        """The text as the engine would get it, values still as named parameters."""
        ...
