"""Clusters of the loopback workspace: list, get, events, start, terminate, restart, node types, runtimes.

The state machine is strict: what a state does not allow is INVALID_STATE. Deleting for good does not exist here either.
A transition takes the option `cold_start_s`; it is settled whenever somebody looks.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from lib.demo.workspace.account import Account
from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import Refusal, invalid
from lib.demo.workspace.state import APP, WORKSPACE_ID, Identity, State

GOING = {"PENDING": "RUNNING", "RESTARTING": "RUNNING", "RESIZING": "RUNNING", "TERMINATING": "TERMINATED"}
"""State on the way → where it leads."""
PAGE = 20
MOST = 100
RUNNING_NOW = 4
JOB_CLUSTERS = 12
"""Newest job clusters that a new workspace still knows, as the real list has those of the last weeks."""
SECRET = "dose0000secret0000of0the0demo"
"""An environment variable of one cluster: whoever shows it has a fault."""


def seed(state: State) -> None:
    """The account's clusters of this workspace.

    Tables end hours ago: the four that are started most often have been started since, as on any working day.
    """
    if state.account is None:
        return
    clusters = state.things("clusters")
    rows = _rows(state.account)
    often = sorted(rows, key=lambda row: (-(row["starts"] or 0), row["cluster_id"]))[:RUNNING_NOW]
    for row in rows:
        cluster = _cluster(row, state.now_ms(), up=row in often)
        clusters[cluster["cluster_id"]] = cluster
        acl = state.acl("clusters", cluster["cluster_id"])
        acl[APP] = "CAN_MANAGE"
        if row["cluster_source"] in ("UI", "API"):
            if row["owned_by"] in state.people:
                acl[row["owned_by"]] = "CAN_MANAGE"
            acl["data-platform"] = "CAN_RESTART"
            acl["finance-analytics"] = "CAN_ATTACH_TO"
    state.things("node_types").update({row["node_type"]: row for row in _node_types(state.account)})
    state.things("events").update({key: _past_events(cluster, state) for key, cluster in clusters.items()})


def _rows(account: Account) -> list[dict[str, Any]]:
    """Newest version of each, with its newest node minute: all-purpose clusters, and the newest job clusters."""
    return account.rows(
        """
        WITH seen AS (
          SELECT cluster_id, max(end_time) AS seen_until
          FROM account.compute.node_timeline WHERE workspace_id = $workspace GROUP BY cluster_id
        ), newest AS (SELECT max(seen_until) AS newest FROM seen),
        versions AS (
          SELECT * FROM account.compute.clusters WHERE workspace_id = $workspace
          QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY change_time DESC) = 1
        ), last_start AS (
          SELECT request_params['cluster_id'] AS cluster_id, max(event_time) AS started,
            count(*) FILTER (event_time > (SELECT newest FROM newest) - INTERVAL 30 DAY) AS starts,
            arg_max(user_identity.email, event_time) AS started_by
          FROM account.access.audit WHERE service_name = 'clusters' AND action_name = 'start' GROUP BY 1
        )
        SELECT v.*, epoch_ms(s.seen_until) AS seen_until_ms, epoch_ms(l.started) AS started_ms, l.started_by, l.starts,
          epoch_ms(v.create_time) AS created_ms, epoch_ms(v.delete_time) AS deleted_ms
        FROM versions AS v LEFT JOIN seen AS s USING (cluster_id) LEFT JOIN last_start AS l USING (cluster_id)
        WHERE v.cluster_source IN ('UI', 'API') AND v.delete_time IS NULL
          OR v.cluster_source = 'JOB' AND v.cluster_id IN (
            SELECT cluster_id FROM versions WHERE cluster_source = 'JOB' ORDER BY change_time DESC, cluster_id LIMIT $jobs)
        ORDER BY v.cluster_name, v.cluster_id
        """,
        workspace=WORKSPACE_ID,
        jobs=JOB_CLUSTERS,
    )


def _node_types(account: Account) -> list[dict[str, Any]]:
    return account.rows(
        "SELECT node_type, max(core_count) AS cores, max(memory_mb) AS memory_mb, max(gpu_count) AS gpus"
        " FROM account.compute.node_types WHERE node_type NOT LIKE 'Standard%' AND node_type NOT LIKE 'n_-%'"
        " GROUP BY node_type ORDER BY node_type"
    )


def _cluster(row: Mapping[str, Any], now_ms: int, *, up: bool) -> dict[str, Any]:
    runtime, photon = row["dbr_version"].replace("-photon", ""), "-photon" in row["dbr_version"]
    started = now_ms - 3 * 3_600_000 if up else row["started_ms"] or row["created_ms"]
    ended = row["seen_until_ms"] or row["deleted_ms"] or row["created_ms"]
    idle_stop = row["auto_termination_minutes"] or 0
    cluster: dict[str, Any] = {
        "cluster_id": row["cluster_id"],
        "cluster_name": row["cluster_name"],
        "spark_version": runtime,
        "runtime_engine": "PHOTON" if photon else "STANDARD",
        "node_type_id": row["worker_node_type"],
        "driver_node_type_id": row["driver_node_type"],
        "autotermination_minutes": idle_stop,
        "cluster_source": row["cluster_source"],
        "creator_user_name": row["owned_by"],
        "custom_tags": dict(row["tags"] or []),
        "default_tags": {
            "Vendor": "Databricks",
            "Creator": row["owned_by"],
            "ClusterName": row["cluster_name"],
            "ClusterId": row["cluster_id"],
        },
        "data_security_mode": row["data_security_mode"],
        "enable_elastic_disk": row["enable_elastic_disk"],
        "spark_conf": {"spark.databricks.delta.preview.enabled": "true"},
        "spark_env_vars": {"PYSPARK_PYTHON": "/databricks/python3/bin/python3"},
        "init_scripts": [{"volumes": {"destination": path}} for path in row["init_scripts"] or []],
        "start_time": started,
        "last_restarted_time": started,
        "state": "RUNNING" if up else "TERMINATED",
        "state_message": "" if up else _inactive(idle_stop) if row["cluster_source"] != "JOB" else "The job ended.",
    }
    if row["policy_id"]:
        cluster["policy_id"] = row["policy_id"]
    if row["aws_attributes"]:
        cluster["aws_attributes"] = {k: v for k, v in row["aws_attributes"].items() if v is not None}
    if row["worker_instance_pool_id"]:
        cluster["instance_pool_id"] = row["worker_instance_pool_id"]
        cluster["driver_instance_pool_id"] = row["driver_instance_pool_id"]
    if row["data_security_mode"] == "SINGLE_USER":
        cluster["single_user_name"] = row["owned_by"]
    if row["max_autoscale_workers"]:
        cluster["autoscale"] = {
            "min_workers": row["min_autoscale_workers"], "max_workers": row["max_autoscale_workers"],
        }  # fmt: skip
        cluster["num_workers"] = row["min_autoscale_workers"]
    else:
        cluster["num_workers"] = row["worker_count"] or 0
    if row["cluster_name"] == "shared-etl":
        cluster["spark_env_vars"]["WAREHOUSE_PASSWORD"] = SECRET
        cluster["spark_conf"]["spark.hadoop.fs.s3a.secret.key"] = SECRET
    if not up:
        cluster["terminated_time"] = min(ended, now_ms)
        code = "INACTIVITY" if row["cluster_source"] != "JOB" else "JOB_FINISHED"
        cluster["termination_reason"] = {"code": code, "type": "SUCCESS"}
        if code == "INACTIVITY":
            cluster["termination_reason"]["parameters"] = {"inactivity_duration_min": str(idle_stop)}
    cluster["_started_by"] = row["started_by"] or row["owned_by"]
    return cluster


def _inactive(minutes: int) -> str:
    return f"Inactive cluster terminated (inactive for {minutes} minutes)."


# ── the state machine ───────────────────────────────────────────────────────────────────────────────────────────────


def settled(state: State, cluster: dict[str, Any]) -> dict[str, Any]:
    """The cluster as it is now: a transition whose time has come is over."""
    with state.lock:
        due = cluster.get("_until_ms")
        if due is not None and due <= state.now_ms():
            cluster.pop("_until_ms")
            cluster["state"] = GOING[cluster["state"]]
            cluster["state_message"] = ""
            if cluster["state"] == "RUNNING":
                cluster["last_restarted_time"] = due
                cluster.setdefault("start_time", due)
                add_event(state, cluster, "RUNNING", due, current_num_workers=cluster["num_workers"])
                add_event(state, cluster, "DRIVER_HEALTHY", due + 1)
            else:
                cluster["terminated_time"] = due
    return cluster


def find(request: Request, state: State) -> dict[str, Any]:
    """The cluster a request names, settled; the service's own words when there is none."""
    id_ = request.need("cluster_id")
    cluster = state.things("clusters").get(id_)
    if cluster is None:
        raise invalid(f"Cluster {id_} does not exist")
    return settled(state, cluster)


