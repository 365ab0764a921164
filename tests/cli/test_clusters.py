"""Commands about compute on the small demo and its own workspace: JSON for machines, verdicts as exit codes."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lib.cli.app import app
from lib.config import settings
from lib.demo.workspace.clusters import SECRET
from lib.operate import connecting

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own: acts change its workspace and its record."""
    made = tmp_path_factory.mktemp("acting")
    shutil.copytree(demo_home / "demo", made / "demo", ignore=shutil.ignore_patterns("workspace-*"))
    return made


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("LAKELEDGER_HOME", str(home))
    monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
    settings.cache_clear()

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    yield call
    settings.cache_clear()
    connecting._clients.clear()


@pytest.fixture
def ask(run: Run) -> Callable[..., Any]:
    return lambda *words: json.loads(run(*words, "--json").stdout)


def test_the_fleet_and_one_of_it(ask: Callable[..., Any]) -> None:
    told = ask("clusters")
    assert told["total"]["clusters"] == len(told["clusters"]) == 13
    states = [row["state"] for row in told["clusters"]]
    assert states.index("TERMINATED") >= states.count("RUNNING") > 0
    only = ask("clusters", "--state", "running")
    assert {row["state"] for row in only["clusters"]} == {"RUNNING"}
    etl = next(row for row in told["clusters"] if row["name"] == "shared-etl")
    one = ask("cluster", etl["cluster_id"])
    assert one["live"]["state"] == etl["state"]
    assert one["stories"]
    assert len(one["jobs"]) == 3
    assert SECRET not in json.dumps(one)
    assert "WAREHOUSE_PASSWORD" in json.dumps(one)


def test_stop_needs_its_name_and_leaves_a_record(ask: Callable[..., Any], run: Run) -> None:
    etl = next(row for row in ask("clusters")["clusters"] if row["name"] == "shared-etl")["cluster_id"]
    dry = ask("cluster", "stop", etl, "--reason", "x", "--dry-run")
    assert dry["result"] == "dry run"
    refused = run("cluster", "stop", etl, "--reason", "x", "--yes", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["result"] == "refused"
    done = ask("cluster", "stop", etl, "--reason", "evening", "--yes", "--name", "shared-etl")
    assert (done["result"], done["before"], done["after"]) == ("done", "RUNNING", "TERMINATING")
    asked = CliRunner().invoke(app, ["cluster", "start", etl, "--reason", "x"], input="n\n", catch_exceptions=False)
    assert asked.exit_code == 1


def test_a_warehouse_starts_and_stops_and_says_so(ask: Callable[..., Any], run: Run) -> None:
    listed = ask("warehouses")["warehouses"]
    row = next(r for r in listed if r["state_live"] and r["state"] == "STOPPED" and r["name"] != "BI Production")
    dry = ask("warehouse", "start", row["warehouse_id"], "--reason", "x", "--dry-run")
    assert (dry["result"], dry["warehouse_id"], dry["name"]) == ("dry run", row["warehouse_id"], row["name"])
    started = ask("warehouse", "start", row["warehouse_id"], "--reason", "month end", "--yes")
    assert (started["result"], started["before"]) == ("done", "STOPPED")
    assert started["after"] in ("STARTING", "RUNNING")
    stopped = ask("warehouse", "stop", row["warehouse_id"], "--reason", "over", "--yes", "--name", row["name"])
    assert (stopped["result"], stopped["after"]) == ("done", "STOPPED")
    again = run("warehouse", "stop", row["warehouse_id"], "--reason", "over", "--yes", "--json")
    assert (again.exit_code, json.loads(again.stdout)["result"]) == (1, "refused")
    no = CliRunner().invoke(
        app, ["warehouse", "start", row["warehouse_id"], "--reason", "x"], input="n\n", catch_exceptions=False
    )
    assert no.exit_code == 1
    assert run("warehouse", "start", row["warehouse_id"], "--yes", "--json").exit_code == 1, "a reason is missing"


def test_the_rest_is_one_object_each(ask: Callable[..., Any]) -> None:
    assert {row["name"] for row in ask("warehouses")["warehouses"]} >= {"BI Production", "Finance Reporting"}
    told = ask("policies")
    shared = next(policy for policy in told["policies"] if policy["policy_id"] == "policy-shared")
    assert shared["violations"]
    assert told["without_policy"]
    found = ask("recommendations")
    assert found["open"] == len(found["recommendations"]) > 5
    assert all(row["evidence"] and row["action"] for row in found["recommendations"])


def test_files_can_be_looked_at_and_not_acted_on(
    demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib.errors import SourceError

    shutil.copytree(demo_home / "demo", tmp_path / "files", ignore=shutil.ignore_patterns("workspace-*"))
    monkeypatch.setenv("LAKELEDGER_HOME", str(tmp_path))
    monkeypatch.setenv("LAKELEDGER_SOURCE", "files")
    settings.cache_clear()
    told = json.loads(CliRunner().invoke(app, ["clusters", "--json"], catch_exceptions=False).stdout)
    assert not any(row["state_live"] for row in told["clusters"])
    with pytest.raises(SourceError, match="Acting is not available"):
        CliRunner().invoke(app, ["cluster", "stop", "c1", "--reason", "x", "--yes"], catch_exceptions=False)
    settings.cache_clear()
