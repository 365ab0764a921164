"""Statements that run now, from the query history API: the tables learn of them an hour later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

LIVE = ("QUEUED", "STARTED", "COMPILING", "COMPILED", "RUNNING")
"""States of a statement that has not ended."""
PAGE = 100
MOST = 1_000
"""Statements that are read; when more run, `more` says so."""


@dataclass(frozen=True)
class LiveStatement:
    """A statement that runs, or waits to run."""

    statement_id: str
    warehouse_id: str | None
    who: str
    state: str
    """One of LIVE."""
    started_at: datetime | None
    text: str
    """As the API gives it: whoever shows it hides secrets, and texts from roles that may not read them."""
    statement_type: str = ""
    client_application: str = ""

    def seconds(self, now: datetime) -> float:
        """How long since it was sent."""
        return max((now - self.started_at).total_seconds(), 0.0) if self.started_at else 0.0


@dataclass(frozen=True)
class Live:
    """What runs now, as far as the identity may see it."""

    statements: tuple[LiveStatement, ...] = ()
    """Those sent first come first."""
    more: bool = False
    """More run than were read."""


def running_now(client: "WorkspaceClient", warehouse_ids: Sequence[str] = ()) -> Live:
    """All statements that have not ended, of these warehouses or of all.

    An identity without CAN_MONITOR or more on a warehouse sees its own statements there only.
    """
    with translated("see which statements run now"):
        found: list[LiveStatement] = []
        more = False
        for query in _pages(client, warehouse_ids):
            if len(found) == MOST:
                more = True
                break
            found.append(_statement(query))
    return Live(tuple(sorted(found, key=lambda one: one.started_at or datetime.max.replace(tzinfo=timezone.utc))), more)


def _pages(client: "WorkspaceClient", warehouse_ids: Sequence[str]) -> Iterator[Any]:
    from databricks.sdk.service.sql import QueryFilter, QueryStatus

    wanted = QueryFilter(warehouse_ids=list(warehouse_ids) or None, statuses=[QueryStatus(state) for state in LIVE])
    token = None
    while True:
        page = client.query_history.list(filter_by=wanted, max_results=PAGE, page_token=token)
        yield from page.res or []
        token = page.next_page_token if page.has_next_page else None
        if not token:
            return


def _statement(query: Any) -> LiveStatement:
    began = query.query_start_time_ms
    kind = getattr(query.statement_type, "value", query.statement_type)
    return LiveStatement(
        str(query.query_id or ""),
        query.warehouse_id or None,
        str(query.user_name or ""),
        str(getattr(query.status, "value", query.status) or ""),
        datetime.fromtimestamp(began / 1000, timezone.utc) if began else None,
        str(query.query_text or ""),
        str(kind or ""),
        str(query.client_application or ""),
    )
