"""What a refresh asks of the engine that keeps the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from lib.queries.catalogue import Query

if TYPE_CHECKING:
    import pyarrow as pa


class LedgerReader(Protocol):
    """What looking for changes asks of an engine."""

    def fetch(self, query: Query, params: Mapping[str, object], stored: frozenset[str]) -> "pa.Table":
        """The rows of a query, this engine's own changes included."""

    def noted(self, name: str) -> "pa.Table | None":
        """What an earlier refresh kept under this name."""

    @property
    def lacking(self) -> frozenset[str]:
        """Relations that the ledger does not have yet."""


class LedgerWriter(LedgerReader, Protocol):
    """What the refresh asks of an engine; its changes are seen by nobody until the caller publishes them."""

    at_once: int
    """How many relations it may be asked to replace at the same time, each by a thread of its own."""

    def create_table(self, relation: Query) -> None:
        """An empty table for a relation, in the place of an old one."""

    def replace_days(
        self, relation: Query, text: str, date_column: str, start: date, end: date, params: Mapping[str, object]
    ) -> int:
        """Put the rows of `text` in the place of the days `[start, end)`; how many came."""

    def replace_all(self, relation: Query, text: str, params: Mapping[str, object]) -> int:
        """Put the rows of `text` in the place of all rows; how many came."""

    def note(self, name: str, rows: "pa.Table") -> None:
        """Keep `rows` for the next refresh."""