def shown(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """What goes over the wire."""
    return {name: value for name, value in cluster.items() if not name.startswith("_")}


def unexpected(cluster: Mapping[str, Any]) -> Refusal:
    """What the service says when a state does not allow a call."""
    return Refusal(
        400,
        "INVALID_STATE",
        f"Cluster {cluster['cluster_id']} is in unexpected state {str(cluster['state']).capitalize()}.",
    )


def move(state: State, cluster: dict[str, Any], to: str) -> None:
    """Begin a transition."""
    cluster["state"] = to
    cluster["_until_ms"] = state.now_ms() + int(1000 * float(state.options["cold_start_s"]))


def start(request: Request, state: State) -> Reply:
    """From TERMINATED only."""
    request.body_of({"cluster_id": str}, ["cluster_id"])
    cluster = _to_act_on(request, state)
    if cluster["state"] != "TERMINATED":
        raise unexpected(cluster)
    move(state, cluster, "PENDING")
    cluster["state_message"] = "Finding instances for new nodes, acquiring more instances if necessary"
    cluster["start_time"] = state.now_ms()
    cluster["_started_by"] = request.who.name
    for gone in ("terminated_time", "termination_reason"):
        cluster.pop(gone, None)
    add_event(state, cluster, "STARTING", state.now_ms(), user=request.who.name)
    return ok()


def terminate(request: Request, state: State) -> Reply:
    """Stops it; one that is stopped, or stopping, is left as it is."""
    request.body_of({"cluster_id": str}, ["cluster_id"])
    cluster = _to_act_on(request, state)
    if cluster["state"] in ("TERMINATED", "TERMINATING"):
        return ok()
    move(state, cluster, "TERMINATING")
    reason = {"code": "USER_REQUEST", "type": "SUCCESS", "parameters": {"username": request.who.name}}
    cluster["termination_reason"] = reason
    add_event(state, cluster, "TERMINATING", state.now_ms(), user=request.who.name, reason=reason)
    return ok()


def restart(request: Request, state: State) -> Reply:
    """From RUNNING only."""
    request.body_of({"cluster_id": str, "restart_user": str}, ["cluster_id"])
    cluster = _to_act_on(request, state)
    if cluster["state"] != "RUNNING":
        raise unexpected(cluster)
    move(state, cluster, "RESTARTING")
    add_event(state, cluster, "RESTARTING", state.now_ms(), user=request.who.name)
    return ok()


def _to_act_on(request: Request, state: State) -> dict[str, Any]:
    cluster = find(request, state)
    state.require(request.who, "clusters", cluster["cluster_id"], "CAN_RESTART")
    return cluster


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def visible(state: State, who: Identity) -> list[dict[str, Any]]:
    """Clusters that somebody may see, settled, by name."""
    with state.lock:
        every = list(state.things("clusters").values())
        return sorted(
            (settled(state, c) for c in every if state.can(who, "clusters", c["cluster_id"], "CAN_ATTACH_TO")),
            key=lambda c: (c["cluster_name"], c["cluster_id"]),
        )


def list_(request: Request, state: State) -> Reply:
    """A page of clusters."""
    states = request.query_list("filter_by.cluster_states")
    sources = request.query_list("filter_by.cluster_sources")
    policy = request.query.get("filter_by.policy_id")
    found = [
        c
        for c in visible(state, request.who)
        if (not states or c["state"] in states)
        and (not sources or c["cluster_source"] in sources)
        and (not policy or c.get("policy_id") == policy)
    ]
    size = int(request.query.get("page_size") or PAGE)
    if not 1 <= size <= MOST:
        raise invalid(f"page_size must be between 1 and {MOST}")
    begin = _position(request.query.get("page_token"))
    answer: dict[str, Any] = {"clusters": [shown(c) for c in found[begin : begin + size]]}
    if begin + size < len(found):
        answer["next_page_token"] = _token(begin + size)
    return ok(answer)


def get(request: Request, state: State) -> Reply:
    """One cluster."""
    cluster = find(request, state)
    state.require(request.who, "clusters", cluster["cluster_id"], "CAN_ATTACH_TO")
    return ok(shown(cluster))


def events(request: Request, state: State) -> Reply:
    """A page of events, newest first unless asked otherwise."""
    said = request.body_of(
        {
            "cluster_id": str, "end_time": int, "start_time": int, "event_types": list, "limit": int, "offset": int,
            "order": str, "page_size": int, "page_token": str,
        },
        ["cluster_id"],
    )  # fmt: skip
    cluster = find(request, state)
    state.require(request.who, "clusters", cluster["cluster_id"], "CAN_ATTACH_TO")
    limit, offset = said.get("limit") or 50, said.get("offset") or 0
    if not 1 <= limit <= 500:
        raise invalid("limit must be between 1 and 500")
    found = [
        event
        for event in state.things("events").get(cluster["cluster_id"], [])
        if (not said.get("event_types") or event["type"] in said["event_types"])
        and event["timestamp"] >= (said.get("start_time") or 0)
        and event["timestamp"] <= (said.get("end_time") or 2**62)
    ]
    found.sort(key=lambda event: event["timestamp"], reverse=said.get("order", "DESC") != "ASC")
    answer: dict[str, Any] = {"events": found[offset : offset + limit], "total_count": len(found)}
    if offset + limit < len(found):
        answer["next_page"] = {**said, "limit": limit, "offset": offset + limit}
    return ok(answer)


def node_types(request: Request, state: State) -> Reply:
    """What a cluster can be made of."""
    return ok(
        {
            "node_types": [
                {
                    "node_type_id": name,
                    "instance_type_id": name,
                    "num_cores": row["cores"],
                    "memory_mb": row["memory_mb"],
                    "num_gpus": row["gpus"] or 0,
                    "description": name,
                    "category": "GPU accelerated" if row["gpus"] else "General purpose",
                }
                for name, row in sorted(state.things("node_types").items())
            ]
        }
    )


def runtimes(request: Request, state: State) -> Reply:
    """Runtimes a cluster can have."""
    keys = ("13.3.x-scala2.12", "14.3.x-scala2.12", "15.4.x-scala2.12", "16.4.x-scala2.12", "17.3.x-scala2.13")
    return ok({"versions": [{"key": key, "name": f"{key.split('.x')[0]} LTS"} for key in keys]})


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def add_event(state: State, cluster: Mapping[str, Any], type_: str, at_ms: int, **details: Any) -> None:
    """Write an event into a cluster's log."""
    log = state.things("events").setdefault(cluster["cluster_id"], [])
    log.append(_event(cluster["cluster_id"], type_, at_ms, **details))
    del log[:-500]


def _event(cluster_id: str, type_: str, at_ms: int, **details: Any) -> dict[str, Any]:
    return {"cluster_id": cluster_id, "timestamp": at_ms, "type": type_, "details": details}


def _past_events(cluster: Mapping[str, Any], state: State) -> list[dict[str, Any]]:
    """What its last days must have looked like: sessions as the audit log starts them, ended by inactivity."""
    if state.account is None or cluster["cluster_source"] == "JOB":
        return []
    rows = state.account.rows(
        """
        SELECT epoch_ms(event_time) AS at_ms, action_name, user_identity.email AS who FROM account.access.audit
        WHERE service_name = 'clusters' AND request_params['cluster_id'] = $cluster AND action_name IN ('start', 'edit')
        ORDER BY event_time DESC LIMIT 24
        """,
        cluster=cluster["cluster_id"],
    )
    id_, workers = cluster["cluster_id"], cluster["num_workers"]
    log: list[dict[str, Any]] = []
    if cluster["state"] == "RUNNING":
        rows.append({"at_ms": cluster["start_time"], "action_name": "start", "who": cluster["_started_by"]})
    starts = sorted(row["at_ms"] for row in rows if row["action_name"] == "start")
    for row in sorted(rows, key=lambda row: row["at_ms"]):
        at = row["at_ms"]
        if row["action_name"] == "edit":
            log.append(_event(id_, "EDITED", at, user=row["who"]))
            continue
        log += [
            _event(id_, "STARTING", at, user=row["who"]),
            _event(id_, "RUNNING", at + 240_000, current_num_workers=workers),
            _event(id_, "DRIVER_HEALTHY", at + 245_000),
        ]
        position = starts.index(at)
        if "autoscale" in cluster and position % 2:
            most = cluster["autoscale"]["max_workers"]
            log += [
                _event(id_, "RESIZING", at + 1_800_000, current_num_workers=workers, target_num_workers=most, cause="AUTOSCALE"),
                _event(id_, "UPSIZE_COMPLETED", at + 1_980_000, current_num_workers=most, target_num_workers=most),
            ]  # fmt: skip
        if position % 9 == 4:
            log.append(_event(id_, "DRIVER_NOT_RESPONDING", at + 3_000_000, driver_state_message="GC pause"))
            log.append(_event(id_, "DRIVER_HEALTHY", at + 3_120_000))
        if position % 7 == 3:
            lost = {"code": "SPOT_INSTANCE_TERMINATION", "type": "CLOUD_FAILURE"}
            log.append(_event(id_, "NODES_LOST", at + 3_600_000, current_num_workers=max(workers - 1, 0), reason=lost))
        after = starts[position + 1] if position + 1 < len(starts) else None
        if after or cluster["state"] == "TERMINATED":
            ended = (
                min(after - 3_600_000, at + 5 * 3_600_000) if after else cluster.get("terminated_time", at + 7_200_000)
            )
            idle = {"inactivity_duration_min": str(cluster["autotermination_minutes"])}
            reason = {"code": "INACTIVITY", "type": "SUCCESS", "parameters": idle}
            log.append(_event(id_, "TERMINATING", max(ended, at + 300_000), reason=reason))
    return sorted(log, key=lambda event: event["timestamp"])


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"from": position}).encode()).decode()


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token))["from"])
    except (ValueError, KeyError, TypeError) as error:
        raise invalid("Invalid page token") from error


API = r"/api/2\.[01]/clusters/"
ROUTES = (
    Route("GET", API + "list", list_),
    Route("GET", API + "get", get),
    Route("POST", API + "events", events),
    Route("POST", API + "start", start),
    Route("POST", API + "delete", terminate),
    Route("POST", API + "restart", restart),
    Route("GET", API + "list-node-types", node_types),
    Route("GET", API + "spark-versions", runtimes),
)
