"""Which SQL warehouse runs the queries, and why; the state of each, and what runs on it now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lib.errors import NotFound, SourceError
from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

DBU_PER_HOUR = {
    "2X-Small": 4, "X-Small": 6, "Small": 12, "Medium": 24, "Large": 40, "X-Large": 80, "2X-Large": 144,
    "3X-Large": 272, "4X-Large": 528, "5X-Large": 816,
}  # fmt: skip
"""DBUs an hour of one cluster of each size, as the vendor lists them."""


@dataclass(frozen=True)
class WarehouseInfo:
    """One SQL warehouse of the workspace."""

    id: str
    name: str
    state: str
    """RUNNING, STARTING, STOPPING, STOPPED, DELETING or DELETED."""
    serverless: bool
    size: str = ""
    auto_stop_minutes: int | None = None
    """None when it never stops by itself."""
    owner: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    clusters: int | None = None
    """How many run now."""
    sessions: int | None = None
    """Connections that are open now; None when the workspace does not say."""
    min_clusters: int | None = None
    max_clusters: int | None = None

    @property
    def running(self) -> bool:
        """Answers at once."""
        return self.state == "RUNNING"

    @property
    def dbu_per_hour(self) -> int | None:
        """What an hour of one cluster uses; None for a size we do not know."""
        return DBU_PER_HOUR.get(self.size)


@dataclass(frozen=True)
class Choice:
    """The warehouse that runs the queries, and why this one."""

    warehouse: WarehouseInfo
    reason: str
    others: int = 0
    """How many others there were to choose from."""


def choose(
    known: Iterable[WarehouseInfo], *, warehouse_id: str | None = None, warehouse_name: str | None = None
) -> Choice:
    """By id, else by name, else: running serverless, running, stopped serverless, any. Ties go by name, then id.

    A PRO warehouse without the serverless flag is not serverless. NotFound for an id or name that is not there.
    """
    listed = sorted((w for w in known if w.state not in ("DELETED", "DELETING")), key=lambda w: (w.name, w.id))
    for given, wanted, of in (("id", warehouse_id, "id"), ("name", warehouse_name, "name")):
        if wanted:
            found = next((w for w in listed if getattr(w, of) == wanted), None)
            if found is None:
                raise _unknown(given, wanted, listed)
            return Choice(found, f"set by {given}", len(listed) - 1)
    if not listed:
        raise SourceError(
            "There is no SQL warehouse that this identity may see.",
            remedy="Ask an administrator for CAN USE on one, or set LAKELEDGER_WAREHOUSE_ID.",
        )
    for reason, fits in _ORDER:
        for warehouse in listed:
            if fits(warehouse):
                return Choice(warehouse, reason, len(listed) - 1)
    return Choice(listed[0], "the only kind there is", len(listed) - 1)


_ORDER = (
    ("serverless and running", lambda w: w.serverless and w.running),
    ("running, and no serverless one runs", lambda w: w.running),
    ("serverless, which starts in seconds; none runs", lambda w: w.serverless),
    ("none runs and none is serverless", lambda w: True),
)


def _unknown(given: str, wanted: str, listed: list[WarehouseInfo]) -> NotFound:
    names = ", ".join(f"{w.name} ({w.id})" for w in listed[:8]) or "none"
    return NotFound(
        f"There is no SQL warehouse with the {given} {wanted!r}, or this identity may not see it.",
        place=f"LAKELEDGER_WAREHOUSE_{given.upper()}",
        remedy=f"Warehouses it sees: {names}.",
    )


def warehouses(client: "WorkspaceClient") -> tuple[WarehouseInfo, ...]:
    """All that the identity may see."""
    with translated("list the SQL warehouses"):
        return tuple(_info(found) for found in client.warehouses.list())


def warehouse(client: "WorkspaceClient", warehouse_id: str) -> WarehouseInfo:
    """One, as it is now. This asks the workspace, not the warehouse: it wakes nothing."""
    with translated("look at the SQL warehouse"):
        return _info(client.warehouses.get(warehouse_id))


@dataclass(frozen=True)
class RunningStatement:
    """A statement that runs, or waits to run, on a warehouse now."""

    statement_id: str
    who: str
    state: str


MOST_RUNNING = 100


def running_statements(client: "WorkspaceClient", warehouse_id: str) -> tuple[RunningStatement, ...]:
    """What runs or waits on a warehouse now, as the query history says it; at most `MOST_RUNNING`, the newest first.

    An identity without CAN_MONITOR or more on the warehouse sees its own statements only.
    """
    from databricks.sdk.service.sql import QueryFilter, QueryStatus

    live = [QueryStatus.QUEUED, QueryStatus.STARTED, QueryStatus.COMPILING, QueryStatus.COMPILED, QueryStatus.RUNNING]
    wanted = QueryFilter(warehouse_ids=[warehouse_id], statuses=live)
    with translated("see what runs on the SQL warehouse"):
        found = client.query_history.list(filter_by=wanted, max_results=MOST_RUNNING)
    return tuple(
        RunningStatement(
            str(query.query_id or ""),
            str(query.user_name or ""),
            str(getattr(query.status, "value", query.status) or ""),
        )
        for query in found.res or []
        if query.warehouse_id in (None, warehouse_id)
    )


def _info(found: object) -> WarehouseInfo:
    minutes = getattr(found, "auto_stop_mins", None)
    state = getattr(found, "state", None)
    tags = getattr(getattr(found, "tags", None), "custom_tags", None) or []
    return WarehouseInfo(
        id=str(getattr(found, "id", "") or ""),
        name=str(getattr(found, "name", "") or ""),
        state=str(getattr(state, "value", state) or "UNKNOWN"),
        serverless=bool(getattr(found, "enable_serverless_compute", False)),
        size=str(getattr(found, "cluster_size", "") or ""),
        auto_stop_minutes=int(minutes) if minutes else None,
        owner=str(getattr(found, "creator_name", "") or ""),
        tags={str(tag.key): str(tag.value or "") for tag in tags if tag.key},
        clusters=getattr(found, "num_clusters", None),
        sessions=getattr(found, "num_active_sessions", None),
        min_clusters=getattr(found, "min_num_clusters", None),
        max_clusters=getattr(found, "max_num_clusters", None),
    )
