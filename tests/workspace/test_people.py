"""Signing in, who am I, users and groups, permissions, with the real SDK."""

import socket

import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, Unauthenticated
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

from lib.demo.workspace import Running
from lib.demo.workspace.people import APP_SECRET
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.conftest import Client


def test_a_token_speaks_for_its_person(client: Client) -> None:
    assert client(ANALYST).current_user.me().user_name == ANALYST
    assert str(client().get_workspace_id()) == WORKSPACE_ID


def test_a_service_principal_signs_in_by_id_and_secret(workspace: Running, client: Client) -> None:
    app = client(client_id=APP, client_secret=APP_SECRET)
    assert app.current_user.me().user_name == APP
    assert app.config.auth_type == "oauth-m2m"
    asked = [r["path"] for r in workspace.requests()]
    assert "/.well-known/databricks-config" in asked
    assert "/oidc/v1/token" in asked


def test_a_wrong_secret_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="invalid_client"):
        client(client_id=APP, client_secret="wrong").current_user.me()


def test_an_unknown_and_an_expired_token_are_refused(workspace: Running, client: Client) -> None:
    with pytest.raises(Unauthenticated, match="Invalid access token"):
        client(token="dapi-nobodys").current_user.me()
    token = workspace.token_of(ANALYST)
    workspace.end_token(token)
    with pytest.raises(Unauthenticated, match="expired"):
        client(token=token).current_user.me()


def test_a_token_ages(workspace: Running, client: Client) -> None:
    ages = client(token=workspace.token_of(ANALYST, ttl_s=600))
    ages.current_user.me()
    workspace.ahead(601)
    try:
        with pytest.raises(Unauthenticated):
            ages.current_user.me()
    finally:
        workspace.ahead(-601)


def test_a_forwarded_token_does_only_what_its_scopes_say(workspace: Running, client: Client) -> None:
    token = workspace.token_of(ADMIN, kind="obo", scopes=("sql", "iam.current-user:read"))
    forwarded = client(token=token, auth_type="pat")
    assert forwarded.current_user.me().user_name == ADMIN
    with pytest.raises(PermissionDenied, match="required scopes"):
        list(forwarded.users.list())


def test_users_and_groups_are_listed_and_filtered(client: Client) -> None:
    admin = client()
    names = {user.user_name for user in admin.users.list()}
    assert {ADMIN, ANALYST, OPERATOR} <= names
    found = list(admin.users.list(filter=f'userName eq "{OPERATOR}"'))
    assert [user.user_name for user in found] == [OPERATOR]
    assert {g.display for g in found[0].groups or []} == {"users", "lakeledger-operators", "data-platform"}
    (admins,) = admin.groups.list(filter="displayName eq admins")
    assert [m.display for m in admins.members or []] == ["Demo Admin"]


# ── permissions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_permissions_are_read_and_changed_by_who_manages_the_object(client: Client) -> None:
    admin = client()
    before = admin.permissions.get("warehouses", WAREHOUSE)
    levels = {
        entry.user_name or entry.group_name or entry.service_principal_name: permission.permission_level
        for entry in before.access_control_list or []
        for permission in entry.all_permissions or []
    }
    assert levels[APP] is PermissionLevel.CAN_MANAGE  # it stops warehouses for those who may
    assert levels["admins"] is PermissionLevel.CAN_MANAGE
    with pytest.raises(PermissionDenied):
        client(ANALYST).permissions.get("warehouses", WAREHOUSE)
    entry = AccessControlRequest(group_name="data-platform", permission_level=PermissionLevel.CAN_MANAGE)
    admin.permissions.update("warehouses", WAREHOUSE, access_control_list=[entry])
    assert client(OPERATOR).permissions.get("warehouses", WAREHOUSE).object_id == f"/warehouses/{WAREHOUSE}"
    kept = [
        AccessControlRequest(user_name=name, permission_level=PermissionLevel.CAN_USE) for name in (ANALYST, OPERATOR)
    ]
    kept.append(AccessControlRequest(service_principal_name=APP, permission_level=PermissionLevel.CAN_USE))
    admin.permissions.set("warehouses", WAREHOUSE, access_control_list=kept)
    with pytest.raises(PermissionDenied):
        client(OPERATOR).permissions.get("warehouses", WAREHOUSE)


def test_permissions_refuse_what_is_not(client: Client) -> None:
    admin = client()
    with pytest.raises(NotFound):
        admin.permissions.get("warehouses", "0" * 16)
    with pytest.raises(BadRequest):
        admin.permissions.get("spoons", "1")
    nobody = AccessControlRequest(user_name="nobody@example.com", permission_level=PermissionLevel.CAN_USE)
    with pytest.raises(NotFound, match="nobody"):
        admin.permissions.update("warehouses", WAREHOUSE, access_control_list=[nobody])
    wrong = AccessControlRequest(user_name=ANALYST, permission_level=PermissionLevel.CAN_RUN)
    with pytest.raises(BadRequest, match="CAN_RUN"):
        admin.permissions.update("warehouses", WAREHOUSE, access_control_list=[wrong])


def test_a_test_that_leaves_loopback_fails(only_loopback: list[str]) -> None:
    with pytest.raises(OSError, match="reached for"):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(OSError, match="reached for"):
        socket.getaddrinfo("example.com", 443)
    assert only_loopback == ["192.0.2.1", "example.com"]
    only_loopback.clear()
