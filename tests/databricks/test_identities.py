"""As whom a person's queries run, what that person sees, and that nobody is served what somebody else was."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from lib.access import Role, Viewer
from lib.config import Platform, load
from lib.connected import Connected
from lib.context import Context, Shared
from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, OUTSIDER
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import AccessError, SignInError, SourceError
from lib.ledger.reference import tables as reference_tables
from lib.ui.answers import Answers
from lib.warehouse.ddl import ddl
from lib.warehouse.remembered import Room
from lib.workspace.identity import Person, person

SPAN = "names/span"


@pytest.fixture
def hosted(workspace: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    """The app as the platform runs it: its own service principal in the environment, viewers by their tokens."""
    secret = workspace.state()["people"][APP]["secret"]
    monkeypatch.setenv("DATABRICKS_HOST", workspace.host)
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", APP)
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", secret)
    around = Platform("lakeledger", workspace.host, WAREHOUSE, False, True, None)
    columns = {table.name: table.columns for table in ddl()}
    settings = load(source="databricks", ca_file=workspace.ca_file, admin_groups="lakeledger-admins")
    connected = Connected(settings, columns, lambda: reference_tables(None, None), around=lambda: around)
    yield connected
    connected.close()


def signed_in(workspace: Running, name: str, *, token: bool = True) -> Person:
    """What the proxy would say about somebody."""
    forwarded = workspace.token_of(name, kind="obo", scopes=("sql", "iam.current-user:read")) if token else ""
    return person({"X-Forwarded-Email": name, "X-Forwarded-Access-Token": forwarded})


def test_the_person_is_shown_and_not_the_service_principal(hosted: Connected, workspace: Running) -> None:
    viewer = hosted.viewer(signed_in(workspace, ADMIN))
    assert viewer.name == ADMIN
    assert viewer.role is Role.ADMIN
    by_app = hosted.viewer(signed_in(workspace, OPERATOR, token=False))
    assert by_app.name == OPERATOR
    assert by_app.role is Role.VIEWER


def test_queries_run_as_the_viewer_with_a_token_and_as_the_app_without(hosted: Connected, workspace: Running) -> None:
    ana = hosted.viewer(signed_in(workspace, ANALYST))
    without = replace(ana, token=None)
    assert hosted.login(ana).kind == "viewer"
    assert hosted.login(without).kind == "app"
    hosted.warehouse(without).fetch(SPAN)
    assert {r["who"] for r in workspace.requests(rpc="ExecuteStatement")} == {APP}
    workspace.forget()
    with suppress(SourceError):  # whatever she may read, it is asked as her
        hosted.warehouse(ana).fetch(SPAN)
    assert {r["who"] for r in workspace.requests(rpc="ExecuteStatement")} == {ANALYST}


def test_a_viewer_is_never_served_rows_fetched_as_another(hosted: Connected, workspace: Running) -> None:
    """The admin has asked and got an answer; the same question of one without grants gets a refusal, not that answer."""
    answers = Answers(Room(1_000_000))
    grants = workspace.state()["grants"]
    workspace.put(grants=[])
    try:
        rows: dict[str, object] = {}
        for name in (ADMIN, ANALYST):
            viewer = hosted.viewer(signed_in(workspace, name))
            key = (hosted.login(viewer).key, "span")
            warehouse = hosted.warehouse(viewer)
            try:
                rows[name] = answers.now(key, "g", lambda w=warehouse: w.fetch(SPAN).to_pylist())
            except SourceError as error:
                rows[name] = error
        assert isinstance(rows[ADMIN], list)
        assert isinstance(rows[ANALYST], SourceError)
    finally:
        workspace.put(grants=grants)


def test_no_warehouse_object_or_connection_is_shared_between_people(hosted: Connected, workspace: Running) -> None:
    people = [hosted.viewer(signed_in(workspace, name)) for name in (ADMIN, ANALYST)]
    first, second = (hosted.warehouse(viewer) for viewer in people)
    assert first is not second
    assert first.sender.runner is not second.sender.runner
    assert hosted.warehouse(people[0]) is first
    assert len({hosted.login(viewer).key for viewer in people}) == 2


def test_a_new_token_of_the_same_person_is_used_at_once(hosted: Connected, workspace: Running) -> None:
    admin = hosted.viewer(signed_in(workspace, ADMIN))
    hosted.warehouse(admin).fetch("warehouse/sizes")
    assert admin.token is not None
    workspace.end_token(admin.token)
    with pytest.raises(SignInError, match="no longer accepts"):
        hosted.warehouse(admin).fetch("warehouse/sizes")
    newer = hosted.viewer(signed_in(workspace, ADMIN))
    assert hosted.warehouse(newer).fetch("warehouse/sizes").num_rows


def test_the_apps_own_token_is_renewed_when_it_ends(hosted: Connected, workspace: Running) -> None:
    nobody = Viewer("somebody@example.com")
    hosted.warehouse(nobody).fetch("warehouse/sizes")
    for token, said in workspace.state()["tokens"].items():
        if said["name"] == APP:
            workspace.end_token(token)
    assert hosted.warehouse(nobody).fetch("warehouse/sizes").num_rows


def test_headers_are_not_believed_outside_the_platform(workspace: Running) -> None:
    from lib.workspace.login import of_viewer

    outside = Platform(None, None, None, False, False, None, "/nowhere")
    given = load(source="databricks", host=workspace.host, token=workspace.token)
    forged = Viewer(ADMIN, token="stolen")
    assert of_viewer(forged, given, outside).kind == "person"


@pytest.mark.slow
def test_a_viewer_of_one_workspace_sees_no_row_of_another(demo: Context, workspace: Running) -> None:
    """Groups open workspaces, for every query, on both engines, whoever's identity the rows are read by."""
    known = [row["workspace_id"] for row in demo.warehouse.fetch("names/workspaces").to_pylist()]
    mine, other = known[0], known[1]
    rules = {"team-a": [mine], "finance": ["*"]}
    member = Viewer("a@example.com", groups=frozenset({"team-a"}))
    period = {"start_date": None, "end_date": None}
    for context in (
        Context(demo.settings.model_copy(update={"workspace_groups": rules}), viewer=member),
        Context(
            load(
                source="databricks", host=workspace.host, token=workspace.token, warehouse_id=WAREHOUSE,
                ca_file=workspace.ca_file, workspace_groups=rules,
            ),
            viewer=member,
        ),
    ):  # fmt: skip
        span = context.warehouse.fetch(SPAN).to_pylist()[0]
        period = {"start_date": span["first_day"], "end_date": span["last_day"], "currency": "USD", "base": "list"}
        none = dict.fromkeys(("workspaces", "products", "owners", "serverless", "tag_key", "tag_value"))
        asked = period | none | {"dim1": "workspace", "dim2": None, "dim1_tag": None, "dim2_tag": None}
        assert {row["key1"] for row in context.warehouse.fetch("spend/by", asked).to_pylist()} == {mine}
        assert context.warehouse.fetch("spend/by", asked | {"workspaces": [other]}).num_rows == 0
        everything = Context(context.settings, viewer=replace(member, groups=frozenset({"finance"})), shared=Shared())
        assert len({row["key1"] for row in everything.warehouse.fetch("spend/by", asked).to_pylist()}) > 1
        assert context.identity != everything.identity
        outsider = Context(context.settings, viewer=Viewer("b@example.com"), shared=Shared())
        assert outsider.warehouse.fetch("spend/by", asked).num_rows == 0


def test_only_an_admin_tests_the_connection_and_three_troubles_are_three_messages(
    hosted: Connected, workspace: Running
) -> None:
    admin = hosted.viewer(signed_in(workspace, ADMIN))
    with pytest.raises(AccessError, match="may not test the connection"):
        hosted.self_test(replace(admin, role=Role.OPERATOR))
    assert [step.fine for step in hosted.self_test(admin)] == [True] * 4
    said = set()
    no_rights = replace(hosted.viewer(signed_in(workspace, OUTSIDER)), role=Role.ADMIN)
    said.add(hosted.self_test(no_rights)[-1].said)
    wrong = Platform("lakeledger", workspace.host, "0000000000000000", False, True, None)
    hosted._around = lambda: wrong
    said.add(hosted.self_test(admin)[-1].said)
    hosted._around = lambda: replace(wrong, warehouse_id=WAREHOUSE)
    grants = workspace.state()["grants"]
    workspace.put(grants=[])
    try:
        ana = replace(hosted.viewer(signed_in(workspace, ANALYST)), role=Role.ADMIN)
        said.add(hosted.self_test(ana)[-1].said)
    finally:
        workspace.put(grants=grants)
    assert len(said) == 3, said
