"""The real connector against the workspace: statements, types, results inline and by CloudFetch, sessions, cancelling."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from databricks.sql.exc import DatabaseError, Error, RequestError, ServerOperationError

from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, OUTSIDER
from tests.workspace.conftest import Connect


def fetch(connection: Any, text: str, values: Any = None, **more: Any) -> pa.Table:
    with closing(connection.cursor(**more)) as cursor:
        cursor.execute(text, values)
        return cursor.fetchall_arrow()


@pytest.fixture
def connection(connect: Connect) -> Any:
    return connect()


def test_values_of_every_type_arrive(connection: Any) -> None:
    rows = fetch(
        connection,
        "SELECT CAST(1 AS INT) AS i, CAST(2 AS BIGINT) AS l, CAST(1.5 AS DOUBLE) AS d, CAST(2.25 AS DECIMAL(9,2)) AS n,"
        " 'ü' AS s, TRUE AS b, DATE '2026-01-02' AS day, TIMESTAMP '2026-01-02 03:04:05' AS t, NULL AS nothing,"
        " array(1, 2) AS a, map('k', 'v') AS m, named_struct('x', 1) AS st, SUM(CAST(3 AS BIGINT)) AS total",
    )
    (row,) = rows.to_pylist()
    assert row | {"n": Decimal("2.25")} == {
        "i": 1, "l": 2, "d": 1.5, "n": Decimal("2.25"), "s": "ü", "b": True, "day": date(2026, 1, 2),
        "t": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "nothing": None, "a": [1, 2], "m": [("k", "v")],
        "st": {"x": 1}, "total": 3,
    }  # fmt: skip
    assert rows.schema.field("total").type == pa.int64()
    assert rows.schema.field("n").type == pa.decimal128(9, 2)


def test_parameters_are_bound_on_the_server(workspace: Running, connection: Any) -> None:
    rows = fetch(
        connection,
        "SELECT :text AS text, :count + 1 AS count, :day AS day, :gone IS NULL AS gone, array_contains(:names, 'b') AS b",
        {"text": "it's; DROP", "count": 41, "day": date(2026, 1, 2), "gone": None, "names": ["a", "b"]},
    )
    assert rows.to_pylist() == [{"text": "it's; DROP", "count": 42, "day": date(2026, 1, 2), "gone": True, "b": True}]
    (sent,) = workspace.requests(rpc="ExecuteStatement")
    assert "DROP" not in sent["note"]["statement"]
    assert {p["name"]: p["type"] for p in sent["note"]["parameters"]} == {
        "text": "STRING", "count": "INT", "day": "DATE", "gone": "VOID", "names": "ARRAY"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("SELECT :a", {}, "UNBOUND_SQL_PARAMETER"),
        ("SELECT 1", {"a": 1}, "no parameter marker"),
        ("SELECT 1; SELECT 2", None, "PARSE_SYNTAX_ERROR"),
        ("SELEC 1", None, "PARSE_SYNTAX_ERROR"),
        ("SELECT nope FROM system.billing.usage", None, "UNRESOLVED_COLUMN"),
        ("SELECT * FROM system.billing.nope", None, "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT * FROM read_csv('/etc/passwd')", None, "UNSUPPORTED_FEATURE"),
        ("SELECT CAST('x' AS INT)", None, "CAST_INVALID_INPUT"),
        ("DROP TABLE main.default.t", None, "OPERATION_NOT_ALLOWED"),
    ],
)
def test_statements_are_refused_in_the_service_s_words(connection: Any, text: str, values: Any, said: str) -> None:
    with pytest.raises(DatabaseError, match=said):
        fetch(connection, text, values)
    assert fetch(connection, "SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_positional_parameters_are_refused(connection: Any) -> None:
    with pytest.raises(Error, match="Positional"):
        fetch(connection, "SELECT ?", [1])


def test_a_large_result_comes_by_cloud_fetch_without_a_token(workspace: Running, connection: Any) -> None:
    workspace.options(rows_per_file=30_000)
    rows = fetch(connection, "SELECT id, id * 2 AS twice FROM range(100000)")
    assert rows.num_rows == 100_000
    assert sum(rows.column("twice").to_pylist()) == 100_000 * 99_999
    files = [r for r in workspace.requests(method="GET") if r["path"].startswith("/results/")]
    assert len(files) == 4
    assert {r["who"] for r in files} == {""}


@pytest.mark.parametrize(
    "more", [{"use_cloud_fetch": False}, {"use_cloud_fetch": False, "enable_query_result_lz4_compression": False}]
)
def test_a_large_result_comes_inline_in_pages(connect: Connect, more: dict[str, Any]) -> None:
    rows = fetch(connect(**more), "SELECT id FROM range(250000)", arraysize=100_000)
    assert rows.column("id").to_pylist() == list(range(250_000))


def test_empty_results_keep_their_columns(connection: Any) -> None:
    rows = fetch(connection, "SELECT usage_date, usage_quantity FROM system.billing.usage WHERE FALSE")
    assert rows.schema.names == ["usage_date", "usage_quantity"]
    assert rows.num_rows == 0


def test_a_row_limit_is_kept(connection: Any) -> None:
    assert fetch(connection, "SELECT id FROM range(1000)", row_limit=7).num_rows == 7


def test_an_expired_link_is_refused(workspace: Running, connection: Any) -> None:
    workspace.options(link_ttl_s=-5)
    with pytest.raises(Error, match="expired"):
        fetch(connection, "SELECT id FROM range(100000)")
    workspace.options(link_ttl_s=900)
    assert fetch(connection, "SELECT id FROM range(100000)").num_rows == 100_000


def test_a_statement_is_cancelled(workspace: Running, connection: Any) -> None:
    workspace.options(statement_delay_s=30.0, hold_s=0.2)
    cursor = connection.cursor()
    ended: list[Any] = []

    def run() -> None:
        try:
            cursor.execute("SELECT 1")
        except Error as error:
            ended.append(error)

    worker = threading.Thread(target=run)
    worker.start()
    deadline = time.monotonic() + 20
    while worker.is_alive() and time.monotonic() < deadline:
        cursor.cancel()
        worker.join(0.05)
    assert len(ended) == 1
    workspace.options(statement_delay_s=0.0)
    assert fetch(connection, "SELECT 1 AS one").num_rows == 1


def test_a_running_query_is_interrupted_by_its_time_limit(workspace: Running, connect: Connect) -> None:
    connection = connect(session_configuration={"STATEMENT_TIMEOUT": "1", "TIMEZONE": "UTC"})
    with pytest.raises(ServerOperationError, match="QUERY_EXECUTION_TIMEOUT_EXCEEDED"):
        fetch(connection, "SELECT COUNT(*) FROM range(3000000) AS a JOIN range(3000000) AS b ON a.id + b.id > 0")
    (opened,) = workspace.requests(rpc="OpenSession")
    assert opened["note"]["configuration"]["STATEMENT_TIMEOUT"] == "1"


@pytest.mark.parametrize("conf", [{"NO_SUCH": "1"}, {"STATEMENT_TIMEOUT": "long"}, {"TIMEZONE": "Nowhere"}])
def test_a_session_refuses_settings_that_are_not(connect: Connect, conf: dict[str, str]) -> None:
    with pytest.raises(DatabaseError, match=r"CONFIG_NOT_AVAILABLE|INVALID_CONF_VALUE"):
        connect(session_configuration=conf)


def test_a_lost_session_says_so(workspace: Running, connection: Any) -> None:
    assert workspace.drop_sessions() >= 1
    with pytest.raises(DatabaseError, match="Invalid SessionHandle"):
        fetch(connection, "SELECT 1")


def test_sessions_and_operations_are_given_back(workspace: Running, connect: Connect) -> None:
    before = workspace.sessions()
    connection = connect()
    fetch(connection, "SELECT 1")
    assert workspace.sessions() == before + 1
    connection.close()
    assert workspace.sessions() == before
    assert workspace.operations() == []


def test_nobody_fetches_from_another_s_session(workspace: Running, connect: Connect) -> None:
    """A handle is worth nothing with somebody else's token."""
    mine, theirs = connect(OPERATOR), connect(ANALYST)
    theirs.session._session_id = mine.session._session_id
    theirs.session.backend._session_id_hex = None
    with pytest.raises(DatabaseError, match="Invalid SessionHandle"):
        fetch(theirs, "SELECT 1")


