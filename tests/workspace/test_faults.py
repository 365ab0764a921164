"""Things that go wrong on the wire, done to the real clients: what each of them makes of it.

These pin what the clients do, because the product's own handling stands on it. The connector sleeps at least 5 s before
it repeats anything: one test sees that, the others hurry it.
"""

import gc
import time
from contextlib import closing
from typing import Any

import pytest
import urllib3
from databricks.sdk.errors import InternalError, PermissionDenied
from databricks.sql.exc import Error, RequestError

from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN, ANALYST
from tests.workspace.conftest import Client, Connect, forget_warehouses


def fetch(connection: Any, text: str = "SELECT 1 AS one") -> list[dict[str, Any]]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(text)
        return list(cursor.fetchall_arrow().to_pylist())


# ── the SDK ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [429, 503])
def test_the_sdk_repeats_what_asks_for_it(workspace: Running, client: Client, status: int) -> None:
    admin = client()
    workspace.fault(path="/scim/v2/Me", status=status, headers={"Retry-After": "0"}, times=1)
    assert admin.current_user.me().user_name == ADMIN
    assert [r["status"] for r in workspace.requests(path="/api/2.0/preview/scim/v2/Me")] == [status, 200]


@pytest.mark.slow
def test_the_sdk_gives_up_in_time(workspace: Running, client: Client) -> None:
    admin = client()
    workspace.fault(path="/scim/v2/Me", status=503, headers={"Retry-After": "1"}, times=-1)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        admin.current_user.me()
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("status", "error"), [(403, PermissionDenied), (500, InternalError)])
def test_the_sdk_does_not_repeat_what_is_final(
    workspace: Running, client: Client, status: int, error: type[Exception]
) -> None:
    admin = client()
    workspace.fault(path="/scim/v2/Me", status=status, times=1)
    with pytest.raises(error, match="made to fail"):
        admin.current_user.me()
    assert len(workspace.requests(path="/api/2.0/preview/scim/v2/Me")) == 1


def test_the_sdk_repeats_after_a_reset_even_what_was_done(workspace: Running, client: Client) -> None:
    """A POST whose answer got lost is sent again: acts must bear that."""
    admin = client()
    id_ = next(str(w.id) for w in admin.warehouses.list())
    workspace.fault(path=f"{id_}/start", method="POST", drop="after")
    admin.warehouses.start(id_)
    assert [r["status"] for r in workspace.requests(method="POST")] == [0, 200]


# ── the connector ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_that_ends_in_mid_life_is_a_401(workspace: Running, connect: Connect) -> None:
    token = workspace.token_of(ANALYST)
    connection = connect(access_token=token)
    assert fetch(connection) == [{"one": 1}]
    workspace.end_token(token)
    with pytest.raises(RequestError) as refused:
        fetch(connection)
    assert refused.value.context["http-code"] == 401
    assert "expired" in str(refused.value)


def test_a_403_on_one_statement_leaves_the_connection_usable(workspace: Running, connect: Connect) -> None:
    connection = connect()
    workspace.fault(rpc="ExecuteStatement", containing="node_types", status=403, message="no such right")
    with pytest.raises(RequestError, match="no such right"):
        fetch(connection, "SELECT COUNT(*) FROM system.compute.node_types")
    assert fetch(connection) == [{"one": 1}]


def test_a_slow_first_byte_is_only_slow(workspace: Running, connect: Connect) -> None:
    connection = connect()
    workspace.fault(rpc="ExecuteStatement", slow_s=1.0)
    began = time.monotonic()
    assert fetch(connection) == [{"one": 1}]
    assert time.monotonic() - began >= 1.0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_warehouse_without_thrift_needs_the_kernel(workspace: Running, connect: Connect) -> None:
    workspace.options(real_time=True)
    with pytest.raises(ImportError):
        connect()
    gc.collect()  # the connector's half-made connection complains when it goes: here, not in another test
    forget_warehouses()


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
def test_the_connector_waits_5_seconds_whatever_retry_after_says(
    workspace: Running, connect: Connect, status: int
) -> None:
    connection = connect()
    workspace.fault(rpc="ExecuteStatement", status=status, headers={"Retry-After": "1"})
    began = time.monotonic()
    assert fetch(connection) == [{"one": 1}]
    assert time.monotonic() - began >= 4.5
    assert [r["status"] for r in workspace.requests(rpc="ExecuteStatement")] == [status, 200]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("drop", "executed"), [("before", 1), ("after", 2)])
def test_a_reset_sends_the_statement_again(workspace: Running, connect: Connect, drop: str, executed: int) -> None:
    """At least once: a write through the connector must bear being done twice."""
    connection = connect()
    workspace.fault(rpc="ExecuteStatement", drop=drop)
    assert fetch(connection) == [{"one": 1}]
    assert len(workspace.statements()) == executed


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_gone_is_no_database_error(workspace: Running, connect: Connect) -> None:
    connection = connect()
    workspace.fault(path="/sql/1.0/", drop="before", times=-1)
    with pytest.raises((urllib3.exceptions.HTTPError, Error)):
        fetch(connection)
    workspace.no_faults()


@pytest.mark.usefixtures("impatient")
def test_a_refused_link_fails_the_fetch_and_not_the_session(workspace: Running, connect: Connect) -> None:
    connection = connect()
    workspace.fault(path="/results/", status=403)
    with pytest.raises(Error):
        fetch(connection, "SELECT id FROM range(100000)")
    assert len(fetch(connection, "SELECT id FROM range(100000)")) == 100_000
