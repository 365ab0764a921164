"""Plans and their outcomes against the loopback workspace, through the real SDK."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST
from lib.errors import InputError, SourceError
from lib.genie import planning, reading
from lib.genie.differences import differences
from lib.genie.hashes import forge_hash
from lib.genie.model import Answer, Benchmark, Column, Example, Instruction, Question, Snippet, Space, Table
from lib.genie.planning import Action, as_space, body_of
from tests.genie.conftest import Client, Project
from tests.genie.samples import OLD_PROJECT, SPACES, small

SPACES_PATH = "/api/2.0/genie/spaces"


def actions(plan: planning.Plan) -> dict[str, str]:
    return {step.logical_id: step.action.value for step in plan.steps}


def sent(workspace: Running, method: str = "POST") -> list[dict]:
    return [r["body"] for r in workspace.requests(method=method) if r["path"].startswith(SPACES_PATH)]


def named(workspace: Running) -> list[str]:
    spaces = workspace.state()["things"].get("spaces", {}).values()
    return sorted(space["title"] for space in spaces if not space["trashed"])


def test_apply_then_plan_is_empty_and_the_payload_never_changes(project: Project, workspace: Running) -> None:
    assert project.plan(small()).exit_code == 2
    assert project.apply(small()).exit_code == 0
    again = project.plan(small())
    assert (actions(again), again.exit_code) == ({"orders": "unchanged"}, 0)
    assert [body["serialized_space"] for body in sent(workspace)] == [body_of(small())["serialized_space"]]
    assert project.state.entry("dev", "orders").config_hash == forge_hash(small())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPACES)
def test_any_space_that_was_applied_plans_as_unchanged(project: Project, space: Space) -> None:
    space = replace(_valid(space), space_id="generated")
    applied = project.apply(space)
    assert [outcome.message for outcome in applied.outcomes if outcome.result != "done"] == []
    plan = project.plan(space)
    assert (actions(plan), [d.lines() for s in plan.steps for d in s.differences]) == ({"generated": "unchanged"}, [])


def _valid(space: Space) -> Space:
    """The generated space without what a workspace refuses on purpose: keys it does not know, ids used twice."""
    seen: set[str] = set()

    def fresh(parts):  # type: ignore[no-untyped-def]
        kept = []
        for part in parts or ():
            if part.id in seen:
                part = replace(part, id=None)
            seen.add(part.id)
            kept.append(part)
        return tuple(kept)

    changes = {
        name: fresh(getattr(space, name))
        for name in ("examples", "functions", "joins", "filters", "expressions", "measures", "text_instructions")
    }
    filters = tuple(
        part for part in changes.pop("filters") if not "".join(part.sql).lower().lstrip().startswith("where")
    )
    seen.clear()
    questions = {name: fresh(getattr(space, name)) for name in ("sample_questions", "benchmarks")}
    return replace(space, **changes, **questions, filters=filters, api_fields={}, warehouse_id="0123456789abcdef")


def test_every_kind_of_change_is_named_field_by_field(project: Project, client: Client) -> None:
    old = small(
        description="Old",
        tables=(Table("main.retail.orders", ("Orders",), (Column("status", synonyms=("state",)),)),),
        text_instructions=(Instruction(("Leave out tests.\n",)),),
        measures=(Snippet(("SUM(x)",), "Revenue"),),
        benchmarks=(Benchmark(("How many?",), (Answer(("SELECT 1",)),)),),
    )
    project.apply(old)
    new = replace(
        old,
        title="Orders 2",
        warehouse_id="fedcba9876543210",
        description="New",
        parent_path="/Shared/Genie/Retail",
        tables=(Table("main.retail.orders", ("Orders, net",), (Column("status", synonyms=("condition",)),)),),
        text_instructions=(Instruction(("Leave out tests.\n", "Weeks begin on Monday.\n")),),
        measures=(Snippet(("SUM(y)",), "Revenue"), Snippet(("COUNT(*)",), "Orders")),
        benchmarks=(),
    )
    plan = project.plan(new)
    assert actions(plan) == {"orders": "update"}
    assert {d.path for d in plan.steps[0].differences} == {
        "title",
        "warehouse_id",
        "description",
        "parent_path",
        "tables[main.retail.orders].description",
        "tables[main.retail.orders].column_configs[status].synonyms",
        "measures[Revenue].sql",
        "measures[Orders]",
        "benchmarks[How many?]",
        "text_instructions",
    }
    assert project.run(plan).exit_code == 0
    assert actions(project.plan(new)) == {"orders": "unchanged"}
    there = client().get(project.state.entry("dev", "orders").databricks_space_id)
    assert (there.parent_path, there.title) == ("/Shared/Genie/Retail", "Orders 2")


def test_what_was_changed_in_the_workspace_is_named_and_brought_back(project: Project, client: Client) -> None:
    project.apply(small())
    space_id = project.state.entry("dev", "orders").databricks_space_id
    other = small(tables=(Table("main.retail.orders", ("Changed by hand",)),))
    client().update(space_id, {"serialized_space": body_of(other)["serialized_space"]})
    plan = project.plan(small())
    assert actions(plan) == {"orders": "changed outside"}
    assert [d.path for d in plan.steps[0].differences] == ["tables[main.retail.orders].description"]
    assert project.run(plan).exit_code == 0
    assert actions(project.plan(small())) == {"orders": "unchanged"}
    kept = project.state.path.with_name(".genie-forge.json.history")
    assert "Changed by hand" in (kept / "dev/orders/00002.json").read_text()


def test_what_is_gone_is_made_again_and_what_has_the_title_is_taken_over(project: Project, client: Client) -> None:
    project.apply(small())
    client().trash(project.state.entry("dev", "orders").databricks_space_id)
    assert actions(project.plan(small())) == {"orders": "recreate"}
    client().create(body_of(small()))
    plan = project.plan(small())
    assert actions(plan) == {"orders": "adopt"}
    project.run(plan)
    assert actions(project.plan(small())) == {"orders": "unchanged"}


def test_two_spaces_of_one_title_are_not_guessed_between(project: Project, client: Client) -> None:
    client().create(body_of(small()))
    client().create(body_of(small()))
    plan = project.plan(small())
    assert (actions(plan), plan.exit_code) == ({"orders": "unknown"}, 1)


def test_an_old_project_is_taken_over_without_a_false_update(
    project: Project, workspace: Running, client: Client
) -> None:
    loaded = reading.load(OLD_PROJECT / "conf/spaces", "dev")
    state = json.loads((OLD_PROJECT / ".genie-forge.json").read_text(encoding="utf-8"))
    client().make_folder("/Workspace/Shared/Genie")
    for space in loaded.spaces:
        made = client().create(_as_the_earlier_tool_sent(space))
        state["environments"]["dev"]["spaces"][space.space_id]["databricks_space_id"] = (
            made.space_id if (space.space_id in state["environments"]["dev"]["spaces"]) else None
        )
    state["environments"]["dev"]["workspace_url"] = workspace.host
    client().update(
        state["environments"]["dev"]["spaces"]["products"]["databricks_space_id"], {"title": "Products (old)"}
    )
    text = json.dumps(state, indent=2)
    project.state.path.write_text(text, encoding="utf-8")
    plan = project.plan(*loaded.spaces)
    found = actions(plan)
    changed = [(step.logical_id, d.path, d.before, d.after) for step in plan.steps for d in step.differences]
    assert (found["orders"], found["stock"]) == ("unchanged", "unchanged"), changed
    assert (found["products"], found["imported_once"]) == ("update", "not in files")
    assert found["returns"] == "unchanged"  # the file differs from what was applied, the workspace does not
    assert "benchmarks" in next(step.notes[0] for step in plan.steps if step.logical_id == "orders")
    assert project.state.path.read_text(encoding="utf-8") == text
    complete = project.plan(*loaded.spaces, complete=True)
    assert actions(complete)["orders"] == "update"
    project.run(complete)
    assert set(actions(project.plan(*loaded.spaces)).values()) == {"unchanged", "not in files"}
    after = json.loads(project.state.path.read_text(encoding="utf-8"))
    assert after["kept_by_us"] == {"unknown": True}
    assert after["environments"]["dev"]["spaces"]["stock"] == state["environments"]["dev"]["spaces"]["stock"]


def _as_the_earlier_tool_sent(space: Space) -> dict:
    """Random ids, no description, no benchmarks, no value dictionaries, lines as they stand in the file."""
    import uuid

    tables = tuple(
        replace(t, columns=tuple(replace(c, build_value_dictionary=False, get_example_values=False) for c in t.columns))
        for t in space.tables
    )
    body = body_of(replace(space, tables=tables, benchmarks=None, description=None, parent_path=None))
    content = json.loads(body["serialized_space"])
    content["instructions"] = content.get("instructions", {})
    for entries in [*content["instructions"].values(), content.get("config", {}).get("sample_questions", [])]:
        for entry in entries if isinstance(entries, list) else []:
            entry["id"] = uuid.uuid4().hex
        if isinstance(entries, list):
            entries.sort(key=lambda entry: entry["id"])
    for text in content["instructions"].get("text_instructions", []):
        text["content"] = [line.removesuffix("\n") if "\n" in line[:-1] else line for line in text["content"]]
    parent = {"parent_path": space.parent_path} if space.parent_path else {}
    return {**body, **parent, "serialized_space": json.dumps(content)}


def test_a_space_that_may_not_be_read_is_unknown_and_never_gone(
    project: Project, client: Client, workspace: Running
) -> None:
    project.apply(small())
    space_id = project.state.entry("dev", "orders").databricks_space_id
    workspace.put(acls={f"genie/{space_id}": {ANALYST: "CAN_VIEW"}})
    others = Project(client(ANALYST), project.state.path.parent)
    assert actions(others.plan(small())) == {"orders": "unknown"}


def test_destroy_goes_to_the_trash_and_what_is_gone_already_is_done(
    project: Project, client: Client, workspace: Running
) -> None:
    project.apply(small("one"), small("two"))
    client().trash(project.state.entry("dev", "one").databricks_space_id)
    plan = project.plan(destroy=True)
    assert set(actions(plan).values()) == {"destroy"}
    assert project.run(plan).exit_code == 0
    assert (project.state.entries("dev"), named(workspace)) == ({}, [])


def test_a_stored_plan_is_carried_out_exactly_or_refused(project: Project, client: Client) -> None:
    project.apply(small())
    stored = json.loads(json.dumps(project.plan(small(title="New title")).as_json()))
    plan = planning.from_json(stored)
    space_id = project.state.entry("dev", "orders").databricks_space_id
    other = small(tables=(Table("main.retail.orders", ("Meanwhile",)),))
    client().update(space_id, {"serialized_space": body_of(other)["serialized_space"]})
    refused = project.run(plan)
    assert refused.exit_code == 1
    assert "changed after it was planned" in refused.outcomes[0].message
    client().update(space_id, {"serialized_space": body_of(small())["serialized_space"]})
    assert project.run(plan).exit_code == 0
    with pytest.raises(InputError, match="changed after it was made"):
        planning.from_json({**stored, "env": "prod"})


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_create_without_an_answer_is_looked_up_before_it_is_repeated(project: Project, workspace: Running) -> None:
    workspace.fault(method="POST", path=f"{SPACES_PATH}$", drop="after")
    assert project.apply(small()).exit_code == 0
    assert (len(sent(workspace)), named(workspace)) == (1, ["Orders"])


def test_a_create_that_never_arrived_is_tried_again(project: Project, workspace: Running) -> None:
    workspace.fault(method="POST", path=f"{SPACES_PATH}$", drop="before")
    assert project.apply(small()).exit_code == 0
    assert (len(sent(workspace)), named(workspace)) == (2, ["Orders"])


def test_a_change_without_an_answer_is_compared_before_it_is_repeated(project: Project, workspace: Running) -> None:
    project.apply(small())
    workspace.fault(method="PATCH", drop="after")
    assert project.apply(small(title="New")).exit_code == 0
    assert len(sent(workspace, "PATCH")) == 1


def test_too_many_requests_are_waited_for(project: Project, workspace: Running) -> None:
    workspace.fault(method="POST", path=f"{SPACES_PATH}$", status=429, headers={"Retry-After": "0"}, times=2)
    workspace.fault(method="GET", status=503, headers={"Retry-After": "0"})
    assert project.apply(small()).exit_code == 0
    assert named(workspace) == ["Orders"]


def test_an_etag_that_is_no_longer_its_own_loses_nothing(project: Project, workspace: Running) -> None:
    project.apply(small())
    workspace.fault(method="PATCH", status=409, error_code="ABORTED")
    applied = project.apply(small(title="New"))
    assert (applied.exit_code, named(workspace)) == (1, ["Orders"])
    assert project.state.entry("dev", "orders").error
    assert project.apply(small(title="New")).exit_code == 0


def test_one_refusal_leaves_the_others_done(project: Project, workspace: Running) -> None:
    workspace.fault(method="POST", path=f"{SPACES_PATH}$", containing="Two", status=403)
    applied = project.apply(small("one"), small("two"), small("three"))
    assert [o.step.logical_id for o in applied.failed] == ["two"]
    assert (applied.exit_code, named(workspace)) == (1, ["One", "Three"])
    assert project.apply(small("one"), small("two"), small("three")).exit_code == 0


def test_a_damaged_state_is_refused_and_can_be_restored(project: Project) -> None:
    project.apply(small("one"))
    project.apply(small("one"), small("two"))
    project.state.path.write_text('{"environments": {"dev"', encoding="utf-8")
    with pytest.raises(SourceError, match="damaged"):
        project.plan(small("one"))
    assert project.state.restore()
    assert "one" in project.state.entries("dev")


def test_another_workspace_is_refused(project: Project) -> None:
    project.apply(small())
    project.state.change(lambda value: value["environments"]["dev"].update(workspace_url="https://other.example"))
    with pytest.raises(InputError, match=r"belongs to https://other\.example"):
        project.apply(small(title="New"))


def test_the_workspace_enforces_its_rules(client: Client) -> None:
    good = json.loads(body_of(small())["serialized_space"])
    ids = [f"{n:032x}" for n in (2, 1)]
    for change in (
        {"version": 3},
        {"unknown": 1},
        {"data_sources": {"tables": [{"identifier": "b.b.b"}, {"identifier": "a.a.a"}]}},
        {"instructions": {"text_instructions": [{"id": i, "content": ["x"]} for i in reversed(ids)]}},
        {"instructions": {"sql_functions": [{"id": i, "identifier": "a.b.c"} for i in ids]}},
        {"config": {"sample_questions": [{"id": "short", "question": ["q"]}]}},
        {"instructions": {"join_specs": [{"id": ids[0], "left": {"identifier": "a.b.c"}, "sql": ["x"]}]}},
    ):
        with pytest.raises(InputError):
            client().create({**body_of(small()), "serialized_space": json.dumps({**good, **change})})


def test_what_a_workspace_gives_back_differs_in_nothing(client: Client) -> None:
    space = small(
        text_instructions=(Instruction(("a\nb\n", "c")), Instruction(("d",))),
        examples=(Example(("Q",), ("SELECT 1\n", "FROM t\n")),),
        sample_questions=(Question(("z",)), Question(("a",), "f" * 32)),
    )
    made = client().create(body_of(space))
    assert differences(as_space(client().get(made.space_id), "orders"), space) == []


def test_a_metric_view_that_comes_back_among_the_tables_is_no_difference(client: Client) -> None:
    space = small(tables=(Table("a.b.t"),), metric_views=(Table("a.b.v", ("Measures",)),))
    there = replace(space, tables=(*space.tables, *space.metric_views), metric_views=())
    assert differences(there, space) == []
    assert differences(replace(there, tables=space.tables), space) != []


def test_actions_have_words() -> None:
    assert {action.value for action in Action} >= {"create", "update", "unchanged", "changed outside", "not in files"}
