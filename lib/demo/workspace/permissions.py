"""Who may do what with an object: the permissions API.

Kinds whose family keeps its things under another name than the address has say so in `KEPT_AS`.
"""

from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import invalid, not_found
from lib.demo.workspace.state import LEVELS, SYNONYMS, State

KEPT_AS = {"cluster-policies": "policies", "instance-pools": "pools", "genie": "spaces", "directories": "folders"}
"""Kind → the name of its `state.things`, where that is another one."""

TYPES = {
    "clusters": "cluster",
    "cluster-policies": "cluster-policy",
    "instance-pools": "instance-pool",
    "jobs": "job",
    "pipelines": "pipelines",
    "warehouses": "warehouses",
    "genie": "genie-space",
    "directories": "directory",
}
"""Kind → the object type that replies carry."""

_KIND = "(?P<kind>sql/warehouses|[a-z-]+)"
_PATH = f"/api/2\\.0/permissions/{_KIND}/(?P<id>[^/]+)"


def _place(request: Request, state: State) -> tuple[str, str]:
    kind, id_ = request.path_values["kind"], request.path_values["id"]
    plain = SYNONYMS.get(kind, kind)
    if plain not in LEVELS:
        raise invalid(f"{kind} is not a supported object type")
    if id_ not in state.things(KEPT_AS.get(plain, plain)):
        raise not_found(f"{TYPES[plain]} {id_}")
    return plain, id_


def _shown(state: State, kind: str, id_: str) -> dict[str, Any]:
    entries = [_entry(state, name, level, []) for name, level in sorted(state.acl(kind, id_).items())]
    entries.append(_entry(state, "admins", LEVELS[kind][-1], [f"/{SYNONYMS.get(kind, kind)}/"]))
    return {"object_id": f"/{kind}/{id_}", "object_type": TYPES[kind], "access_control_list": entries}


def _entry(state: State, name: str, level: str, inherited: list[str]) -> dict[str, Any]:
    person = state.people.get(name)
    if person is None:
        who = {"group_name": name}
    elif person["kind"] == "service_principal":
        who = {"service_principal_name": name, "display_name": person["display_name"]}
    else:
        who = {"user_name": name, "display_name": person["display_name"]}
    permission: dict[str, Any] = {"permission_level": level, "inherited": bool(inherited)}
    if inherited:
        permission["inherited_from_object"] = inherited
    return who | {"all_permissions": [permission]}


def get(request: Request, state: State) -> Reply:
    """The object's permissions; whoever can see the object may read them only with the right to manage it."""
    kind, id_ = _place(request, state)
    _require_manage(request, state, kind, id_)
    return ok(_shown(state, kind, id_))


def put(request: Request, state: State) -> Reply:
    """Replace what was given directly."""
    kind, id_ = _place(request, state)
    _require_manage(request, state, kind, id_)
    wanted = _wanted(request, state, kind)
    acl = state.acl(kind, id_)
    acl.clear()
    acl.update(wanted)
    return ok(_shown(state, kind, id_))


def patch(request: Request, state: State) -> Reply:
    """Add to, or raise, what was given directly."""
    kind, id_ = _place(request, state)
    _require_manage(request, state, kind, id_)
    state.acl(kind, id_).update(_wanted(request, state, kind))
    return ok(_shown(state, kind, id_))


def levels(request: Request, state: State) -> Reply:
    """The levels that can be given on this kind of object."""
    kind, _ = _place(request, state)
    return ok({"permission_levels": [{"permission_level": level, "description": level} for level in LEVELS[kind]]})


def _require_manage(request: Request, state: State, kind: str, id_: str) -> None:
    """Reading needs as much as changing: a service principal that only uses an object cannot see who else does."""
    state.require(request.who, kind, id_, LEVELS[kind][-1] if kind != "cluster-policies" else "CAN_USE")


def _wanted(request: Request, state: State, kind: str) -> dict[str, str]:
    said = request.body_of({"access_control_list": list})
    found = {}
    for entry in said.get("access_control_list") or []:
        names = [entry[key] for key in ("user_name", "group_name", "service_principal_name") if entry.get(key)]
        if len(names) != 1 or entry.keys() - {"user_name", "group_name", "service_principal_name", "permission_level"}:
            raise invalid("Each access control needs exactly one of user_name, group_name, service_principal_name")
        if names[0] not in state.people and names[0] not in state.groups:
            raise not_found(f"Principal: {names[0]}")
        if entry.get("permission_level") not in LEVELS[kind]:
            raise invalid(f"Permission level {entry.get('permission_level')} cannot be given on {kind}")
        found[names[0]] = entry["permission_level"]
    return found


ROUTES = (
    Route("GET", f"{_PATH}/permissionLevels", levels),
    Route("GET", _PATH, get),
    Route("PUT", _PATH, put),
    Route("PATCH", _PATH, patch),
)
