"""Genie spaces in the loopback workspace: made, listed, changed and trashed under the service's rules."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from lib.demo.workspace import folders
from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.genie_rules import checked
from lib.demo.workspace.refusals import Refusal, denied, not_found
from lib.demo.workspace.state import Identity, State

KIND = "genie"
FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "title": str, "description": str, "parent_path": str, "warehouse_id": str, "serialized_space": str, "etag": str,
}  # fmt: skip
_SPACES = "/api/2\\.0/genie/spaces"
SPACE = f"{_SPACES}/(?P<space>[^/]+)"


def seed(state: State) -> None:
    """Spaces of a new workspace that has an account."""
    if state.account is not None:
        from lib.demo.workspace.genie_seed import seed as sow

        sow(state, _time(state))


def new_id() -> str:
    """32 hexadecimal digits."""
    return uuid.uuid4().hex


def _shown(space: Mapping[str, Any], *, export: bool = False) -> dict[str, Any]:
    names = ("space_id", "title", "description", "warehouse_id", "parent_path", "create_time", "update_time")
    shown = {name: space[name] for name in names if space.get(name) is not None}
    if export:
        shown |= {"serialized_space": json.dumps(space["content"]), "etag": space["etag"]}
    return shown


def find(request: Request, state: State, level: str = "CAN_VIEW") -> dict[str, Any]:
    """The space of the address, for who has at least this level on it."""
    id_ = request.path_values["space"]
    space: dict[str, Any] | None = state.things("spaces").get(id_)
    if space is None or space["trashed"] or not state.can(request.who, KIND, id_, "CAN_VIEW"):
        raise not_found(f"Genie space {id_}")
    if not state.can(request.who, KIND, id_, level):
        raise denied(f"{request.who.name} does not have {level} permission on Genie space {id_}.")
    return space


def create(request: Request, state: State) -> Reply:
    """Make a space; whoever makes it may manage it."""
    said = request.body_of(FIELDS, required=("warehouse_id", "serialized_space"))
    content = checked(said["serialized_space"])
    _check_warehouse(state, said["warehouse_id"])
    parent = _folder(request.who, state, said.get("parent_path"))
    now = _time(state)
    space = {
        "space_id": new_id(),
        "title": said.get("title") or "New Space",
        "description": said.get("description"),
        "warehouse_id": said["warehouse_id"],
        "parent_path": parent,
        "content": content,
        "etag": uuid.uuid4().hex[:16],
        "create_time": now,
        "update_time": now,
        "trashed": False,
    }
    state.things("spaces")[space["space_id"]] = space
    state.acl(KIND, space["space_id"])[request.who.name] = "CAN_MANAGE"
    return ok(_shown(space, export=True))


def listed(request: Request, state: State) -> Reply:
    """Spaces one may see, page by page, without their contents."""
    size = min(int(request.query.get("page_size") or 20), 100)
    after = int(request.query.get("page_token") or 0)
    seen = [
        space
        for space in state.things("spaces").values()
        if not space["trashed"] and state.can(request.who, KIND, space["space_id"], "CAN_VIEW")
    ]
    page: dict[str, Any] = {"spaces": [_shown(space) for space in seen[after : after + size]]}
    if after + size < len(seen):
        page["next_page_token"] = str(after + size)
    return ok(page)


def get(request: Request, state: State) -> Reply:
    """One space; its contents only for those who may edit it."""
    export = request.query.get("include_serialized_space") == "true"
    return ok(_shown(find(request, state, "CAN_EDIT" if export else "CAN_VIEW"), export=export))


def update(request: Request, state: State) -> Reply:
    """Change what is given; contents are replaced as a whole."""
    space = find(request, state, "CAN_EDIT")
    said = request.body_of(FIELDS)
    if said.get("etag") and said["etag"] != space["etag"]:
        raise Refusal(409, "ABORTED", "The etag does not match the current version of the space.")
    content = checked(said["serialized_space"]) if said.get("serialized_space") else space["content"]
    if said.get("warehouse_id"):
        _check_warehouse(state, said["warehouse_id"])
    if said.get("parent_path"):
        space["parent_path"] = _folder(request.who, state, said["parent_path"])
    if content != space["content"]:
        space["content"], space["etag"] = content, uuid.uuid4().hex[:16]
    for name in ("title", "description", "warehouse_id"):
        if said.get(name) is not None:
            space[name] = said[name]
    space["update_time"] = _time(state)
    return ok(_shown(space, export=True))


def trash(request: Request, state: State) -> Reply:
    """Into the trash: gone for every other call."""
    space = find(request, state, "CAN_MANAGE")
    space["trashed"] = True
    return ok()


def _folder(who: Identity, state: State, path: str | None) -> str:
    wanted = folders.plain(path or f"/Users/{who.name}")
    if not folders.exists(state, wanted):
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Tree node with path {wanted} does not exist")
    return wanted


def _check_warehouse(state: State, warehouse_id: str) -> None:
    known = state.things("warehouses")
    if known and warehouse_id not in known:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"SQL warehouse {warehouse_id} does not exist.")


def _time(state: State) -> str:
    from datetime import datetime, timezone

    return datetime.fromtimestamp(state.now(), timezone.utc).isoformat().replace("+00:00", "Z")


ROUTES = (
    Route("POST", _SPACES, create, scope="genie"),
    Route("GET", _SPACES, listed, scope="genie"),
    Route("GET", SPACE, get, scope="genie"),
    Route("PATCH", SPACE, update, scope="genie"),
    Route("DELETE", SPACE, trash, scope="genie"),
)
