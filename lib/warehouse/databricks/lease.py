"""Of all processes that could write the ledger in a schema, one does: a row of its table `lease` says which, and until when."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from lib.errors import QueryError, SourceError
from lib.warehouse.databricks.own import Own

LEASE = "refresh"
LEASE_S = 1800.0
RENEW_S = 600.0


class Lease:
    """One writer's claim."""

    def __init__(self, own: Own, owner: str, now: Callable[[], datetime]) -> None:
        self._own = own
        self._owner = owner
        self._now = now
        self._since: datetime | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who writes; SourceError when another process does."""
        self._take()
        try:
            yield
        finally:
            self._take(seconds=0)

    def renew(self) -> None:
        """Hold it for longer, when it is due."""
        if self._since and (self._now() - self._since).total_seconds() > RENEW_S:
            self._take()

    def _take(self, seconds: float = LEASE_S) -> None:
        now = self._now()
        values = {"name": LEASE, "owner": self._owner, "now": now, "until": now + timedelta(seconds=seconds)}
        try:
            self._own.execute("take_lease", values)
        except QueryError as error:
            if "concurrent" not in str(error).lower():
                raise
        held = self._own.read("lease", {"name": LEASE}).to_pylist()
        if not held or held[0]["owner"] != self._owner:
            raise SourceError(
                "Another process refreshes this ledger now.",
                place=self._own.schema,
                remedy=f"Wait for it; if it died, its lease ends at {held[0]['until'] if held else 'once'}.",
            )
        self._since = now
