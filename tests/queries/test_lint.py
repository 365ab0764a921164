"""Each rule against its case file: statements it must find, and statements it must leave alone."""

from pathlib import Path

import pytest

from lib.queries.catalogue import parse_query
from lib.queries.lint import RULES, lint, lint_text
from tests.lint_cases import cases

CASES = Path(__file__).parent / "lint_cases"
NAMES = {rule.__name__.replace("_", "-") for rule in RULES} | {"syntax"}


@pytest.mark.parametrize(("rule", "statement"), cases(CASES, "bad"))
def test_finds(rule: str, statement: str) -> None:
    assert rule in {problem.rule for problem in lint_text(statement)}


@pytest.mark.parametrize(("rule", "statement"), cases(CASES, "good"))
def test_leaves_alone(rule: str, statement: str) -> None:
    assert [str(problem) for problem in lint_text(statement)] == []


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert {rule for rule, _ in cases(CASES, "bad")} == {rule for rule, _ in cases(CASES, "good")} == NAMES


def test_a_problem_names_file_line_column_and_remedy() -> None:
    text = "-- A.\n-- Row: one\n-- Params: none\n-- Returns: r BIGINT\nSELECT\n  iff(TRUE, 1, 2) AS r"
    problem = lint(parse_query("area/name", text, frozenset()))[0]
    assert (problem.place, problem.line, problem.column) == ("area/name", 6, 3)
    assert str(problem).startswith("area/name:6:3: banned-function: iff() differs")
    assert problem.remedy == "Write if(…)."
