"""Users, service principals and groups (SCIM), and who am I."""

import re
from collections.abc import Iterable
from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import invalid, not_found
from lib.demo.workspace.state import State

_FILTER = re.compile(r"\s*(\w+(?:\.\w+)?)\s+(eq|co|sw)\s+[\"']?(.*?)[\"']?\s*$", re.IGNORECASE)
_PAGE = 100


def _user(state: State, person: dict[str, Any]) -> dict[str, Any]:
    groups = [state.groups[name] for name in sorted(state.groups_of(person["name"]))]
    shared = {
        "id": person["id"],
        "displayName": person["display_name"],
        "active": person["active"],
        "groups": [
            {"display": g["name"], "value": g["id"], "type": "direct", "$ref": f"Groups/{g['id']}"} for g in groups
        ],
        "entitlements": [{"value": "workspace-access"}, {"value": "databricks-sql-access"}],
    }
    if person["kind"] == "service_principal":
        return shared | {"applicationId": person["name"]}
    emails = [{"value": person["name"], "type": "work", "primary": True}]
    return shared | {"userName": person["name"], "emails": emails}


def _group(state: State, group: dict[str, Any]) -> dict[str, Any]:
    members = []
    for name in group["members"]:
        if name in state.groups:
            members.append(
                {"display": name, "value": state.groups[name]["id"], "$ref": f"Groups/{state.groups[name]['id']}"}
            )
        else:
            person = state.people[name]
            kind = "ServicePrincipals" if person["kind"] == "service_principal" else "Users"
            members.append({"display": person["display_name"], "value": person["id"], "$ref": f"{kind}/{person['id']}"})
    return {
        "id": group["id"],
        "displayName": group["name"],
        "members": members,
        "meta": {"resourceType": "WorkspaceGroup"},
    }


def me(request: Request, state: State) -> Reply:
    """Who the token speaks for."""
    person = state.people[request.who.name]
    shown = _user(state, person)
    if person["kind"] == "service_principal":
        shown["userName"] = person["name"]
    return ok(shown)


def _listed(request: Request, values: Iterable[dict[str, Any]]) -> Reply:
    wanted = [value for value in values if _passes(value, request.query.get("filter", ""))]
    start, count = int(request.query.get("startIndex", 1)), int(request.query.get("count", _PAGE))
    page = wanted[start - 1 : start - 1 + count]
    return ok(
        {"totalResults": len(wanted), "startIndex": start, "itemsPerPage": len(page), "Resources": page}
        | {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}
    )


def _passes(value: dict[str, Any], text: str) -> bool:
    if not text:
        return True
    found = _FILTER.match(text)
    if not found:
        raise invalid(f"Given filter operator is not supported: {text}")
    name, how, wanted = found[1], found[2].lower(), found[3].replace('\\"', '"').lower()
    known = {key.lower(): item for key, item in value.items()}
    has = known.get(name.lower())
    if has is None and name.lower() not in ("username", "displayname", "applicationid", "id"):
        raise invalid(f"Given filter operator is not supported: {text}")
    has = str(has or "").lower()
    return {"eq": has == wanted, "co": wanted in has, "sw": has.startswith(wanted)}[how]


def _people(kind: str) -> Any:
    def listed(request: Request, state: State) -> Reply:
        people = sorted((p for p in state.people.values() if p["kind"] == kind), key=lambda p: p["id"])
        return _listed(request, [_user(state, person) for person in people])

    return listed


def _person(kind: str) -> Any:
    def got(request: Request, state: State) -> Reply:
        id_ = request.path_values["id"]
        for person in state.people.values():
            if person["id"] == id_ and person["kind"] == kind:
                return ok(_user(state, person))
        raise not_found(f"User with id {id_}")

    return got


def groups(request: Request, state: State) -> Reply:
    """All groups, or those of a filter."""
    return _listed(request, [_group(state, group) for group in state.groups.values()])


def group(request: Request, state: State) -> Reply:
    """One group with its members."""
    id_ = request.path_values["id"]
    for value in state.groups.values():
        if value["id"] == id_:
            return ok(_group(state, value))
    raise not_found(f"Group with id {id_}")


_SCIM = "/api/2\\.0/preview/scim/v2"
_SELF = "iam.current-user:read"
ROUTES = (
    Route("GET", f"{_SCIM}/Me", me, scope=_SELF),
    Route("GET", f"{_SCIM}/Users", _people("user")),
    Route("GET", f"{_SCIM}/Users/(?P<id>\\d+)", _person("user")),
    Route("GET", f"{_SCIM}/ServicePrincipals", _people("service_principal")),
    Route("GET", f"{_SCIM}/ServicePrincipals/(?P<id>\\d+)", _person("service_principal")),
    Route("GET", f"{_SCIM}/Groups", groups),
    Route("GET", f"{_SCIM}/Groups/(?P<id>\\d+)", group),
)
