"""Clusters, pools, runs and node types of the workspace, as our own values. Reads only; `acts.py` has what changes.

Values of environment variables are dropped here, at the door, and so are settings that hold a secret: what nobody holds
nobody can show.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

PAGE = 100
HIDDEN = "hidden"
_SECRET = re.compile(r"secret|password|passwd|token|credential|private|sas\.|account\.key|access\.?key", re.IGNORECASE)
_REFERENCE = re.compile(r"^\{\{secrets/[^}]*\}\}$")


@dataclass(frozen=True)
class LiveCluster:
    """One cluster as the workspace has it now. Times are UTC."""

    cluster_id: str
    name: str
    state: str
    """RUNNING, PENDING, RESTARTING, RESIZING, TERMINATING, TERMINATED, ERROR or UNKNOWN."""
    state_message: str = ""
    source: str = ""
    """UI and API are made by people; JOB, PIPELINE and others by the platform."""
    owner: str = ""
    started_at: datetime | None = None
    restarted_at: datetime | None = None
    terminated_at: datetime | None = None
    reason: "Reason | None" = None
    driver_node_type: str = ""
    node_type: str = ""
    workers: int = 0
    min_workers: int | None = None
    max_workers: int | None = None
    auto_stop_minutes: int = 0
    """0: never."""
    runtime: str = ""
    photon: bool = False
    access_mode: str = ""
    single_user: str = ""
    policy_id: str = ""
    pool_id: str = ""
    driver_pool_id: str = ""
    availability: str = ""
    first_on_demand: int | None = None
    elastic_disk: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    platform_tags: Mapping[str, str] = field(default_factory=dict)
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    """Values that are, or may be, secrets read `hidden`."""
    environment: tuple[str, ...] = ()
    """Names of the environment variables; their values are not kept."""
    init_scripts: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What policies are checked against: the configuration under the API's own names, without secrets."""

    @property
    def id(self) -> str:
        """The same as `cluster_id`: what all kinds of compute call it."""
        return self.cluster_id

    @property
    def active(self) -> bool:
        """Whether it costs money now."""
        return self.state in ("RUNNING", "PENDING", "RESTARTING", "RESIZING", "TERMINATING", "ERROR")


@dataclass(frozen=True)
class Reason:
    """Why a cluster ended."""

    code: str
    kind: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClusterEvent:
    """One line of a cluster's own log."""

    at: datetime
    kind: str
    who: str = ""
    cause: str = ""
    workers: int | None = None
    wanted_workers: int | None = None
    reason: Reason | None = None
    message: str = ""


@dataclass(frozen=True)
class Pool:
    """One instance pool, with how many of its machines do what now."""

    pool_id: str
    name: str
    node_type: str
    min_idle: int
    idle_now: int
    used_now: int


@dataclass(frozen=True)
class ActiveRun:
    """One job run that goes on now, with the clusters its tasks are on."""

    job_id: str
    run_id: str
    name: str
    started_at: datetime | None
    clusters: frozenset[str]


@dataclass(frozen=True)
class NodeType:
    """One machine size that this workspace offers."""

    node_type: str
    cores: float
    memory_mb: int
    gpus: int = 0


def clusters(
    client: "WorkspaceClient", *, states: Iterable[str] = (), sources: Iterable[str] = ()
) -> list[LiveCluster]:
    """All clusters the identity may see, page by page."""
    from databricks.sdk.service import compute

    wanted, made_by = tuple(states), tuple(sources)
    with translated("list the clusters"):
        narrowed = (
            compute.ListClustersFilterBy(
                cluster_states=[compute.State(state) for state in wanted] or None,
                cluster_sources=[compute.ClusterSource(source) for source in made_by] or None,
            )
            if wanted or made_by
            else None
        )
        return [_cluster(found) for found in client.clusters.list(filter_by=narrowed, page_size=PAGE)]


def cluster(client: "WorkspaceClient", cluster_id: str) -> LiveCluster:
    """One, as it is now; NotFound when it is gone."""
    with translated("look at the cluster"):
        return _cluster(client.clusters.get(cluster_id))


def events(client: "WorkspaceClient", cluster_id: str, newest: int = 200) -> list[ClusterEvent]:
    """The newest events, newest first."""
    with translated("read the cluster's events"):
        found: list[ClusterEvent] = []
        for event in client.clusters.events(cluster_id, limit=min(newest, 500)):
            found.append(_event(event))
            if len(found) >= newest:
                break
        return found


def pools(client: "WorkspaceClient") -> list[Pool]:
    """All instance pools the identity may see."""
    with translated("list the instance pools"):
        return [
            Pool(
                str(p.instance_pool_id or ""),
                str(p.instance_pool_name or ""),
                str(p.node_type_id or ""),
                int(p.min_idle_instances or 0),
                int((p.stats and p.stats.idle_count) or 0),
                int((p.stats and p.stats.used_count) or 0),
            )
            for p in client.instance_pools.list()
        ]


