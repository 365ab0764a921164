"""Acting on clusters over the wire: rights, states, faults, two people at once, nothing deleted, no secret read."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config

from lib.access import Role, Viewer
from lib.clusters import drift
from lib.clusters.acting import Desk, Limits, Outcome
from lib.demo.workspace import Running, start
from lib.demo.workspace.clusters import SECRET
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, WORKSPACE_ID
from lib.errors import InputError, NotFound
from lib.store import Store, events
from lib.workspace import compute, people, policies
from lib.workspace.compute import LiveCluster

ROOT = Path(__file__).parents[2]
ANN = Viewer(ADMIN, groups=frozenset({"admins"}), role=Role.ADMIN)
OTTO = Viewer(OPERATOR, groups=frozenset({"data-platform", "lakeledger-operators"}), role=Role.OPERATOR)
ANA = Viewer(ANALYST, groups=frozenset({"finance-analytics"}), role=Role.OPERATOR)
POSTS = ("start", "delete", "restart")
Client = Callable[..., WorkspaceClient]
MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(workspace: Running, client: Client, tmp_path: Path) -> Iterator[MakeDesk]:
    """A desk as the app's service principal, with an empty store; transitions are quick."""
    workspace.options(cold_start_s=0.3)
    stores: list[Store] = []

    def make(**more: Any) -> Desk:
        stores.append(Store.open(f"sqlite:///{tmp_path / f'{len(stores)}.db'}"))
        values: dict[str, Any] = {"client": client(APP), "now": lambda: datetime.now(timezone.utc)} | more
        return Desk(workspace_id=WORKSPACE_ID, store=stores[-1], **values)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def set_state(workspace: Running) -> Callable[..., str]:
    """`set_state("shared-etl", "RUNNING")` puts a cluster into a state; its id."""
    ids = {c["cluster_name"]: key for key, c in workspace.state()["things"]["clusters"].items()}

    def put(name: str, state: str, **more: Any) -> str:
        workspace.put(things={"clusters": {ids[name]: {"state": state, "_until_ms": None, **more}}})
        return ids[name]

    return put


def posts(workspace: Running) -> list[str]:
    return [r["path"].rpartition("/")[2] for r in workspace.requests(method="POST") if r["path"].endswith(POSTS)]


def wait_for(where: Desk, cluster_id: str, state: str) -> LiveCluster:
    for _ in range(100):
        found = compute.cluster(where.client, cluster_id)
        if found.state == state:
            return found
        time.sleep(0.05)
    raise AssertionError(f"never {state}")


