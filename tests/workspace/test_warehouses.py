"""SQL warehouses with the real SDK: states, starting and stopping, who may."""

import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.service.sql import State

from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST, OUTSIDER
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.conftest import Client


def test_the_account_s_warehouses_are_listed(client: Client) -> None:
    found = {w.id: w for w in client().warehouses.list()}
    assert found[WAREHOUSE].state is State.RUNNING
    assert found[WAREHOUSE].enable_serverless_compute
    assert {w.state for w in found.values()} >= {State.RUNNING, State.STOPPED}
    assert {str(w.warehouse_type.value) for w in found.values() if w.warehouse_type} == {"PRO", "CLASSIC"}


def test_a_warehouse_starts_and_stops(workspace: Running, client: Client) -> None:
    workspace.options(cold_start_s=0.3)
    admin = client().warehouses
    id_ = next(w.id for w in admin.list() if w.state is State.STOPPED)
    waiting = admin.start(str(id_))
    assert admin.get(str(id_)).state is State.STARTING
    assert waiting.result().state is State.RUNNING
    assert admin.stop(str(id_)).result().state is State.STOPPED


def test_who_may_not_sees_and_changes_nothing(client: Client) -> None:
    with pytest.raises(PermissionDenied):
        client(OUTSIDER).warehouses.get(WAREHOUSE)
    assert WAREHOUSE not in {w.id for w in client(OUTSIDER).warehouses.list()}
    with pytest.raises(PermissionDenied, match="CAN_MANAGE"):
        client(ANALYST).warehouses.stop(WAREHOUSE)
    with pytest.raises(NotFound):
        client().warehouses.get("0" * 16)


def test_an_edit_keeps_what_it_does_not_name_and_refuses_nonsense(client: Client) -> None:
    admin = client().warehouses
    classic = next(w for w in admin.list() if w.warehouse_type and w.warehouse_type.value == "CLASSIC")
    with pytest.raises(BadRequest, match="auto_stop_mins"):
        admin.edit(str(classic.id), auto_stop_mins=5)
    admin.edit(str(classic.id), auto_stop_mins=45)
    after = admin.get(str(classic.id))
    assert (after.auto_stop_mins, after.name, after.cluster_size) == (45, classic.name, classic.cluster_size)
