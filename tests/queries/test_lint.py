"""Each rule against its case file: statements it must find, and statements it must leave alone."""

from pathlib import Path

import pytest

from lib.queries.catalogue import parse_query
from lib.queries.lint import RULES, lint, lint_text

CASES = Path(__file__).parent / "lint_cases"
NAMES = {rule.__name__.replace("_", "-") for rule in RULES} | {"syntax"}


def cases(verdict: str) -> list[tuple[str, str]]:
    """(rule, statement) of all case files below a line `-- bad` or `-- good`; ⏎ stands for a line end."""
    found = []
    for path in sorted(CASES.glob("*.sql")):
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line in ("-- bad", "-- good"):
                section = line[3:]
            elif section == verdict:
                found.append((path.stem, line.replace("⏎", "\n")))
    return found


@pytest.mark.parametrize(("rule", "statement"), cases("bad"))
def test_finds(rule: str, statement: str) -> None:
    assert rule in {problem.rule for problem in lint_text(statement)}


@pytest.mark.parametrize(("rule", "statement"), cases("good"))
def test_leaves_alone(rule: str, statement: str) -> None:
    assert [str(problem) for problem in lint_text(statement)] == []


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert {rule for rule, _ in cases("bad")} == {rule for rule, _ in cases("good")} == NAMES


def test_a_problem_names_file_line_column_and_remedy() -> None:
    text = "-- A.\n-- Row: one\n-- Params: none\n-- Returns: r BIGINT\nSELECT\n  iff(TRUE, 1, 2) AS r"
    problem = lint(parse_query("area/name", text, frozenset()))[0]
    assert (problem.place, problem.line, problem.column) == ("area/name", 6, 3)
    assert str(problem).startswith("area/name:6:3: banned-function: iff() differs")
    assert problem.remedy == "Write if(…)."
