"""Operating on a Databricks workspace: as whom commands act, and the app's own warehouse."""

import json
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner, Result

from lib import operate
from lib.access import Role, Viewer
from lib.cli.app import app as commands
from lib.config import settings
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN, ANALYST, OPERATOR
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import AccessError
from lib.operate import connecting
from lib.store import events

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture
def run(workspace: Running, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """`run(OPERATOR, "cluster", "stop", …)`: a command on the workspace with somebody's token; one store for all."""
    home = tmp_path_factory.mktemp("home")
    workspace.options(cold_start_s=0.3)

    def call(who: str, *words: str) -> Result:
        for name, value in {
            "SOURCE": "databricks", "HOST": workspace.host, "TOKEN": workspace.token_of(who), "HOME": str(home),
            "CA_FILE": str(workspace.ca_file), "WAREHOUSE_ID": WAREHOUSE, "OPERATOR_GROUPS": "lakeledger-operators,analysts",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"LAKELEDGER_{name}", value)
        settings.cache_clear()
        connecting._clients.clear()
        return CliRunner().invoke(commands, list(words), catch_exceptions=False)

    yield call
    settings.cache_clear()
    connecting._clients.clear()


def test_a_command_acts_with_the_rights_and_under_the_name_of_who_runs_it(run: Run, workspace: Running) -> None:
    id_ = next(k for k, c in workspace.state()["things"]["clusters"].items() if c["cluster_name"] == "data-engineering")
    workspace.put(things={"clusters": {id_: {"state": "RUNNING", "_until_ms": None}}})
    words = ("cluster", "stop", id_, "--reason", "evening", "--yes", "--json")
    refused = run(ANALYST, *words)
    assert (refused.exit_code, json.loads(refused.stdout)["result"]) == (1, "refused")
    done = run(OPERATOR, *words)
    assert (done.exit_code, json.loads(done.stdout)["result"]) == (0, "done"), done.stdout
    acts = json.loads(run(ADMIN, "audit", "--id", id_, "--json").stdout)["acts"]
    assert [(act["who"], act["result"]) for act in acts] == [(OPERATOR, "done"), (ANALYST, "refused")]


def test_what_a_command_writes_down_is_under_the_name_of_who_runs_it(run: Run) -> None:
    planned = ("anomaly", "plan", "migration", "--from", "2026-06-01", "--to", "2026-06-02", "--json")
    with pytest.raises(AccessError):
        run(ANALYST, *planned)
    assert run(OPERATOR, *planned).exit_code == 0
    seen = json.loads(run(ADMIN, "anomaly", "calendar", "--json").stdout)["planned"]
    assert [one["who"] for one in seen] == [OPERATOR]


def test_stopping_the_apps_own_warehouse_warns(run: Run, workspace: Running) -> None:
    asked = run(ADMIN, "warehouse", "stop", WAREHOUSE, "--reason", "x")
    assert "This app's own queries run on it" in " ".join(asked.stderr.split())
    other = next(k for k, w in workspace.state()["things"]["warehouses"].items() if w["name"] == "ETL Serverless")
    assert "own queries" not in run(ADMIN, "warehouse", "stop", other, "--reason", "x").stderr


def test_starting_the_apps_own_warehouse_is_on_record(run: Run, workspace: Running) -> None:
    workspace.put(things={"warehouses": {WAREHOUSE: {"state": "STOPPED", "since": 0.0}}})
    run(ADMIN, "audit", "--json")  # sets the environment of the admin
    for role, result in ((Role.VIEWER, "refused"), (Role.OPERATOR, "done")):
        context = Context(settings(), viewer=Viewer("somebody@x.example", role=role))
        if result == "refused":
            with pytest.raises(AccessError):
                operate.start_own_warehouse(context)
        else:
            operate.start_own_warehouse(context)
        newest = events.search(context.store)[0]
        assert (newest.act, newest.object_id, newest.result, newest.who) == (
            "start warehouse", WAREHOUSE, result, "somebody@x.example",
        )  # fmt: skip
        context.connected.close()
