"""SQL warehouses: states, start and stop, who may use one; the app's own one and those the account knows.

States move by the workspace's clock: STARTING becomes RUNNING after `cold_start_s`, a RUNNING one that nobody uses
becomes STOPPED after its `auto_stop_mins`. A statement starts a stopped warehouse, as a real one does.
"""

from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import Refusal, invalid, not_found
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID, Identity, State

WAREHOUSE = "a1b2c3d4e5f60718"
"""The app's own warehouse: serverless, running at first."""

_SIZES = {"2X_SMALL": "2X-Small", "X_SMALL": "X-Small", "SMALL": "Small", "MEDIUM": "Medium", "LARGE": "Large"}


def seed(state: State) -> None:
    """The app's warehouse, running, and the account's of this workspace: the first serverless one runs, the rest not."""
    _add(state, WAREHOUSE, "Lakeledger", "2X-Small", ADMIN, serverless=True, auto_stop_mins=10)
    for name in (APP, OPERATOR, ANALYST):
        state.acl("warehouses", WAREHOUSE)[name] = "CAN_USE"
    state.acl("warehouses", WAREHOUSE)[APP] = "CAN_MANAGE"
    for number, row in enumerate(_of_account(state)):
        kind = row["warehouse_type"]
        _add(
            state,
            row["warehouse_id"],
            row["warehouse_name"],
            _SIZES.get(row["warehouse_size"], row["warehouse_size"].replace("_", "-").title()),
            row["created_by"] if row["created_by"] in state.people else ADMIN,
            serverless=kind == "SERVERLESS",
            classic=kind == "CLASSIC",
            auto_stop_mins=row["auto_stop_minutes"],
            max_clusters=row["max_clusters"],
            tags=dict(row["tags"] or []),
            running=number == 0,
        )
        acl = state.acl("warehouses", row["warehouse_id"])
        acl["users"] = "CAN_USE" if number % 2 else "CAN_VIEW"
        acl[APP] = "CAN_MANAGE"
        if number % 2 == 0:
            acl["data-platform"] = "CAN_MANAGE"


def _of_account(state: State) -> list[dict[str, Any]]:
    if state.account is None:
        return []
    return state.account.rows(
        "SELECT * FROM (SELECT * FROM account.compute.warehouses WHERE workspace_id = $ws"
        " QUALIFY row_number() OVER (PARTITION BY warehouse_id ORDER BY change_time DESC) = 1)"
        " WHERE delete_time IS NULL ORDER BY warehouse_type <> 'SERVERLESS', warehouse_id",
        ws=WORKSPACE_ID,
    )


