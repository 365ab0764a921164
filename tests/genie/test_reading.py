import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from lib.genie import documents, hashes, payload, reading, writing
from lib.genie.schema import schema
from lib.genie.variables import Environment, Substitution, find
from tests.genie.samples import OLD_PROJECT, SPACES, small


def read(text: str, name: str = "a.yaml") -> tuple[list, list[str]]:
    spaces, problems, _ = reading.read_text(text, name, Substitution(Environment("dev")))
    return spaces, [str(problem) for problem in problems]


@settings(max_examples=40, deadline=None)
@given(SPACES)
def test_reading_what_was_written_gives_the_same_space(space) -> None:
    for text, name in ((writing.to_yaml(space), "a.yaml"), (writing.to_json(space), "a.json")):
        spaces, problems = read(text, name)
        assert [problem for problem in problems if " error: " in problem] == []
        assert spaces == [space], text
        assert hashes.forge_hash(spaces[0]) == hashes.forge_hash(space)


@settings(max_examples=40, deadline=None)
@given(SPACES)
def test_what_a_workspace_exports_is_sent_back_byte_for_byte(space) -> None:
    sent = payload.serialized_text(space)
    assert payload.serialized_text(space) == sent
    found = payload.from_workspace(
        space.space_id, title=space.title, warehouse_id="w", exported=sent, description=space.description
    )
    assert payload.serialized_text(found) == sent
    in_a_file, problems = read(writing.to_yaml(found))
    assert payload.serialized_text(in_a_file[0]) == sent
    assert [problem for problem in problems if " error: " in problem] == []


def test_a_misspelt_key_is_named_with_its_place_and_the_right_one() -> None:
    _, problems = read("space_id: a\ntitle: A\nwarehouse_id: w\ndata_sources:\n  tabels: []\n")
    assert problems == [
        "a.yaml:5:3: error: tabels means nothing here. Did you mean tables? (at data_sources.tabels) [unknown-key]"
    ]