def test_tags_and_user_agent_are_on_record(workspace: Running, connect: Connect) -> None:
    connection = connect(user_agent_entry="lakeledger/test", query_tags={"app": "lakeledger"})
    fetch(connection, "SELECT 1")
    (sent,) = workspace.requests(rpc="ExecuteStatement")
    assert sent["note"]["tags"] == "app:lakeledger"
    assert "lakeledger/test" in sent["headers"]["user-agent"]
    assert "authorization" not in sent["headers"]


# ── who may read what ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_grant_is_said_in_unity_catalog_s_words(connect: Connect) -> None:
    analyst = connect(ANALYST)
    assert fetch(analyst, "SELECT COUNT(*) AS n FROM system.billing.usage").column("n")[0].as_py() > 0
    with pytest.raises(DatabaseError, match=r"INSUFFICIENT_PERMISSIONS.*\n.*USE SCHEMA on Schema 'system.query'"):
        fetch(analyst, "SELECT * FROM system.query.history")


def test_without_permission_on_the_warehouse_there_is_no_session(connect: Connect) -> None:
    with pytest.raises(RequestError, match="CAN_USE"):
        connect(OUTSIDER)


def test_the_information_schema_shows_what_may_be_read(connect: Connect) -> None:
    text = "SELECT DISTINCT table_schema FROM system.information_schema.tables WHERE table_catalog = 'system'"
    assert {r["table_schema"] for r in fetch(connect(ANALYST), text).to_pylist()} == {"billing", "compute", "lakeflow"}
    assert "query" in {r["table_schema"] for r in fetch(connect(), text).to_pylist()}


