"""Canceling statements over the wire: who may, what is refused, all on record."""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from databricks.sdk import WorkspaceClient

from lib.access import Role, Viewer
from lib.demo.workspace import Running as Workspace
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.statements.acting import Desk, Running
from lib.store import Store, events

OTTO = Viewer(OPERATOR, groups=frozenset({"data-platform"}), role=Role.OPERATOR)
ANA = Viewer(ANALYST, role=Role.VIEWER)
Client = Callable[..., WorkspaceClient]


@pytest.fixture
def desk(client: Client, tmp_path: Path) -> Iterator[Desk]:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    yield Desk(client(APP), WORKSPACE_ID, store, lambda: datetime.now(timezone.utc))
    store.close()


@pytest.fixture
def wanted(client: Client) -> Running:
    """A statement that the app itself sent; the history says OTTO runs it."""
    app = client(APP)
    sent = app.statement_execution.execute_statement(statement="SELECT 1 AS one", warehouse_id=WAREHOUSE)
    return Running(sent.statement_id, WAREHOUSE, OPERATOR, "RUNNING", WORKSPACE_ID)


def results(desk: Desk) -> list[tuple[str, str, str]]:
    return [(event.who, event.act, event.result) for event in events.search(desk.store)]


def test_an_operator_cancels_an_own_statement_and_it_is_on_record(desk: Desk, wanted: Running) -> None:
    done = desk.cancel(OTTO, wanted, reason="runs for hours")
    assert done.result == "done", done
    assert results(desk) == [(OPERATOR, "cancel statement", "done")]


def test_others_statements_take_manage_on_the_warehouse(desk: Desk, wanted: Running, workspace: Workspace) -> None:
    other = Running(wanted.statement_id, wanted.warehouse_id, ADMIN, "RUNNING", WORKSPACE_ID)
    refused = desk.cancel(OTTO, other, reason="too dear")
    assert refused.result == "refused"
    assert "CAN_MANAGE" in refused.message
    place = f"warehouses/{wanted.warehouse_id}"
    before = workspace.state()["acls"][place]
    workspace.put(acls={place: {OPERATOR: "CAN_MANAGE", APP: "CAN_MANAGE"}})
    assert desk.cancel(OTTO, other, reason="too dear").result == "done"
    workspace.put(acls={place: before})  # others use the same workspace after this


@pytest.mark.parametrize(
    ("viewer", "change", "said"),
    [
        (ANA, {}, "may not"),
        (OTTO, {"state": "FINISHED"}, "ended"),
        (OTTO, {"workspace_id": "999"}, "another workspace"),
        (OTTO, {"executed_by": ADMIN, "warehouse_id": None}, "only its owner"),
    ],
)
def test_refusals_are_on_record_and_nothing_is_called(
    desk: Desk, wanted: Running, viewer: Viewer, change: dict[str, object], said: str
) -> None:
    outcome = desk.cancel(viewer, Running(**(vars(wanted) | change)), reason="no")  # type: ignore[arg-type]
    assert outcome.result == "refused"
    assert said in outcome.message
    assert results(desk)[0][2] == "refused"


def test_a_reason_is_needed_and_a_dry_run_does_nothing(desk: Desk, wanted: Running) -> None:
    assert desk.cancel(OTTO, wanted, reason=" ").result == "failed"
    assert desk.cancel(OTTO, wanted, reason="look", dry_run=True).result == "dry run"