def _add(
    state: State,
    id_: str,
    name: str,
    size: str,
    creator: str,
    *,
    serverless: bool = False,
    classic: bool = False,
    auto_stop_mins: int = 10,
    max_clusters: int = 1,
    tags: dict[str, str] | None = None,
    running: bool = True,
) -> None:
    state.things("warehouses")[id_] = {
        "id": id_,
        "name": name,
        "cluster_size": size,
        "creator_name": creator,
        "enable_serverless_compute": serverless,
        "warehouse_type": "CLASSIC" if classic else "PRO",
        "auto_stop_mins": auto_stop_mins,
        "min_num_clusters": 1,
        "max_num_clusters": max_clusters,
        "tags": {"custom_tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]},
        "channel": {"name": "CHANNEL_NAME_CURRENT"},
        "spot_instance_policy": "COST_OPTIMIZED",
        "enable_photon": True,
        "state": "RUNNING" if running else "STOPPED",
        "since": state.now(),
        "used": state.now(),
    }


# ── what the SQL families ask ───────────────────────────────────────────────────────────────────────────────────────


def find(state: State, id_: str) -> dict[str, Any]:
    """The warehouse as it is now; 404 when there is none."""
    warehouse = state.things("warehouses").get(id_)
    if warehouse is None:
        raise not_found(f"SQL warehouse {id_}")
    return settle(state, warehouse)


def settle(state: State, warehouse: dict[str, Any]) -> dict[str, Any]:
    """Let the time that has passed take its effect."""
    now = state.now()
    if warehouse["state"] == "STARTING" and now >= warehouse["since"] + state.options["cold_start_s"]:
        warehouse.update(state="RUNNING", since=now, used=now)
    idle_s = 60 * warehouse["auto_stop_mins"]
    if warehouse["state"] == "RUNNING" and idle_s and now >= warehouse["used"] + idle_s:
        _stop(state, warehouse)
    return warehouse


def use(state: State, who: Identity, id_: str) -> dict[str, Any]:
    """The warehouse, for a statement of `who`: 403 without CAN_USE; a stopped one starts."""
    with state.lock:
        warehouse = find(state, id_)
        if not state.can(who, "warehouses", id_, "CAN_USE"):
            raise Refusal(
                403, "PERMISSION_DENIED", f"User {who.name} does not have permission CAN_USE on SQL warehouse {id_}"
            )
        if warehouse["state"] == "STOPPED":
            _start(state, warehouse)
        if warehouse["state"] == "STARTING" and state.options["starting"] == "503":
            raise Refusal(
                503, "TEMPORARILY_UNAVAILABLE", f"SQL warehouse {id_} is starting", headers={"Retry-After": "1"}
            )
        return warehouse


def ready(state: State, id_: str) -> bool:
    """Does it run statements now? Marks it as used when it does."""
    with state.lock:
        warehouse = find(state, id_)
        if warehouse["state"] == "RUNNING":
            warehouse["used"] = state.now()
            return True
        return False


def _start(state: State, warehouse: dict[str, Any]) -> None:
    warehouse.update(state="STARTING", since=state.now())
    warehouse["starts"] = warehouse.get("starts", 0) + 1


def _stop(state: State, warehouse: dict[str, Any]) -> None:
    warehouse.update(state="STOPPED", since=state.now())
    if state.engine:
        state.engine.drop_sessions(warehouse["id"])


# ── the API ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shown(state: State, warehouse: dict[str, Any], request: Request) -> dict[str, Any]:
    settle(state, warehouse)
    hidden = ("since", "used", "starts")
    host, _, port = request.base_url.partition("://")[2].partition(":")
    running = warehouse["state"] == "RUNNING"
    return {key: value for key, value in warehouse.items() if key not in hidden} | {
        "size": warehouse["cluster_size"],
        "num_clusters": 1 if running else 0,
        "num_active_sessions": state.engine.session_count(warehouse["id"]) if state.engine else 0,
        "health": {"status": "HEALTHY"} if running else {},
        "jdbc_url": f"jdbc:databricks://{host}:{port}/default;httpPath=/sql/1.0/warehouses/{warehouse['id']}",
        "odbc_params": {
            "hostname": host,
            "path": f"/sql/1.0/warehouses/{warehouse['id']}",
            "protocol": "https",
            "port": int(port),
        },
    }


def list_(request: Request, state: State) -> Reply:
    """The warehouses the caller may see."""
    seen = [
        _shown(state, warehouse, request)
        for warehouse in state.things("warehouses").values()
        if state.can(request.who, "warehouses", warehouse["id"], "CAN_VIEW")
    ]
    return ok({"warehouses": seen})


def get(request: Request, state: State) -> Reply:
    """One warehouse."""
    warehouse = find(state, request.path_values["id"])
    state.require(request.who, "warehouses", warehouse["id"], "CAN_VIEW")
    return ok(_shown(state, warehouse, request))


def start(request: Request, state: State) -> Reply:
    """Start it; one that runs or starts already is left as it is."""
    warehouse = find(state, request.path_values["id"])
    state.require(request.who, "warehouses", warehouse["id"], "CAN_USE")
    if warehouse["state"] == "STOPPED":
        _start(state, warehouse)
    return ok()


def stop(request: Request, state: State) -> Reply:
    """Stop it: sessions are lost, statements that run fail."""
    warehouse = find(state, request.path_values["id"])
    state.require(request.who, "warehouses", warehouse["id"], "CAN_MANAGE")
    if warehouse["state"] in ("RUNNING", "STARTING"):
        _stop(state, warehouse)
    return ok()


_EDITABLE: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "name": str,
    "cluster_size": str,
    "auto_stop_mins": int,
    "min_num_clusters": int,
    "max_num_clusters": int,
    "enable_serverless_compute": bool,
    "enable_photon": bool,
    "warehouse_type": str,
    "spot_instance_policy": str,
    "tags": dict,
    "channel": dict,
    "creator_name": str,
}


def edit(request: Request, state: State) -> Reply:
    """Change what it is; fields left out stay."""
    warehouse = find(state, request.path_values["id"])
    state.require(request.who, "warehouses", warehouse["id"], "CAN_MANAGE")
    said = request.body_of(_EDITABLE)
    stop_after = said.get("auto_stop_mins")
    if stop_after is not None and 0 < stop_after < 10 and not warehouse["enable_serverless_compute"]:
        raise invalid("auto_stop_mins must be 0 or at least 10 for warehouses that are not serverless")
    warehouse.update({name: value for name, value in said.items() if value is not None and name != "id"})
    return ok()


_PATH = "/api/2\\.0/sql/warehouses"
_ONE = f"{_PATH}/(?P<id>[^/]+)"
ROUTES = (
    Route("GET", _PATH, list_, scope="sql"),
    Route("GET", _ONE, get, scope="sql"),
    Route("POST", f"{_ONE}/start", start, scope="sql"),
    Route("POST", f"{_ONE}/stop", stop, scope="sql"),
    Route("POST", f"{_ONE}/edit", edit),
)
