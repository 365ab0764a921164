"""The demo's workspace of this machine, found and started again."""

from pathlib import Path

import pytest
from databricks.sdk import WorkspaceClient

from lib.demo import standing
from lib.demo.workspace import start

pytestmark = pytest.mark.slow


def test_it_starts_again_when_every_warehouse_stopped_meanwhile(demo_home: Path, tmp_path: Path) -> None:
    first = start(demo_home / "demo", home=tmp_path)
    stopped = {id_: {"state": "STOPPED"} for id_ in first.state()["things"]["warehouses"]}
    first.put(things={"warehouses": stopped})
    first.close()
    found = standing._start(demo_home / "demo", tmp_path)
    client = WorkspaceClient(host=found.host, token=found.token, auth_type="pat")
    states = [str(warehouse.state and warehouse.state.value) for warehouse in client.warehouses.list()]
    assert len(states) == len(stopped) > 1
    assert states.count("RUNNING") == 1