def active_runs(client: "WorkspaceClient") -> list[ActiveRun]:
    """Job runs that go on now; empty clusters where the platform does not say which."""
    with translated("list the job runs that go on"):
        found = []
        for run in client.jobs.list_runs(active_only=True, expand_tasks=True, limit=25):
            on = [run.cluster_instance, *(task.cluster_instance for task in run.tasks or [])]
            named = {c.cluster_id for c in on if c is not None and c.cluster_id}
            named |= {task.existing_cluster_id for task in run.tasks or [] if task.existing_cluster_id}
            found.append(
                ActiveRun(
                    str(run.job_id or ""), str(run.run_id or ""), str(run.run_name or ""), _at(run.start_time),
                    frozenset(named),
                )
            )  # fmt: skip
        return found


def node_types(client: "WorkspaceClient") -> list[NodeType]:
    """Machine sizes the workspace offers."""
    with translated("list the node types"):
        listed = client.clusters.list_node_types().node_types or []
        return [NodeType(n.node_type_id, float(n.num_cores), int(n.memory_mb), int(n.num_gpus or 0)) for n in listed]


def safe_conf(conf: Mapping[str, str] | None) -> dict[str, str]:
    """Spark settings without what is, or may be, a secret; references into a secret scope stay: they say only where.

    >>> safe_conf({"spark.x.password": "p", "spark.y": "1", "spark.z.token": "{{secrets/s/k}}"})
    {'spark.x.password': 'hidden', 'spark.y': '1', 'spark.z.token': '{{secrets/s/k}}'}
    """
    return {
        key: value if not _SECRET.search(key) or _REFERENCE.match(value or "") else HIDDEN
        for key, value in sorted((conf or {}).items())
    }


def _cluster(c: Any) -> LiveCluster:
    cloud = c.aws_attributes or c.azure_attributes or c.gcp_attributes
    return LiveCluster(
        cluster_id=str(c.cluster_id or ""),
        name=str(c.cluster_name or c.cluster_id or ""),
        state=_name(c.state) or "UNKNOWN",
        state_message=str(c.state_message or ""),
        source=_name(c.cluster_source),
        owner=str(c.creator_user_name or ""),
        started_at=_at(c.start_time),
        restarted_at=_at(c.last_restarted_time),
        terminated_at=_at(c.terminated_time),
        reason=_reason(c.termination_reason),
        driver_node_type=str(c.driver_node_type_id or c.node_type_id or ""),
        node_type=str(c.node_type_id or ""),
        workers=int(c.num_workers or 0),
        min_workers=c.autoscale.min_workers if c.autoscale else None,
        max_workers=c.autoscale.max_workers if c.autoscale else None,
        auto_stop_minutes=int(c.autotermination_minutes or 0),
        runtime=str(c.spark_version or ""),
        photon=_name(c.runtime_engine) == "PHOTON" or "-photon" in str(c.spark_version or ""),
        access_mode=_name(c.data_security_mode),
        single_user=str(c.single_user_name or ""),
        policy_id=str(c.policy_id or ""),
        pool_id=str(c.instance_pool_id or ""),
        driver_pool_id=str(c.driver_instance_pool_id or ""),
        availability=_name(getattr(cloud, "availability", None)),
        first_on_demand=getattr(cloud, "first_on_demand", None),
        elastic_disk=bool(c.enable_elastic_disk),
        tags=dict(c.custom_tags or {}),
        platform_tags=dict(c.default_tags or {}),
        spark_conf=safe_conf(c.spark_conf),
        environment=tuple(sorted(c.spark_env_vars or {})),
        init_scripts=tuple(_script(script) for script in c.init_scripts or []),
        attributes=_attributes(c),
    )


def _attributes(c: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {k: v for k, v in c.as_dict().items() if k not in ("spark_env_vars", "docker_image")}
    plain["spark_conf"] = safe_conf(c.spark_conf)
    return plain


def _event(event: Any) -> ClusterEvent:
    details = event.details
    size = details.cluster_size if details else None
    return ClusterEvent(
        at=_at(event.timestamp) or datetime.fromtimestamp(0, timezone.utc),
        kind=_name(event.type),
        who=str((details and details.user) or ""),
        cause=_name(details.cause) if details else "",
        workers=(details.current_num_workers if details else None) or (size.num_workers if size else None),
        wanted_workers=details.target_num_workers if details else None,
        reason=_reason(details.reason) if details else None,
        message=str((details and details.driver_state_message) or ""),
    )


def _reason(reason: Any) -> Reason | None:
    if reason is None or reason.code is None:
        return None
    return Reason(_name(reason.code), _name(reason.type), dict(reason.parameters or {}))


def _script(script: Any) -> str:
    for kind in ("volumes", "workspace", "dbfs", "s3", "abfss", "gcs", "file"):
        place = getattr(script, kind, None)
        if place is not None:
            return str(place.destination)
    return ""


def _name(value: Any) -> str:
    return str(getattr(value, "value", value) or "")


def _at(millis: int | None) -> datetime | None:
    return datetime.fromtimestamp(millis / 1000, timezone.utc) if millis else None
