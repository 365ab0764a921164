"""Schedules carried out: dry by default, with the rights of their maker, once, and leaving alone who started again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from databricks.sdk import WorkspaceClient

from lib import operate
from lib.clusters.fleet import fleet
from lib.clusters.schedules import Rule
from lib.config import load
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.operate import connecting
from lib.store import cluster_schedules as kept
from lib.store import events
from lib.store.cluster_schedules import Stored

EVENING = datetime(2026, 11, 20, 19, 0, tzinfo=timezone.utc)
RULE = Rule(stop_at="20:00", start_at="06:00", clusters=("x",))


@pytest.fixture
def context(
    demo_home: Path,
    tmp_path: Path,
    workspace: Running,
    client: Callable[..., WorkspaceClient],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Context]:
    workspace.options(cold_start_s=0.0)
    made = Context(
        load(source="demo", home=demo_home, store_url=f"sqlite:///{tmp_path / 's.db'}", operator_groups="data-platform")
    )
    app = operate.Connection(client(APP), WORKSPACE_ID, workspace.host, demo=True)
    monkeypatch.setattr(connecting, "connection", lambda _: app)
    yield made
    made.store.close()


def put(context: Context, workspace: Running, *, by: str = OPERATOR, dry_run: bool = False, **more: object) -> str:
    clusters = workspace.state()["things"]["clusters"]
    id_ = next(key for key, c in clusters.items() if c["cluster_name"] == "pricing-simulation")
    workspace.put(
        things={"clusters": {id_: {"state": "RUNNING", "last_restarted_time": 1_000, "_until_ms": None, **more}}}
    )
    rule = replace(RULE, clusters=(id_,))
    kept.put(context.store, Stored("s1", "evenings", WORKSPACE_ID, rule.plain(), True, dry_run, by, EVENING), None)
    return id_


def state(workspace: Running, id_: str) -> str:
    return str(workspace.state()["things"]["clusters"][id_]["state"])


def told(context: Context) -> list[tuple[str, str]]:
    return [(e.act, e.result) for e in reversed(events.search(context.store))]


def test_it_stops_once_in_the_evening(context: Context, workspace: Running) -> None:
    id_ = put(context, workspace)
    assert operate.run_schedules(context, EVENING + timedelta(minutes=59)) == ""
    assert operate.run_schedules(context, EVENING + timedelta(minutes=61)).startswith("1 of 1")
    assert state(workspace, id_) in ("TERMINATING", "TERMINATED")
    assert operate.run_schedules(context, EVENING + timedelta(minutes=66)) == ""
    assert told(context) == [("stop cluster", "done")]
    assert "Schedule “evenings”" in events.search(context.store)[0].reason


def test_dry_run_says_it_and_does_nothing(context: Context, workspace: Running) -> None:
    id_ = put(context, workspace, dry_run=True)
    operate.run_schedules(context, EVENING + timedelta(hours=2))
    assert (state(workspace, id_), told(context)) == ("RUNNING", [("stop cluster", "dry run")])


@pytest.mark.parametrize("by", [ANALYST, "gone@northwind.example"])
def test_it_may_do_what_its_maker_may_now(context: Context, workspace: Running, by: str) -> None:
    id_ = put(context, workspace, by=by)
    operate.run_schedules(context, EVENING + timedelta(hours=2))
    assert (state(workspace, id_), told(context)) == ("RUNNING", [("stop cluster", "refused")])


def test_who_started_it_again_keeps_it(context: Context, workspace: Running) -> None:
    late = int((EVENING + timedelta(minutes=70)).timestamp() * 1000)
    id_ = put(context, workspace, last_restarted_time=late)
    operate.run_schedules(context, EVENING + timedelta(hours=3))
    assert (state(workspace, id_), told(context)) == ("RUNNING", [])


def test_simulated_from_its_own_past(context: Context, workspace: Running) -> None:
    clusters = workspace.state()["things"]["clusters"]
    id_ = next(key for key, c in clusters.items() if c["cluster_name"] == "analytics-shared")
    night = operate.simulated(context, replace(RULE, clusters=(id_,)), [id_])[id_]
    spent = fleet(context.warehouse, operate.window(context), id_).clusters["total_cost"].sum()
    assert 0 < night.low <= night.high < spent
    assert night.nights > 5
