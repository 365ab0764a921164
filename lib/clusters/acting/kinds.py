"""What can be acted on, clusters and SQL warehouses: what each takes, how it is looked at, and what an end of it breaks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from lib.clusters import states
from lib.clusters.states import Act
from lib.spend import formatting
from lib.workspace import acts, compute
from lib.workspace import warehouses as live_warehouses
from lib.workspace.compute import LiveCluster
from lib.workspace.warehouses import WarehouseInfo

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

LEVELS = frozenset({"CAN_RESTART", "CAN_MANAGE"})
"""What a person needs on a cluster to start, stop or restart it."""
VERBS: dict[Act, tuple[str, Callable[["WorkspaceClient", str], None]]] = {
    "start": ("start", acts.start_cluster),
    "stop": ("stop", acts.stop_cluster),
    "restart": ("restart", acts.restart_cluster),
}
WAREHOUSE_LEVELS: dict[Act, frozenset[str]] = {
    "start": frozenset({"CAN_USE", "IS_OWNER", "CAN_MANAGE"}),
    "stop": frozenset({"IS_OWNER", "CAN_MANAGE"}),
}
"""What a person needs on a SQL warehouse. The vendor's table of abilities gives starting to CAN_USE, owners and CAN_MANAGE
(a statement starts a stopped one anyway), and stopping, which ends what others run, to owners and CAN_MANAGE alone.
CAN_VIEW and CAN_MONITOR by themselves do neither here."""
WAREHOUSE_VERBS: dict[Act, tuple[str, Callable[["WorkspaceClient", str], None]]] = {
    "start": ("start", acts.start_warehouse),
    "stop": ("stop", acts.stop_warehouse),
}


class Compute(Protocol):
    """What acting needs to know of a cluster or a warehouse."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def owner(self) -> str: ...  # noqa: D102
    @property
    def tags(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def auto_stop_minutes(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True)
class Activity:
    """What the tables know of people on it lately."""

    people: tuple[str, ...] = ()
    known_until: datetime | None = None
    """How far the log goes; None when it was not read."""
    notebooks: tuple[tuple[str, datetime], ...] = ()
    """Notebooks that are attached, with when they were attached."""
    unknown: str = ""
    """Why the log was not read, where that is not for want of the table."""


@dataclass(frozen=True)
class Kind:
    """What is different between the kinds of compute that can be acted on."""

    rules: states.Rules
    object_type: str
    """What events call it, and the permissions API in the plural."""
    levels: Mapping[Act, frozenset[str]]
    """What a person needs on it for each act."""
    verbs: Mapping[Act, tuple[str, Callable[["WorkspaceClient", str], None]]]
    look: Callable[["WorkspaceClient", str], Compute]
    work: Callable[["WorkspaceClient", str], Sequence[str]]
    """What goes on it now that an end of it would break, by name."""
    breaks: Callable[[Sequence[str]], str]
    """Says that this work will be lost."""
    work_words: str
    loses: Callable[[Any, Activity], str]
    """What is lost beside the work."""
    log: str
    """The log that tells who was active on it."""
    stays: str
    quiet: str = ""
    """Says that nothing goes on, where that can be known for sure; empty: it is not said."""

    @property
    def noun(self) -> str:
        """What people call it."""
        return self.rules.noun


def _runs(client: "WorkspaceClient", cluster_id: str) -> list[str]:
    return [run.name or run.job_id for run in compute.active_runs(client) if cluster_id in run.clusters]


def _runs_break(names: Sequence[str]) -> str:
    return f"{formatting.plural(len(names), 'job run')} on it will fail: {', '.join(names[:5])}."


def _statements(client: "WorkspaceClient", warehouse_id: str) -> list[str]:
    return [running.who for running in live_warehouses.running_statements(client, warehouse_id)]


def _statements_break(names: Sequence[str]) -> str:
    most = "at least " if len(names) >= live_warehouses.MOST_RUNNING else ""
    people = sorted({name or "somebody" for name in names})
    said = f"{most}{formatting.plural(len(names), 'statement')} on it will fail, of {', '.join(people[:5])}."
    return said[0].upper() + said[1:]


def _notebooks(cluster: LiveCluster, seen: Activity) -> str:
    lost = "Attached notebooks lose their state"
    if seen.known_until is None:
        return f"{lost}; which are attached is not assessed: {seen.unknown or 'the audit log was not loaded'}."
    since = cluster.restarted_at or cluster.started_at
    names = [name for name, at in seen.notebooks if since is None or at >= since]
    until = f"{seen.known_until:%d %b %H:%M} UTC"
    if not names:
        return f"{lost}; the audit log, to {until}, names none that was attached since its start."
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    said = (
        f"{formatting.plural(len(names), 'attached notebook')} will lose {'its' if len(names) == 1 else 'their'} state"
    )
    return f"{said}: {', '.join(names[:5])}{more} (by the audit log, to {until})."


def _sessions(warehouse: WarehouseInfo, _: Activity) -> str:
    if warehouse.sessions is None:
        return "Open sessions end with their temporary tables; how many there are the workspace does not say."
    if not warehouse.sessions:
        return "No session is open on it."
    return f"{formatting.plural(warehouse.sessions, 'open session')} will end, temporary tables included."


CLUSTERS = Kind(
    states.CLUSTER, "cluster", dict.fromkeys(states.ACTS, LEVELS), VERBS, compute.cluster, _runs, _runs_break,
    "Which job runs are on it",
    _notebooks,
    "audit log", "Its configuration stays, and it can be started again.",
)  # fmt: skip
WAREHOUSES = Kind(
    states.WAREHOUSE, "warehouse", WAREHOUSE_LEVELS, WAREHOUSE_VERBS, live_warehouses.warehouse, _statements,
    _statements_break, "Which statements run on it", _sessions, "query history",
    "It keeps its settings, and the next statement that somebody sends to it starts it again.",
    "No statement runs on it now.",
)  # fmt: skip
