"""Acting on SQL warehouses over the wire: rights, states, what runs on them, faults, and the record."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config

from lib.access import Role, Viewer
from lib.clusters.acting import WAREHOUSES, Activity, Desk, Limits, Outcome
from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import NotFound
from lib.store import Store, events
from lib.workspace import warehouses
from tests.workspace.conftest import Client

ANN = Viewer(ADMIN, groups=frozenset({"admins"}), role=Role.ADMIN)
OTTO = Viewer(OPERATOR, groups=frozenset({"data-platform", "lakeledger-operators"}), role=Role.OPERATOR)
ANA = Viewer(ANALYST, groups=frozenset({"finance-analytics"}), role=Role.OPERATOR)
NOW = datetime(2026, 6, 10, 8, tzinfo=timezone.utc)
MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(workspace: Running, client: Client, tmp_path: Path) -> Iterator[MakeDesk]:
    """A desk for warehouses as the app's service principal; the workspace's warehouses are put back afterwards."""
    before = workspace.state()
    workspace.options(cold_start_s=0.3)
    stores: list[Store] = []

    def make(**more: Any) -> Desk:
        stores.append(Store.open(f"sqlite:///{tmp_path / f'{len(stores)}.db'}"))
        values: dict[str, Any] = {"client": client(APP), "now": lambda: NOW, "kind": WAREHOUSES} | more
        return Desk(workspace_id=WORKSPACE_ID, store=stores[-1], **values)

    yield make
    workspace.put(things={"warehouses": before["things"]["warehouses"]})
    for store in stores:
        store.close()


@pytest.fixture
def set_state(workspace: Running) -> Callable[..., str]:
    """`set_state("RUNNING")` puts the first warehouse of the account into a state, with `more` fields; its id."""
    id_ = sorted(key for key in workspace.state()["things"]["warehouses"] if key != WAREHOUSE)[0]

    def put(state: str, **more: Any) -> str:
        values = {"state": state, "since": time.time() + 3600, "used": time.time() + 3600} | more
        workspace.put(things={"warehouses": {id_: values}})
        return id_

    return put


def allow(workspace: Running, client: Client, warehouse_id: str, **levels: str) -> None:
    """Set who may do what with it: `CAN_USE=ANALYST`."""
    from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

    client(ADMIN).permissions.set(
        "warehouses", warehouse_id,
        access_control_list=[
            AccessControlRequest(
                user_name=None if name == APP else name, service_principal_name=name if name == APP else None,
                permission_level=PermissionLevel(level),
            )
            for level, name in {"CAN_MANAGE": APP, **levels}.items()
        ],
    )  # fmt: skip


def posts(workspace: Running) -> list[str]:
    return [
        r["path"].rpartition("/")[2]
        for r in workspace.requests(method="POST")
        if "/sql/warehouses/" in r["path"] and r["path"].endswith(("/start", "/stop"))
    ]


def wait_for(where: Desk, warehouse_id: str, state: str) -> None:
    for _ in range(100):
        if where.look(warehouse_id).state == state:
            return
        time.sleep(0.05)
    raise AssertionError(f"never {state}")


def test_start_and_stop_change_the_state_and_are_on_record(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    where, id_ = desk(), set_state("STOPPED", since=0, tags={"custom_tags": []})
    started = where.act(ANN, "start", id_, reason="month end")
    assert (started.result, started.before, started.after) == ("done", "STOPPED", "STARTING")
    wait_for(where, id_, "RUNNING")
    again = where.act(ANN, "start", id_, reason="again")
    assert (again.result, again.message) == ("refused", f"{again.name} is running already.")
    stopped = where.act(ANN, "stop", id_, reason="evening")
    assert (stopped.result, stopped.before, stopped.after) == ("done", "RUNNING", "STOPPED")
    told = [(e.act, e.object_type, e.result, e.reason) for e in reversed(events.search(where.store))]
    assert told == [
        ("start warehouse", "warehouse", "done", "month end"), ("start warehouse", "warehouse", "refused", "again"),
        ("stop warehouse", "warehouse", "done", "evening"),
    ]  # fmt: skip
    assert posts(workspace) == ["start", "stop"]
    assert not [r for r in workspace.requests() if r["method"] == "DELETE"]


def test_there_is_no_restart(desk: MakeDesk, set_state: Callable[..., str], workspace: Running) -> None:
    where, id_ = desk(), set_state("RUNNING")
    assert not where.preview(ANN, "restart", id_).allowed
    assert where.act(ANN, "restart", id_, reason="x").result == "failed"
    assert posts(workspace) == []


@pytest.mark.parametrize(
    ("level", "may"), [("CAN_VIEW", ""), ("CAN_USE", "start"), ("IS_OWNER", "start stop")]
)  # fmt: skip
def test_what_each_level_may(
    desk: MakeDesk, set_state: Callable[..., str], client: Client, workspace: Running, level: str, may: str
) -> None:
    where, id_ = desk(), set_state("STOPPED")
    allow(workspace, client, id_, **{level: ANALYST})
    started, _ = where.preview(ANA, "start", id_), set_state("RUNNING")
    stopped = where.preview(ANA, "stop", id_)
    assert [act for act, seen in (("start", started), ("stop", stopped)) if seen.allowed] == may.split()
    for seen in (started, stopped):
        assert not seen.refusals or f"only {level}" in seen.refusals[0]
    refused = where.act(ANA, "stop", id_, reason="x", typed_name=stopped.target.name)
    assert refused.result == ("done" if "stop" in may else "refused")


def test_roles_workspaces_and_tags_limit_operators(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    id_ = set_state("RUNNING", tags={"custom_tags": [{"key": "team", "value": "bi"}]})
    elsewhere = desk(limits=Limits(workspaces=frozenset({"1"})))
    assert "SQL warehouses of this workspace" in elsewhere.act(OTTO, "stop", id_, reason="x").message
    tagged = desk(limits=Limits(tags=(("team", "etl"),)))
    assert "only on SQL warehouses tagged team=etl" in tagged.act(OTTO, "stop", id_, reason="x").message
    plain = desk()
    assert plain.act(replace(ANN, role=Role.VIEWER), "stop", id_, reason="x").result == "refused"
    assert plain.act(ANN, "stop", id_, reason=" ").result == "failed"
    assert posts(workspace) == []


def test_production_asks_for_its_name_and_a_dry_run_does_nothing(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    where, id_ = desk(), set_state("RUNNING", tags={"custom_tags": [{"key": "env", "value": "prod"}]})
    name = where.preview(ANN, "stop", id_).typed_name
    assert name
    assert where.act(ANN, "stop", id_, reason="x", dry_run=True).result == "dry run"
    assert where.act(ANN, "stop", id_, reason="x").result == "refused"
    assert posts(workspace) == []
    assert where.act(ANN, "stop", id_, reason="x", typed_name=name).result == "done"


def test_the_preview_says_who_runs_what_now(
    desk: MakeDesk, set_state: Callable[..., str], client: Client, workspace: Running
) -> None:
    workspace.options(
        cold_start_s=60
    )  # statements wait for a warehouse that starts: they are there for as long as it takes
    id_ = set_state("STARTING", since=time.time(), tags={"custom_tags": []})
    where = desk(
        cost_per_hour=lambda _: (12.5, "USD"), activity=lambda _: Activity(("finn@northwind.example",), known_until=NOW)
    )
    assert "will fail" not in " ".join(where.preview(ANN, "stop", id_).consequences)
    sent = client(ADMIN).statement_execution.execute_statement("SELECT 1", id_, wait_timeout="0s")
    seen = where.preview(ANN, "stop", id_)
    assert seen.work == (ADMIN,)
    assert seen.consequences[0] == f"1 statement on it will fail, of {ADMIN}."
    assert "session" in seen.consequences[1]
    assert seen.consequences[2] == "Active on it in the last 30 minutes: finn@northwind.example."
    assert seen.consequences[3].startswith("It saves about $12.50 an hour")
    assert warehouses.running_statements(where.client, WAREHOUSE) == ()
    client(ADMIN).statement_execution.cancel_execution(str(sent.statement_id))


def test_what_cannot_be_found_out_is_said(desk: MakeDesk, set_state: Callable[..., str], workspace: Running) -> None:
    where, id_ = desk(), set_state("RUNNING")
    workspace.fault(path="history/queries", status=403, error_code="PERMISSION_DENIED")
    said = where.preview(ANN, "stop", id_).consequences
    assert said[0].startswith("Which statements run on it could not be found out")
    assert any("not assessed: the query history was not loaded" in text for text in said)


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ({"status": 403, "error_code": "PERMISSION_DENIED"}, "refused"),
        ({"status": 404, "error_code": "RESOURCE_DOES_NOT_EXIST"}, "failed"),
        ({"status": 400, "error_code": "INVALID_STATE", "message": "is in unexpected state"}, "failed"),
        ({"status": 409, "error_code": "RESOURCE_CONFLICT", "message": "somebody edits it"}, "failed"),
        ({"status": 500, "error_code": "INTERNAL_ERROR"}, "failed"),
        pytest.param({"status": 503, "times": -1}, "failed", marks=pytest.mark.slow),
        ({"status": 503}, "done"),
        ({"drop": "before"}, "done"),
        ({"drop": "after"}, "done"),
        pytest.param({"slow_s": 2.5, "times": -1}, "done", marks=pytest.mark.slow),
        ({"status": 429, "headers": {"Retry-After": "1"}}, "done"),
    ],
)
def test_faults_are_outcomes(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running, fault: dict[str, Any], result: str
) -> None:
    config = Config(host=workspace.host, token=workspace.token_of(APP), retry_timeout_seconds=4, http_timeout_seconds=2)
    where, id_ = desk(client=WorkspaceClient(config=config)), set_state("STOPPED")
    workspace.options(cold_start_s=5)
    workspace.fault(path=f"warehouses/{id_}/start", **fault)
    outcome = where.act(ANN, "start", id_, reason="x")
    assert outcome.result == result, outcome
    assert [e.result for e in events.search(where.store)] == [result]


def test_one_that_is_gone(desk: MakeDesk) -> None:
    where = desk()
    with pytest.raises(NotFound):
        where.preview(ANN, "stop", "0" * 16)
    assert where.act(ANN, "stop", "0" * 16, reason="x").result == "failed"


def test_two_people_at_once_and_several_at_once(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    where, id_ = desk(), set_state("STOPPED")
    workspace.options(cold_start_s=2)
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(where.act(ANN, "start", id_, reason="x"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {o.result for o in outcomes} <= {"done", "refused"}
    assert "done" in [o.result for o in outcomes]
    set_state("RUNNING", tags={"custom_tags": []})
    many = where.many(ANN, "stop", [id_, "0" * 16, id_], reason="evening")
    assert [o.result for o in many] == ["done", "failed"]