def test_all_problems_of_a_file_come_at_once() -> None:
    text = "spaces:\n- space_id: a\n  titel: A\n  warehouse_id: 12\n  data_sources: {tables: [{description: x}]}\n  tags: {}\n"
    _, problems = read(text)
    assert sorted(line.rpartition("[")[2] for line in problems) == [
        "missing-key]", "missing-key]", "unknown-key]", "wrong-type]", "wrong-type]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "rule"),
    [
        ("a: [1", "a.yaml", "syntax"),
        ('{"space_id": "a",}', "a.json", "syntax"),
        ("- 1", "a.yaml", "not-a-map"),
        ("", "a.yaml", "empty-file"),
        ("spaces: 1", "a.yaml", "not-a-list"),
        ("space: []", "a.yaml", "no-space"),
        ("space_id: a\nspace_id: b", "a.yaml", "duplicate-key"),
        ("space_id: !!python/object:os.system a", "a.yaml", "object-tag"),
        ("space_id: a\ntitle: ${nobody}\nwarehouse_id: w", "a.yaml", "unresolved-variable"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, name: str, rule: str) -> None:
    _, problems = read(text, name)
    assert any(line.endswith(f"[{rule}]") for line in problems), problems


def test_aliases_of_aliases_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert [p.rule for p in documents.read("\n".join(lines), "a.yaml").problems] == ["too-large"]


def test_variables_come_from_the_caller_then_the_environment_then_the_process(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/dev.yaml").write_text(
        "warehouse_id: root\nvariables: {warehouse_id: inner, a: file, n: 7}\n"
    )
    environment = find(tmp_path, "dev")
    values = Substitution(environment, {"a": "given"}, {"a": "process", "p": "process", "env": "process"})
    text = {"k": ["${a} ${warehouse_id} ${n} ${env} ${p} ${nobody} $a ${my-var} ${${a}}"], "${a}": True}
    assert values.applied(text) == {
        "k": ["given root 7 dev process ${nobody} $a ${my-var} ${given}"],
        "${a}": True,
    }
    assert values.from_process == {"p"}


def test_files_are_found_beside_each_other_and_subfolders_are_not_read(tmp_path: Path) -> None:
    for name in ("b.json", "c.yml", "a.yaml", "notes.txt"):
        (tmp_path / name).write_text(json.dumps({"space_id": name[0], "title": name, "warehouse_id": "w"}))
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/d.yaml").write_text("space_id: d")
    assert [space.space_id for space in reading.load(tmp_path).spaces] == ["a", "c", "b"]


def test_the_same_space_in_two_files_is_an_error_that_names_the_first(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("space_id: x\ntitle: X\nwarehouse_id: w\n")
    problems = reading.load(tmp_path).problems
    assert [(p.rule, p.place) for p in problems] == [("duplicate-space", f"{tmp_path}/b.yaml:1:1")]
    assert str(tmp_path / "a.yaml") in problems[0].message


def test_old_and_short_forms_are_read() -> None:
    text = """
space_id: a
title: A
warehouse_id: w
config: {sample_questions: [one, {question: two}]}
instructions:
  text_instructions: [{text: guidance}]
  sql_functions: [a.b.f]
  join_specs: [{left_table: a.b.c, right_table: a.b.d, join_condition: "x = y", join_type: ONE_TO_ONE, description: why}]
  example_question_sqls: [{question: q, sql: s, parameters: [{name: p, default_value: {type: LITERAL, value: 3}}]}]
benchmarks: {questions: [{question: q, expected_sql: s}]}
"""
    [space], problems = read(text)
    sent = payload.serialized(space)
    assert [q["question"] for q in sent["config"]["sample_questions"]] in ([["one"], ["two"]], [["two"], ["one"]])
    assert sent["instructions"]["text_instructions"][0]["content"] == ["guidance\n"]
    assert sent["instructions"]["join_specs"][0]["sql"] == ["x = y", "--rt=FROM_RELATIONSHIP_TYPE_ONE_TO_ONE--"]
    assert sent["instructions"]["example_question_sqls"][0]["parameters"][0]["default_value"] == {"values": ["3"]}
    assert sent["benchmarks"]["questions"][0]["answer"] == [{"format": "SQL", "content": ["s"]}]
    assert all("notice" in line for line in problems)


def test_comments_stay_when_a_file_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# top\nspaces:\n  - space_id: orders   # id\n    title: 'Old'\n    warehouse_id: w  # where\n")
    text = writing.update_file(path, small())
    assert "# top" in text
    assert "# id" in text
    assert reading.read_text(text, "a.yaml")[0] == [small()]


def test_the_schema_accepts_what_reading_accepts_and_refuses_misspelt_keys() -> None:
    published = schema()
    jsonschema.Draft202012Validator.check_schema(published)
    check = jsonschema.Draft202012Validator(published)
    for path in (OLD_PROJECT / "conf/spaces").glob("*.*"):
        assert not list(check.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert list(check.iter_errors({"space_id": "a", "title": "A", "warehouse_id": "w", "titel": "x"}))


def test_a_dollar_sign_has_a_name_and_existing_amounts_stay_amounts() -> None:
    text = "space_id: a\ntitle: costs $${budget} in ${dollar}{env}\nwarehouse_id: w\n"
    values = Substitution(Environment("dev"), {"budget": "5"})
    assert reading.read_text(text, "a.yaml", values)[0][0].title == "costs $5 in ${env}"
    own = Substitution(Environment("dev", {"dollar": "EUR "}), {"budget": "5"})
    assert reading.read_text(text, "a.yaml", own)[0][0].title == "costs $5 in EUR {env}"


def test_a_value_is_not_looked_into_again_and_what_it_leaves_over_is_named() -> None:
    text = "space_id: a\ntitle: ${name}\nwarehouse_id: w\n"
    _, problems, _ = reading.read_text(text, "a.yaml", Substitution(Environment("dev"), {"name": "x ${other}"}))
    assert [(p.rule, p.line, "other" in p.message) for p in problems] == [("unresolved-variable", 2, True)]


def test_bringing_a_file_up_to_date_keeps_comments_and_variables(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "# ours\nspace_id: orders\ntitle: ${name}  # from the environment\nwarehouse_id: ${wh}\n"
        "data_sources:\n  tables:\n    - identifier: ${catalog}.retail.orders\n"
    )
    values = Substitution(Environment("dev", {"name": "Orders", "wh": "w1", "catalog": "main"}))
    text = writing.update_file(path, small(warehouse_id="w2", description="Costs ${x}"), values.applied)
    assert "# ours" in text
    assert "title: ${name}  # from the environment" in text
    assert "identifier: ${catalog}.retail.orders" in text
    assert 'warehouse_id: "w2"' in text or "warehouse_id: w2" in text
    assert "Costs ${dollar}{x}" in text
    listed = tmp_path / "all.json"
    listed.write_text('{"spaces": [{"space_id": "x", "title": "X"}, {"space_id": "orders", "title": "old"}]}')
    found = json.loads(writing.update_file(listed, small()))["spaces"]
    assert [(space["space_id"], space["title"]) for space in found] == [("x", "X"), ("orders", "Orders")]
