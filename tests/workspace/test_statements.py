"""The Statement Execution API with the real SDK, and how strict it is."""

import json
import ssl
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pyarrow as pa
import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.service.sql import (
    Disposition,
    ExecuteStatementRequestOnWaitTimeout,
    Format,
    StatementParameterListItem,
    StatementState,
)

from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST, OPERATOR, OUTSIDER
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.conftest import Client


def test_a_small_result_comes_inline_as_strings(client: Client) -> None:
    done = client().statement_execution.execute_statement(
        "SELECT CAST(:n AS BIGINT) AS n, 1.50 AS d, TRUE AS b, NULL AS x, array(1) AS a, TIMESTAMP '2026-01-02 03:04:05' AS t",
        WAREHOUSE,
        parameters=[StatementParameterListItem(name="n", type="INT", value="7")],
        wait_timeout="30s",
    )
    assert done.status
    assert done.status.state is StatementState.SUCCEEDED
    assert done.result
    assert done.result.data_array == [["7", "1.50", "true", None, "[1]", "2026-01-02T03:04:05.000Z"]]
    columns = done.manifest.schema.columns  # type: ignore[union-attr]
    assert [(c.name, c.type_name.value, c.type_text) for c in columns][:2] == [
        ("n", "LONG", "BIGINT"),
        ("d", "DECIMAL", "DECIMAL(3,2)"),
    ]  # type: ignore[union-attr]


def test_a_large_result_comes_by_links(workspace: Running, client: Client, trust: ssl.SSLContext) -> None:
    workspace.options(rows_per_file=40_000)
    admin = client().statement_execution
    done = admin.execute_statement(
        "SELECT id FROM range(100000)", WAREHOUSE, disposition=Disposition.EXTERNAL_LINKS, format=Format.ARROW_STREAM
    )
    assert done.manifest
    assert done.manifest.total_chunk_count == 3
    rows = []
    for index in range(3):
        (link,) = admin.get_statement_result_chunk_n(str(done.statement_id), index).external_links or []
        with urlopen(str(link.external_link), context=trust) as reply:
            rows.append(pa.ipc.open_stream(reply.read()).read_all())
    assert pa.concat_tables(rows).column("id").to_pylist() == list(range(100_000))


def test_a_link_refuses_a_token_a_change_and_old_age(workspace: Running, client: Client, trust: ssl.SSLContext) -> None:
    workspace.options(link_ttl_s=60)
    done = client().statement_execution.execute_statement(
        "SELECT 1 AS one", WAREHOUSE, disposition=Disposition.EXTERNAL_LINKS, format=Format.ARROW_STREAM
    )
    url = str(done.result.external_links[0].external_link)  # type: ignore[union-attr,index]
    for wrong, status in (
        (Request(url, headers={"Authorization": "Bearer x"}), 400),
        (Request(url.replace("/1/0/", "/2/0/")), 403),
    ):
        with pytest.raises(HTTPError) as refused:
            urlopen(wrong, context=trust)
        assert refused.value.code == status
    workspace.ahead(61)
    try:
        with pytest.raises(HTTPError) as refused:
            urlopen(url, context=trust)
        assert refused.value.code == 403
    finally:
        workspace.ahead(-61)


def test_a_failed_statement_is_a_state_not_an_error(client: Client) -> None:
    done = client(ANALYST).statement_execution.execute_statement("SELECT * FROM system.query.history", WAREHOUSE)
    assert done.status
    assert done.status.state is StatementState.FAILED
    assert "INSUFFICIENT_PERMISSIONS" in str(done.status.error.message)  # type: ignore[union-attr]


def test_a_slow_statement_is_polled_cancelled_or_cancels_itself(workspace: Running, client: Client) -> None:
    workspace.options(statement_delay_s=20.0)
    admin = client().statement_execution
    begun = admin.execute_statement("SELECT 1", WAREHOUSE, wait_timeout="0s")
    assert begun.status
    assert begun.status.state in (StatementState.PENDING, StatementState.RUNNING)
    admin.cancel_execution(str(begun.statement_id))
    workspace.options(statement_delay_s=0.0)
    for _ in range(100):
        state = admin.get_statement(str(begun.statement_id)).status.state  # type: ignore[union-attr]
        if state is StatementState.CANCELED:
            break
    assert state is StatementState.CANCELED


@pytest.mark.slow
def test_a_statement_cancels_itself_when_nobody_waits_longer(workspace: Running, client: Client) -> None:
    workspace.options(statement_delay_s=20.0)
    done = client().statement_execution.execute_statement(
        "SELECT 1", WAREHOUSE, wait_timeout="5s", on_wait_timeout=ExecuteStatementRequestOnWaitTimeout.CANCEL
    )
    assert done.status
    assert done.status.state is StatementState.CANCELED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"wait_timeout": "3s"}, "wait_timeout"),
        ({"wait_timeout": "60s"}, "wait_timeout"),
        ({"format": "ARROW_STREAM"}, "INLINE"),
        ({"colour": "red"}, "Cannot find field: colour"),
        ({"parameters": [{"type": "INT", "value": "1"}]}, "positional"),
        ({"parameters": [{"name": "a", "type": "INT", "value": 1}]}, "must be a string"),
        ({"parameters": [{"name": "a", "type": "DATE", "value": "soon"}]}, "CAST_INVALID_INPUT"),
        ({"catalog": "nope"}, "CATALOG_NOT_FOUND"),
        ({"statement": ""}, "Missing required field: statement"),
    ],
)
def test_what_the_documentation_does_not_know_is_refused(client: Client, values: dict[str, Any], said: str) -> None:
    body = {"statement": "SELECT 1", "warehouse_id": WAREHOUSE} | values
    with pytest.raises(BadRequest, match=said):
        client().api_client.do("POST", "/api/2.0/sql/statements", body=body)


def test_an_inline_result_of_more_than_25_mib_fails(client: Client) -> None:
    done = client().statement_execution.execute_statement("SELECT repeat('x', 27000000) AS long", WAREHOUSE)
    assert done.status
    assert done.status.state is StatementState.FAILED
    assert "Inline byte limit exceeded" in str(done.status.error.message)  # type: ignore[union-attr]


def test_statements_belong_to_who_began_them(client: Client) -> None:
    begun = client(OPERATOR).statement_execution.execute_statement("SELECT 1", WAREHOUSE)
    with pytest.raises(NotFound):
        client(ANALYST).statement_execution.get_statement(str(begun.statement_id))
    with pytest.raises(PermissionDenied):
        client(OUTSIDER).statement_execution.execute_statement("SELECT 1", WAREHOUSE)


def test_unknown_paths_and_bodies_are_json_errors(workspace: Running, trust: ssl.SSLContext) -> None:
    token = {"Authorization": f"Bearer {workspace.token}", "Content-Type": "application/json"}
    for path, body, status, code in (
        ("/api/2.0/nothing", b"{}", 404, "ENDPOINT_NOT_FOUND"),
        ("/api/2.0/sql/statements", b"[1]", 400, "MALFORMED_REQUEST"),
        ("/api/2.0/sql/statements", b"{", 400, "MALFORMED_REQUEST"),
    ):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(workspace.host + path, data=body, headers=token), context=trust)
        assert refused.value.code == status
        assert json.loads(refused.value.read())["error_code"] == code
