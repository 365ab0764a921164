"""Instance pools of the loopback workspace: list and get, as the account's tables have them."""

from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import not_found
from lib.demo.workspace.state import APP, WORKSPACE_ID, State


def seed(state: State) -> None:
    """The pools of this workspace, with as many machines as they keep ready."""
    if state.account is None:
        return
    rows = state.account.rows(
        "SELECT * FROM account.compute.instance_pools WHERE workspace_id = $workspace"
        " QUALIFY row_number() OVER (PARTITION BY instance_pool_id ORDER BY change_time DESC) = 1",
        workspace=WORKSPACE_ID,
    )
    for row in rows:
        id_ = row["instance_pool_id"]
        state.things("pools")[id_] = {
            "instance_pool_id": id_,
            "instance_pool_name": row["instance_pool_name"],
            "node_type_id": row["node_type"],
            "min_idle_instances": row["min_idle_instances"],
            "max_capacity": row["max_capacity"],
            "idle_instance_autotermination_minutes": row["idle_instance_autotermination_minutes"],
            "enable_elastic_disk": row["enable_elastic_disk"],
            "custom_tags": dict(row["tags"] or []),
            "preloaded_spark_versions": [row["preloaded_spark_version"]],
            "state": "ACTIVE",
            "stats": {
                "used_count": 0, "idle_count": row["min_idle_instances"], "pending_used_count": 0, "pending_idle_count": 0,
            },
        }  # fmt: skip
        state.acl("instance-pools", id_)[APP] = "CAN_MANAGE"


def list_(request: Request, state: State) -> Reply:
    """All that the caller may see."""
    found: list[dict[str, Any]] = [
        pool
        for id_, pool in sorted(state.things("pools").items())
        if state.can(request.who, "instance-pools", id_, "CAN_ATTACH_TO")
    ]
    return ok({"instance_pools": found})


def get(request: Request, state: State) -> Reply:
    """One pool."""
    id_ = request.need("instance_pool_id")
    pool = state.things("pools").get(id_)
    if pool is None:
        raise not_found(f"Instance pool {id_}")
    state.require(request.who, "instance-pools", id_, "CAN_ATTACH_TO")
    return ok(pool)


ROUTES = (
    Route("GET", r"/api/2\.0/instance-pools/list", list_),
    Route("GET", r"/api/2\.0/instance-pools/get", get),
)
