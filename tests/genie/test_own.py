"""The spaces that ship with Lakeledger."""

import jsonschema
import pytest
import yaml

from lib.genie import own, reading, rules, writing
from lib.genie.planning import Action
from lib.genie.quality import assess
from lib.genie.schema import schema
from lib.genie.sql import tables_of
from lib.queries.catalogue import FOLDER, load
from tests.genie.conftest import Project

NOT_ASKED = {"space_use"}
SPACES = own.spaces("main", "lakeledger", "w", parent_path="/Shared/Lakeledger")


def test_every_query_of_the_folder_is_a_trusted_question() -> None:
    listed = {name for names in own.TRUSTED.values() for name in names}
    assert listed | NOT_ASKED == {path.stem for path in (FOLDER / "genie").glob("*.sql")}
    assert all(item.question.endswith("?") for item in own.trusted())


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.space_id)
def test_an_own_space_is_without_a_problem_and_good(space) -> None:
    assert rules.check([space]) + rules.check_sql([space]) == []
    assert len(space.identifiers) <= 5
    assert assess(space).score >= 90, [(c.name, c.reason) for c in assess(space).missing]
    read, problems, _ = reading.read_text(writing.to_yaml(space), "a.yaml")
    assert (read, problems) == ([space], [])


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.space_id)
def test_an_own_space_names_columns_and_tables_that_exist(space) -> None:
    catalogue = load()
    for table in space.tables:
        name = table.identifier.split(".")[2]
        query = catalogue[f"views/{name}"] if f"views/{name}" in catalogue.names else catalogue.relations[name]
        known = {column.name for column in query.returns}
        assert {column.column_name for column in table.columns} <= known
    used = {name for example in space.examples for name in tables_of("".join(example.sql))}
    assert used <= set(space.identifiers)


def test_own_files_follow_the_schema() -> None:
    check = jsonschema.Draft202012Validator(schema())
    for path in own.FOLDER.glob("*.yaml"):
        assert not list(check.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8"))))


def test_own_spaces_are_set_up_once(project: Project) -> None:
    assert project.apply(*SPACES).exit_code == 0
    assert {step.action for step in project.plan(*SPACES).steps} == {Action.UNCHANGED}


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ("What did each product cost in the last 30 days?", "genie/spend_by_product"),
        ("which 10 jobs cost most in the last 30 days", "genie/dearest_jobs"),
        ("cost of failed job runs in the last 30 days", "genie/failed_runs"),
        ("what is the weather in Utrecht", None),
    ],
)
def test_a_question_finds_its_trusted_one_or_none(asked: str, query: str | None) -> None:
    match, others = own.nearest(asked, own.trusted())
    assert (match.query if match else None) == query
    assert len(others) == 3
