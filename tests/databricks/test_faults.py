"""Things that go wrong between us and a workspace: each is said clearly, and gone when the trouble is."""

import threading
import time

import pytest

from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import AccessError, Cancelled, QueryError, SignInError, SourceError, Unavailable
from lib.warehouse.databricks.cancelling import CancelToken, cancellable
from lib.warehouse.ddl import ddl
from tests.databricks.conftest import Made
from tests.same import assert_same

pytestmark = pytest.mark.slow

SPAN = "names/span"
PATH = r"/sql/1\.0/"


def executed(workspace: Running, containing: str) -> int:
    sent = workspace.requests(rpc="ExecuteStatement")
    return sum(containing in r["note"].get("statement", "") and r["status"] == 200 for r in sent)


def test_a_sign_in_refused_in_the_middle_is_renewed_once(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    before = warehouse.fetch("warehouse/sizes")
    workspace.fault(path=PATH, rpc="ExecuteStatement", status=401, error_code="UNAUTHENTICATED")
    assert_same(warehouse.fetch("warehouse/sizes"), before)


def test_a_sign_in_that_stays_refused_is_said_and_heals(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.fetch("warehouse/sizes")
    workspace.fault(path=PATH, status=401, error_code="UNAUTHENTICATED", times=-1)
    with pytest.raises(SignInError, match="no longer accepts"):
        warehouse.fetch("warehouse/sizes")
    workspace.no_faults()
    assert warehouse.fetch("warehouse/sizes").num_rows


def test_a_token_that_expires_is_said_with_the_next_step(databricks: Made, workspace: Running) -> None:
    context = databricks()
    context.warehouse.fetch(SPAN)
    token = context.settings.token
    assert token is not None
    workspace.end_token(token.get_secret_value())
    with pytest.raises(SignInError) as caught:
        context.warehouse.fetch("warehouse/sizes")
    assert "renew it" in caught.value.remedy


def test_nobody_may_use_the_warehouse(databricks: Made, workspace: Running) -> None:
    outsider = databricks("siobhan.o'neill@northwind.example")
    with pytest.raises(AccessError, match="may not use the SQL warehouse") as caught:
        outsider.warehouse.fetch(SPAN)
    assert "CAN USE" in caught.value.remedy


def test_one_table_that_may_not_be_read_leaves_the_rest(databricks: Made, workspace: Running) -> None:
    grants = workspace.state()["grants"]
    open_to_ana = [[ANALYST, "USE CATALOG", "CATALOG", "system"]]
    for table in ddl():
        schema = table.name.rpartition(".")[0]
        if table.name.startswith("system.") and table.name != "system.query.history":
            open_to_ana += [[ANALYST, "USE SCHEMA", "SCHEMA", schema], [ANALYST, "SELECT", "TABLE", table.name]]
    workspace.put(grants=open_to_ana)
    try:
        warehouse = databricks(ANALYST).warehouse
        rows = {row["table_name"]: row["records"] for row in warehouse.fetch("trust/sources").to_pylist()}
        assert rows["system.query.history"] == 0
        assert rows["system.billing.usage"] > 0
        assert "system.query.history" in warehouse.missing_tables()
        workspace.put(grants=[grant for grant in open_to_ana if grant[3] != "system.billing.usage"])
        context = databricks(ANALYST)
        with pytest.raises(SourceError) as caught:
            context.warehouse.fetch(SPAN)
        assert f"GRANT SELECT ON TABLE system.billing.usage TO `{ANALYST}`" in caught.value.remedy
    finally:
        workspace.put(grants=grants)


@pytest.mark.parametrize(("status", "after"), [(429, "1"), (503, "1")])
def test_too_busy_is_waited_for(databricks: Made, workspace: Running, status: int, after: str) -> None:
    warehouse = databricks().warehouse
    warehouse.fetch("warehouse/sizes")
    workspace.forget()
    workspace.fault(path=PATH, rpc="ExecuteStatement", status=status, headers={"Retry-After": after})
    assert warehouse.fetch("warehouse/sizes").num_rows
    assert executed(workspace, "warehouse/sizes") == 1


def test_too_busy_for_too_long_is_said(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.generation
    workspace.fault(path=PATH, rpc="ExecuteStatement", status=429, headers={"Retry-After": "1"}, times=-1)
    with pytest.raises(Unavailable, match="too many requests"):
        warehouse.fetch("warehouse/sizes")
    workspace.no_faults()
    assert warehouse.fetch("warehouse/sizes").num_rows


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_read_whose_connection_is_cut_is_asked_again(databricks: Made, workspace: Running, when: str) -> None:
    warehouse = databricks().warehouse
    warehouse.generation
    workspace.fault(path=PATH, rpc="ExecuteStatement", drop=when)
    assert warehouse.fetch("warehouse/sizes").num_rows


@pytest.mark.parametrize("when", ["after"])
def test_a_write_whose_connection_is_cut_has_its_effect_once(databricks: Made, workspace: Running, when: str) -> None:
    context = databricks(ledger_schema=f"main.cut_{when}")
    writing = context.connected.writing()
    writing.sender.send(f"CREATE SCHEMA IF NOT EXISTS main.cut_{when}", reads=False)
    workspace.fault(path=PATH, rpc="ExecuteStatement", containing="spend_daily` REPLACE WHERE", drop=when)
    workspace.fault(path=PATH, rpc="ExecuteStatement", containing="MERGE INTO", drop=when)
    assert not context.refresh().differences
    assert [f for f in workspace.faults() if f["drop"]] == []
    assert context.refresh().days == 0


def test_a_slow_first_byte_is_given_up_at_the_deadline(databricks: Made, workspace: Running) -> None:
    warehouse = databricks(statement_timeout=1).warehouse
    warehouse.generation
    workspace.fault(path=PATH, rpc="ExecuteStatement", slow_s=9)
    with pytest.raises(Cancelled, match="longer than 1 s"):
        warehouse.fetch("warehouse/sizes")
    assert warehouse.fetch("warehouse/sizes").num_rows


def test_a_statement_over_its_time_is_cancelled_on_the_server(databricks: Made, workspace: Running) -> None:
    warehouse = databricks(statement_timeout=1).warehouse
    warehouse.generation
    workspace.options(statement_delay_s=8)
    with pytest.raises(Cancelled):
        warehouse.fetch("warehouse/sizes")
    workspace.options(statement_delay_s=0)
    assert warehouse.fetch("warehouse/sizes").num_rows


def test_a_person_cancels(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.generation
    workspace.options(statement_delay_s=30)
    token = CancelToken()
    threading.Timer(0.7, token.cancel).start()
    began = time.monotonic()
    with cancellable(token), pytest.raises(Cancelled, match="cancelled"):
        warehouse.fetch("warehouse/sizes")
    assert time.monotonic() - began < 20
    assert workspace.requests(rpc="CancelOperation")


def test_a_session_the_server_dropped_is_opened_again(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.fetch("warehouse/sizes")
    workspace.fault(
        path=PATH, rpc="ExecuteStatement", status=404, message="Invalid SessionHandle: the session has expired"
    )
    assert warehouse.fetch("warehouse/sizes").num_rows


def test_a_result_link_that_expired_is_asked_for_again(databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.generation
    workspace.options(inline_bytes=100, link_ttl_s=-1)
    threading.Timer(1.0, lambda: workspace.options(link_ttl_s=900)).start()
    values = {"start_date": None, "end_date": None, "currency": "USD"}
    with pytest.raises(Unavailable):
        warehouse.fetch("warehouse/sizes", values)
    time.sleep(1.2)
    assert warehouse.fetch("warehouse/sizes", values).num_rows


def test_a_mistake_in_a_statement_names_its_file(databricks: Made) -> None:
    context = databricks()
    warehouse = context.connected.warehouse(context.viewer)
    with pytest.raises(QueryError, match="refused the statement"):
        warehouse.sender.send("SELECT nothing_there FROM system.billing.usage")


def test_a_stopped_warehouse_starts_and_answers(databricks: Made, workspace: Running) -> None:
    context = databricks()
    context.connected.own_client().warehouses.stop(WAREHOUSE)
    workspace.options(cold_start_s=2.0)
    assert context.warehouse.fetch(SPAN).num_rows == 1


def test_a_warehouse_that_answers_503_until_it_is_up(databricks: Made, workspace: Running) -> None:
    context = databricks()
    context.connected.own_client().warehouses.stop(WAREHOUSE)
    workspace.options(cold_start_s=3.0, starting="503")
    assert context.warehouse.fetch(SPAN).num_rows == 1


def test_no_such_warehouse(databricks: Made) -> None:
    with pytest.raises(SourceError, match="no SQL warehouse"):
        databricks(warehouse_id="0000000000000000").warehouse.fetch(SPAN)


def test_a_host_that_is_not_there(databricks: Made) -> None:
    context = databricks(host="https://127.0.0.1:1")
    with pytest.raises(Unavailable, match="cannot be reached"):
        context.warehouse.fetch(SPAN)
