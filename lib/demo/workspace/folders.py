"""Folders of the workspace tree: made with those above them, looked up, listed."""

from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import Refusal, invalid
from lib.demo.workspace.state import State

ALWAYS = ("/", "/Shared", "/Users", "/Repos")


def plain(path: str) -> str:
    """A path without `/Workspace` and without a slash at the end."""
    if not path.startswith("/"):
        raise invalid(f"Path ({path}) doesn't start with '/'")
    found = "/" + path.strip("/")
    if found == "/Workspace":
        return "/"
    return found.removeprefix("/Workspace")


def exists(state: State, path: str) -> bool:
    """Is there such a folder? Everybody has a home."""
    home = path.removeprefix("/Users/")
    return path in ALWAYS or (path.startswith("/Users/") and home in state.people) or path in state.things("folders")


def mkdirs(request: Request, state: State) -> Reply:
    """Make a folder and all above it."""
    path = plain(request.body_of({"path": str}, required=("path",))["path"])
    parts = path.strip("/").split("/")
    for length in range(1, len(parts) + 1):
        part = "/" + "/".join(parts[:length])
        if not exists(state, part):
            state.things("folders")[part] = {"path": part}
    return ok()


def status(request: Request, state: State) -> Reply:
    """What is at a path."""
    path = plain(request.need("path"))
    if not exists(state, path):
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Path ({path}) doesn't exist.")
    return ok(_shown(path))


def listed(request: Request, state: State) -> Reply:
    """Folders directly in a folder."""
    path = plain(request.need("path"))
    if not exists(state, path):
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Path ({path}) doesn't exist.")
    known = [*ALWAYS[1:], *(f"/Users/{name}" for name in state.people), *state.things("folders")]
    inside = sorted({found for found in known if found.rpartition("/")[0] == path.rstrip("/")})
    return ok({"objects": [_shown(found) for found in inside]})


def _shown(path: str) -> dict[str, Any]:
    return {"object_type": "DIRECTORY", "path": path, "object_id": abs(hash(path)) % 10**15}


ROUTES = (
    Route("POST", r"/api/2\.0/workspace/mkdirs", mkdirs),
    Route("GET", r"/api/2\.0/workspace/get-status", status),
    Route("GET", r"/api/2\.0/workspace/list", listed),
)
