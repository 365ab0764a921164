"""Nothing can be deleted for good: not by the workspace's API, not by its SQL, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError

from lib.demo.workspace import Running
from lib.demo.workspace.app import Route
from lib.demo.workspace.families import FAMILIES
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.conftest import Client

Act = Callable[[WorkspaceClient, dict[str, str]], Any]
ACTS: dict[str, Act] = {
    "a cluster": lambda w, ids: w.clusters.permanent_delete(ids["clusters"]),
    "a policy": lambda w, ids: w.cluster_policies.delete(ids["policies"]),
    "a pool": lambda w, ids: w.instance_pools.delete(ids["pools"]),
    "a warehouse": lambda w, ids: w.warehouses.delete(WAREHOUSE),
    "a job": lambda w, ids: w.jobs.delete(1),
    "a user": lambda w, ids: w.users.delete(ids["user"]),
    "a group": lambda w, ids: w.groups.delete(ids["group"]),
    "a table": lambda w, ids: w.tables.delete("system.billing.usage"),
    "a schema": lambda w, ids: w.schemas.delete("main.default"),
    "a catalog": lambda w, ids: w.catalogs.delete("main", force=True),
    "a folder": lambda w, ids: w.workspace.delete("/Shared", recursive=True),
}


@pytest.mark.parametrize("what", ACTS)
def test_the_admin_cannot_delete(what: str, workspace: Running, client: Client) -> None:
    before = workspace.state()
    ids = {kind: next(iter(before["things"].get(kind) or {"none": None})) for kind in ("clusters", "policies", "pools")}
    ids["user"] = next(iter(before["people"].values()))["id"]
    ids["group"] = next(iter(before["groups"].values()))["id"]
    admin = client()
    with pytest.raises(DatabricksError):
        ACTS[what](admin, ids)
    after = workspace.state()
    assert {kind: set(things) for kind, things in after["things"].items()} == {
        kind: set(things) for kind, things in before["things"].items()
    }
    assert (after["people"].keys(), after["groups"]) == (before["people"].keys(), before["groups"])


def test_the_only_delete_there_is_puts_into_the_trash() -> None:
    def deleting(route: Route) -> bool:
        return route.method == "DELETE" and not route.path.startswith("/_control/")

    routes = [route for family in FAMILIES for route in family.ROUTES if deleting(route)]
    assert {route.path.partition("(")[0].rstrip("/") for route in routes} <= {"/api/2\\.0/genie/spaces"}