def test_current_user_is_the_token_s_person(connect: Connect) -> None:
    assert fetch(connect(ANALYST), "SELECT current_user() AS who").to_pylist() == [{"who": ANALYST}]
    assert fetch(connect(ADMIN), "SELECT is_member('admins') AS yes").to_pylist() == [{"yes": True}]


def test_metadata_calls_answer(connection: Any) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.catalogs()
        assert {row[0] for row in cursor.fetchall()} == {"main", "system"}
        cursor.schemas(catalog_name="system", schema_name="bill%")
        assert [row[0] for row in cursor.fetchall()] == ["billing"]
        cursor.tables(catalog_name="system", schema_name="billing", table_name="usage")
        assert [row[2] for row in cursor.fetchall()] == ["usage"]
        cursor.columns(catalog_name="system", schema_name="billing", table_name="usage", column_name="usage_d%")
        assert [row[3] for row in cursor.fetchall()] == ["usage_date"]


# ── warehouses ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stopped(workspace: Running) -> str:
    """Id of a warehouse that is stopped."""
    warehouses = workspace.state()["things"]["warehouses"].values()
    return next(w["id"] for w in warehouses if w["state"] == "STOPPED")


def test_a_statement_starts_a_stopped_warehouse_and_waits_for_it(
    workspace: Running, connect: Connect, stopped: str
) -> None:
    workspace.options(cold_start_s=0.5, hold_s=0.1)
    connection = connect(warehouse_id=stopped)
    assert fetch(connection, "SELECT 1 AS one").to_pylist() == [{"one": 1}]
    assert len(workspace.requests(rpc="GetOperationStatus")) >= 2
    assert workspace.state()["things"]["warehouses"][stopped]["state"] == "RUNNING"


def test_an_idle_warehouse_stops_and_its_sessions_are_lost(workspace: Running, connect: Connect, stopped: str) -> None:
    connection = connect(warehouse_id=stopped)
    fetch(connection, "SELECT 1")
    workspace.ahead(3 * 3600)
    try:
        with pytest.raises(DatabaseError, match="Invalid SessionHandle"):
            fetch(connection, "SELECT 1")
    finally:
        workspace.ahead(-3 * 3600)


def test_many_at_once_get_their_own_rows(connect: Connect) -> None:
    """Connections of several people side by side: nobody meets another's answer."""
    people = [ADMIN, ANALYST, OPERATOR, APP] * 3
    connections = [connect(name) for name in people]

    def ask(number: int) -> list[dict[str, Any]]:
        text = f"SELECT current_user() AS who, {number} AS number, SUM(id) AS total FROM range({10_000 + number})"
        return [row for _ in range(4) for row in fetch(connections[number], text).to_pylist()]

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(ask, range(len(people))))
    for number, rows in enumerate(answers):
        count = 10_000 + number
        assert rows == [{"who": people[number], "number": number, "total": count * (count - 1) // 2}] * 4