def test_all_clusters_come_page_by_page(client: Client, workspace: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "PAGE", 4)
    found = compute.clusters(client(APP))
    assert len(found) == len({c.cluster_id for c in found}) == len(workspace.state()["things"]["clusters"])
    assert len(workspace.requests(path="/api/2.1/clusters/list")) == -(-len(found) // 4)
    running = compute.clusters(client(APP), states=["RUNNING"], sources=["UI"])
    assert {(c.state, c.source) for c in running} <= {("RUNNING", "UI")}


def test_events_come_page_by_page(client: Client, set_state: Callable[..., str], workspace: Running) -> None:
    id_ = set_state("data-engineering", "TERMINATED")
    every = [event.timestamp for event in client(APP).clusters.events(id_, limit=10)]
    assert every == sorted(every, reverse=True)
    assert len(workspace.requests(path="/api/2.1/clusters/events")) == -(-len(every) // 10)
    assert len(compute.events(client(APP), id_, 15)) == 15


def test_stop_start_restart_change_the_state_and_are_on_record(desk: MakeDesk, set_state: Callable[..., str]) -> None:
    where, id_ = desk(), set_state("analytics-shared", "RUNNING")
    stopped = where.act(OTTO, "stop", id_, reason="nobody needs it", typed_name="analytics-shared")
    assert (stopped.result, stopped.before, stopped.after) == ("done", "RUNNING", "TERMINATING")
    assert wait_for(where, id_, "TERMINATED").reason is not None
    again = where.act(OTTO, "stop", id_, reason="again")
    assert (again.result, again.message) == ("refused", "analytics-shared is stopped already.")
    assert where.act(OTTO, "restart", id_, reason="x").result == "refused"
    assert where.act(OTTO, "start", id_, reason="needed").result == "done"
    wait_for(where, id_, "RUNNING")
    assert where.act(OTTO, "restart", id_, reason="full memory", typed_name="analytics-shared").after == "RESTARTING"
    wait_for(where, id_, "RUNNING")
    told = [(e.act, e.result, e.who, e.reason) for e in reversed(events.search(where.store))]
    assert told == [
        ("stop cluster", "done", OPERATOR, "nobody needs it"), ("stop cluster", "refused", OPERATOR, "again"),
        ("restart cluster", "refused", OPERATOR, "x"), ("start cluster", "done", OPERATOR, "needed"),
        ("restart cluster", "done", OPERATOR, "full memory"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("viewer", "why"),
    [
        (ANA, "only CAN_ATTACH_TO"),
        (Viewer("nobody@x.example", role=Role.OPERATOR), "no permission"),
        (Viewer("nobody@x.example", role=Role.ADMIN), "no permission"),
        (Viewer(OPERATOR, groups=OTTO.groups, role=Role.VIEWER), "may not stop clusters"),
    ],
)
def test_a_direct_call_is_refused_like_a_click(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running, viewer: Viewer, why: str
) -> None:
    where, id_ = desk(), set_state("risk-models", "RUNNING")
    outcome = where.act(viewer, "stop", id_, reason="try", typed_name="risk-models")
    assert outcome.result == "refused"
    assert why in outcome.message
    assert posts(workspace) == []
    assert [e.result for e in events.search(where.store)] == ["refused"]


def test_rights_are_asked_at_the_moment_of_acting(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    where, id_ = desk(), set_state("risk-models", "RUNNING")
    assert where.preview(OTTO, "stop", id_).allowed
    before = workspace.state()["acls"][f"clusters/{id_}"]
    try:
        workspace.put(acls={f"clusters/{id_}": {APP: "CAN_MANAGE"}})
        assert where.act(OTTO, "stop", id_, reason="x", typed_name="risk-models").result == "refused"
        workspace.put(acls={f"clusters/{id_}": {APP: "CAN_ATTACH_TO", OPERATOR: "CAN_RESTART"}})
        unreadable = where.act(OTTO, "stop", id_, reason="x", typed_name="risk-models")
        assert unreadable.result == "refused"
        assert "CAN_MANAGE" in unreadable.message
    finally:
        workspace.put(acls={f"clusters/{id_}": before})


def test_who_acts_as_themself_is_judged_by_the_workspace(
    desk: MakeDesk, client: Client, set_state: Callable[..., str], workspace: Running
) -> None:
    id_ = set_state("data-engineering", "RUNNING")
    before = workspace.state()["acls"][f"clusters/{id_}"]
    try:
        workspace.put(acls={f"clusters/{id_}": {OPERATOR: "CAN_RESTART", ANALYST: "CAN_ATTACH_TO", APP: "CAN_MANAGE"}})
        ana = desk(client=client(ANALYST), me=ANALYST)
        assert ana.act(ANA, "stop", id_, reason="x").result == "refused"
        assert ana.act(OTTO, "stop", id_, reason="x").result == "refused", "nobody else's name opens it"
        otto = desk(client=client(OPERATOR), me=OPERATOR)
        assert otto.act(OTTO, "stop", id_, reason="x").result == "done"
    finally:
        workspace.put(acls={f"clusters/{id_}": before})


def test_operators_can_be_limited_by_workspace_and_tag(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    id_ = set_state("data-engineering", "RUNNING")
    elsewhere = desk(limits=Limits(workspaces=frozenset({"1"})))
    assert "limit them to others" in elsewhere.act(OTTO, "stop", id_, reason="x").message
    tagged = desk(limits=Limits(tags=(("sandbox", ""),)))
    assert "tagged sandbox" in tagged.act(OTTO, "stop", id_, reason="x").message
    assert posts(workspace) == []
    assert tagged.act(ANN, "stop", id_, reason="x").result == "done"


def test_production_wants_its_name_typed_and_everything_a_reason(
    desk: MakeDesk, set_state: Callable[..., str], workspace: Running
) -> None:
    where, id_ = desk(), set_state("shared-etl", "RUNNING")
    assert where.preview(ANN, "stop", id_).typed_name == "shared-etl"
    assert "must be typed" in where.act(ANN, "stop", id_, reason="x", typed_name="shared").message
    assert where.act(ANN, "stop", id_, reason=" ", typed_name="shared-etl").result == "failed"
    dry = where.act(ANN, "stop", id_, reason="x", dry_run=True)
    assert dry.result == "dry run"
    assert posts(workspace) == []
    assert where.act(ANN, "stop", id_, reason="x", typed_name="shared-etl").ok


def test_the_preview_says_what_will_happen(desk: MakeDesk, set_state: Callable[..., str]) -> None:
    where = desk(cost_per_hour=lambda _: (12.5, "USD"))
    seen = where.preview(ANN, "stop", set_state("shared-etl", "RUNNING", last_restarted_time=1))
    assert len(seen.work) == 1
    assert any("1 job run on it will fail" in line for line in seen.consequences)
    assert any("$12.50 an hour" in line for line in seen.consequences)
    start_ = where.preview(ANN, "start", set_state("shared-etl", "TERMINATED"))
    assert any("stops by itself after 40 minutes" in line for line in start_.consequences)


@pytest.mark.parametrize(
    ("fault", "result", "says"),
    [
        ({"status": 403, "error_code": "PERMISSION_DENIED", "message": "not allowed"}, "refused", "not allowed"),
        (
            {"status": 400, "error_code": "INVALID_STATE", "message": "is in unexpected state Resizing"},
            "failed",
            "Resizing",
        ),
        (
            {"status": 409, "error_code": "RESOURCE_CONFLICT", "message": "somebody edits it"},
            "failed",
            "somebody edits it",
        ),
        ({"status": 404, "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "gone"}, "failed", "gone"),
        ({"status": 500, "message": "a fault of theirs"}, "failed", "a fault of theirs"),
        pytest.param({"status": 503, "times": -1}, "failed", "did not answer in time", marks=pytest.mark.slow),
        ({"status": 429, "headers": {"Retry-After": "1"}}, "done", "stopping"),
        ({"status": 503}, "done", "stopping"),
        ({"drop": "before"}, "done", "stopping"),
        ({"drop": "after"}, "done", "stop"),
        pytest.param({"slow_s": 2.5, "times": -1}, "done", "stop", marks=pytest.mark.slow),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)
def test_faults_of_the_call(
    desk: MakeDesk, workspace: Running, set_state: Callable[..., str], fault: dict[str, Any], result: str, says: str
) -> None:
    config = Config(host=workspace.host, token=workspace.token_of(APP), retry_timeout_seconds=4, http_timeout_seconds=1)
    where, id_ = desk(client=WorkspaceClient(config=config)), set_state("data-engineering", "RUNNING")
    workspace.fault(path="clusters/delete", **fault)
    outcome = where.act(ANN, "stop", id_, reason="x")
    assert outcome.result == result, outcome
    assert says in outcome.message
    assert [e.result for e in events.search(where.store)] == [result]


def test_an_answer_that_was_lost_is_no_failure(
    desk: MakeDesk, workspace: Running, set_state: Callable[..., str]
) -> None:
    # the start was taken up and the answer cut off: the SDK asks again, hears INVALID_STATE, and it starts all the same
    where, id_ = desk(), set_state("streaming-debug", "TERMINATED")
    workspace.options(cold_start_s=5)
    workspace.fault(path="clusters/start", drop="after")
    outcome = where.act(ANN, "start", id_, reason="x")
    assert (outcome.result, outcome.after) == ("done", "PENDING")
    workspace.options(cold_start_s=0.3)


def test_a_cluster_that_changes_under_your_feet(
    desk: MakeDesk, workspace: Running, set_state: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, id_ = desk(), set_state("data-engineering", "RUNNING")
    seen = where.preview(ANN, "restart", id_)
    assert seen.allowed

    def overtaken(client: WorkspaceClient, cluster_id: str) -> None:
        set_state("data-engineering", "TERMINATED")
        real(client, cluster_id)

    from lib.clusters import acting

    real = acting.VERBS["restart"][1]
    monkeypatch.setitem(acting.VERBS, "restart", ("restart", overtaken))
    outcome = where.act(ANN, "restart", id_, reason="x")
    assert outcome.result == "failed"
    assert outcome.message.startswith("It changed meanwhile: data-engineering cannot be restarted: it is stopped")


def test_one_that_is_gone(desk: MakeDesk) -> None:
    where = desk()
    with pytest.raises(NotFound):
        where.preview(ANN, "stop", "nope")
    assert where.act(ANN, "stop", "nope", reason="x").result == "failed"
    assert [e.object_id for e in events.search(where.store)] == ["nope"]


def test_bulk_stop_tells_cluster_by_cluster(desk: MakeDesk, set_state: Callable[..., str], workspace: Running) -> None:
    where = desk()
    ids = [
        set_state("data-engineering", "RUNNING"),
        set_state("streaming-debug", "TERMINATED"),
        "nope",
        set_state("shared-etl", "RUNNING"),
    ]
    first = where.many(ANN, "stop", [*ids, ids[0]], reason="evening")
    assert [o.result for o in first] == ["done", "refused", "failed", "refused"]
    second = where.many(ANN, "stop", [ids[3]], reason="evening", typed="1")
    assert [o.result for o in second] == ["done"]
    assert posts(workspace) == ["delete", "delete"]
    assert events.count(where.store) == 5
    with pytest.raises(InputError):
        where.many(ANN, "stop", [str(n) for n in range(51)], reason="x")


def test_two_people_at_once(desk: MakeDesk, set_state: Callable[..., str], workspace: Running) -> None:
    where, id_ = desk(), set_state("streaming-debug", "TERMINATED")
    workspace.options(cold_start_s=2)
    outcomes: list[Outcome] = []
    both = threading.Barrier(2)

    def go(viewer: Viewer) -> None:
        both.wait()
        outcomes.append(where.act(viewer, "start", id_, reason=f"{viewer.name} needs it"))

    threads = [threading.Thread(target=go, args=(viewer,)) for viewer in (ANN, OTTO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "done" in [o.result for o in outcomes]
    assert {o.result for o in outcomes} <= {"done", "refused"}
    assert all(o.after in ("PENDING", "RUNNING") for o in outcomes)
    assert sorted(e.who for e in events.search(where.store)) == sorted([ADMIN, OPERATOR])
    wait_for(where, id_, "RUNNING")


def test_no_secret_comes_through_the_door(client: Client, set_state: Callable[..., str]) -> None:
    found = compute.cluster(client(ADMIN), set_state("shared-etl", "RUNNING"))
    assert "WAREHOUSE_PASSWORD" in found.environment
    assert SECRET not in repr(found)
    assert SECRET not in repr(vars(found))
    assert SECRET not in str(found.attributes)


def test_drift_agrees_with_the_workspace(client: Client, workspace: Running) -> None:
    app = client(APP)
    policy = policies.policy(app, "policy-shared")
    told = {
        c.cluster_id: set(c.violations or {})
        for c in app.policy_compliance_for_clusters.list_compliance("policy-shared")
    }
    ours = {
        c.cluster_id: {v.path for v in drift.violations(policy.definition, c.attributes)}
        for c in compute.clusters(app)
        if c.policy_id == "policy-shared"
    }
    assert ours == told
    assert any(ours.values())
    assert {p.policy_id for p in policies.policies(app)} >= {"policy-shared", "policy-small", "policy-jobs-1"}


def test_groups_of_a_person(client: Client) -> None:
    assert "data-platform" in (people.groups_of(client(APP), OPERATOR) or ())
    assert people.groups_of(client(APP), 'x" or userName co "a') is None


def test_state_outlives_the_workspace(demo_home: Path, tmp_path: Path) -> None:
    with start(demo_home / "demo", home=tmp_path) as first:
        app = WorkspaceClient(config=Config(host=first.host, token=first.token_of(APP)))
        id_ = next(c.cluster_id for c in compute.clusters(app) if c.name == "data-engineering")
        first.options(cold_start_s=0.0)
        app.clusters.delete(id_)
    with start(demo_home / "demo", home=tmp_path) as second:
        app = WorkspaceClient(config=Config(host=second.host, token=second.token_of(APP)))
        assert compute.cluster(app, id_).state == "TERMINATED"


# ── nothing can delete ──────────────────────────────────────────────────────────────────────────────────────────────


def test_no_code_can_delete_for_good() -> None:
    forbidden = re.compile(r"permanent[_-]?delete|/clusters/permanent", re.IGNORECASE)
    removing = re.compile(
        r"\.(clusters|warehouses|instance_pools|cluster_policies|jobs|pipelines)\.(delete|permanent_delete)\w*\("
    )
    uses = []
    for path in [*ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]:
        text = path.read_text("utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", '"""', "'")))
        assert not forbidden.search(code), path
        uses += [(path.relative_to(ROOT).as_posix(), found[0]) for found in removing.finditer(code)]
    assert uses == [("lib/workspace/acts.py", ".clusters.delete(")]


def test_nothing_that_was_sent_deletes(desk: MakeDesk, set_state: Callable[..., str], workspace: Running) -> None:
    where, id_ = desk(), set_state("data-engineering", "RUNNING")
    for act in ("restart", "stop", "start"):
        where.act(ANN, act, id_, reason="x")  # type: ignore[arg-type]
        wait_for(where, id_, "TERMINATED" if act == "stop" else "RUNNING")
    sent = workspace.requests()
    assert sent
    assert not [r for r in sent if r["method"] == "DELETE" or "permanent" in r["path"]]
    assert id_ in workspace.state()["things"]["clusters"]
