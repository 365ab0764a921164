"""Statements that run now: read over the wire, a page at a time, laid over what the tables say, and canceled."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from databricks.sdk import WorkspaceClient

from lib.demo.workspace import Running as Workspace
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import AccessError
from lib.statements.monitor import Standing, with_live
from lib.statements.thresholds import thresholds
from lib.workspace import acts
from lib.workspace.queries import PAGE, Live, running_now

Client = Callable[..., WorkspaceClient]
NOW = datetime(2026, 6, 10, 12, tzinfo=timezone.utc)


def plant(workspace: Workspace, *minutes: float, who: str = OPERATOR, warehouse: str = WAREHOUSE) -> list[str]:
    ids = [f"{number:08x}-52c7-4f6b-9f55-1c1b6f0a4e21" for number in range(len(minutes))]
    workspace.put(
        things={
            "running_statements": {
                id_: {
                    "id": id_, "text": "SELECT a FROM t WHERE k = 1", "who": who, "warehouse_id": warehouse, "state": "RUNNING",
                    "started": (NOW - timedelta(minutes=ago)).timestamp(),
                }
                for id_, ago in zip(ids, minutes, strict=True)
            }
        }
    )  # fmt: skip
    return ids


@pytest.fixture(autouse=True)
def nothing_stays(client: Client, workspace: Workspace) -> Iterator[None]:
    """The app may cancel whatever ran before, whoever changed the warehouse's permissions; they are given back."""
    state = workspace.state()
    place = f"warehouses/{WAREHOUSE}"
    before = state["acls"][place]
    workspace.put(acls={place: before | {APP: "CAN_MANAGE"}})
    for id_ in state["things"].get("running_statements", {}):
        acts.cancel_statement(client(APP), id_)
    yield
    workspace.put(acls={place: before})


def test_all_pages_are_read_the_longest_running_first(client: Client, workspace: Workspace) -> None:
    plant(workspace, *range(PAGE + 5))
    found = running_now(client(APP))
    assert len(found.statements) == PAGE + 5
    assert not found.more
    assert found.statements[0].seconds(NOW) == (PAGE + 4) * 60
    assert (found.statements[0].who, found.statements[0].statement_type) == (OPERATOR, "SELECT")


def test_without_a_right_to_monitor_one_sees_only_ones_own(client: Client, workspace: Workspace) -> None:
    plant(workspace, 1, who=ADMIN)
    assert running_now(client(ANALYST)).statements == ()
    plant(workspace, 1, who=ANALYST)
    assert len(running_now(client(ANALYST)).statements) == 1


def test_a_refusal_is_said(client: Client, workspace: Workspace) -> None:
    workspace.fault(path="history/queries", status=403, error_code="PERMISSION_DENIED")
    with pytest.raises(AccessError, match="statements run now"):
        running_now(client(APP))


def test_what_is_canceled_runs_no_more_and_others_may_not(client: Client, workspace: Workspace) -> None:
    (id_,) = plant(workspace, 40, who=ADMIN)
    with pytest.raises(AccessError):
        acts.cancel_statement(client(ANALYST), id_)
    acts.cancel_statement(client(APP), id_)
    assert running_now(client(APP)).statements == ()


def told(id_: str, status: str, minutes: float, **more: object) -> Standing:
    facts = {
        "workspace_id": WORKSPACE_ID, "statement_id": id_, "execution_status": status, "total_ms": int(minutes * 60_000),
        "warehouse_id": WAREHOUSE, "executed_by": OPERATOR, "cost": None, "dbus": None,
    }  # fmt: skip
    return Standing(facts | more, thresholds().slow_now_minutes.of(minutes), None)


@pytest.mark.parametrize(("minutes", "severity"), [(4.9, None), (5, "low"), (15, "medium"), (30, "high")])
def test_what_runs_is_laid_over_the_tables(
    client: Client, workspace: Workspace, minutes: float, severity: str | None
) -> None:
    (id_,) = plant(workspace, minutes)
    live = running_now(client(APP))
    shown = with_live([told("over", "FINISHED", 20)], live, WORKSPACE_ID, NOW, thresholds(), {WAREHOUSE: "Lakeledger"})
    assert [item.facts["statement_id"] for item in shown] == [id_, "over"], (
        "what runs comes first, also when it is short"
    )
    assert (shown[0].slow, shown[0].facts["warehouse_name"]) == (severity, "Lakeledger")


def test_what_the_workspace_no_longer_knows_has_ended() -> None:
    here, elsewhere = told("gone", "RUNNING", 50), told("far", "RUNNING", 50, workspace_id="999")
    shown = with_live([here, elsewhere], Live(), WORKSPACE_ID, NOW, thresholds(), {})
    assert [item.facts["statement_id"] for item in shown] == ["far"]
    assert len(with_live([here], Live(more=True), WORKSPACE_ID, NOW, thresholds(), {})) == 1, (
        "not all were read: it may run"
    )
