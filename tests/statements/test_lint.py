"""Each rule against its case file (¶ for the place of the finding): statements it must find there, and statements it must leave alone."""

from pathlib import Path

import pytest

from lib.statements.lint import complexity, lint
from lib.statements.parsed import Parsed, read
from lib.statements.rules import RULES
from tests.lint_cases import cases

CASES = Path(__file__).parent / "cases"
RULES_FOLDER = Path(__file__).parents[2] / "lib" / "statements" / "rules"


@pytest.mark.parametrize(("rule", "case"), cases(CASES, "bad"))
def test_finds_it_at_its_place(rule: str, case: str) -> None:
    before, _, after = case.partition("¶")
    found = lint(before + after)
    assert not found.unreadable
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert place in {(finding.line, finding.column) for finding in found.findings if finding.rule == rule}


@pytest.mark.parametrize(("rule", "statement"), cases(CASES, "good"))
def test_leaves_it_alone(rule: str, statement: str) -> None:
    found = lint(statement)
    assert not found.unreadable
    assert rule not in found.rules


def test_every_rule_has_a_module_a_line_and_cases_of_both_kinds() -> None:
    names = {rule.name for rule in RULES}
    modules = {path.stem.replace("_", "-") for path in RULES_FOLDER.glob("*.py")} - {"--init--", "rule"}
    assert {rule for rule, _ in cases(CASES, "bad")} == {rule for rule, _ in cases(CASES, "good")} == names == modules


def test_text_in_strings_and_comments_never_makes_a_finding() -> None:
    inside = [
        line.replace("¶", "").replace("\n", " ")
        for _, line in cases(CASES, "bad")
        if "'" not in line and "/*" not in line
    ]
    for text in inside:
        for dressed in (
            f"SELECT '{text}' AS s",
            f"SELECT 1 AS a /* {text} */",
            f"SELECT 1 AS a -- {text}",
            f'SELECT "{text}" AS s',
        ):
            assert lint(dressed).findings == (), dressed


def test_what_cannot_be_read_is_said_so_and_hides_nothing() -> None:
    found = lint("SELECT a FROM t LIMIT 1;\nSELEC b FROM;\nSELECT * FROM t LIMIT 1")
    assert [(u.line, bool(u.reason)) for u in found.unreadable] == [(2, True)]
    assert [(f.rule, f.line, f.column) for f in found.findings] == [("select-star", 3, 8)]
    assert lint("SELECT 'open").unreadable
    for nothing in ("SELEC x", "x", "TABEL t", "count(*)"):
        assert lint(nothing).unreadable, nothing
    assert lint("").statements == lint("-- SELECT * FROM t").statements == 0


@pytest.mark.parametrize(
    "before",
    [
        "SELECT 'begin' AS s FROM t WHERE id = 1",
        'SELECT "BEGIN" AS s, `begin` FROM t WHERE id = 1',
        "SELECT begin, end FROM t WHERE id = 1",
        "BEGIN TRANSACTION",
        "SELECT CASE WHEN a THEN b END AS end FROM t WHERE id = 1",
        "SELECT ';' AS s -- ; BEGIN\nFROM t WHERE id = 1",
    ],
)
def test_no_word_of_a_statement_hides_the_next_one(before: str) -> None:
    found = lint(f"{before};\nSELECT * FROM u LIMIT 1")
    assert (found.statements, found.rules, found.unreadable) == (2, ("select-star",), ())


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("BEGIN\n  DECLARE x INT;\n  SELECT CASE WHEN a THEN b END FROM t;\n  SELECT * FROM u;\nEND", (1, 1)),
        ("BEGIN IF a THEN SELECT * FROM u; END IF; CASE WHEN b THEN SELECT 1; END CASE; SELECT 2; END", (1, 1)),
        ("  again: BEGIN WHILE a DO SELECT 1; END WHILE; SELECT 2; END again", (1, 3)),
        ("CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN SELECT * FROM u; SELECT 2; END", (1, 1)),
    ],
)
def test_a_script_is_one_statement_that_is_not_read(script: str, place: tuple[int, int]) -> None:
    found = lint(f"{script};\nSELECT * FROM v LIMIT 1")
    assert [(u.line, u.column) for u in found.unreadable] == [place]
    assert (found.statements, found.rules) == (2, ("select-star",))


@pytest.mark.parametrize(
    "template",
    ["SELECT * FROM {{ a }}", "SELECT * FROM {{ ref('a') }} WHERE b = 1", "{% if a %} SELECT * FROM t {% endif %}"],
)
def test_a_template_is_said_to_be_one(template: str) -> None:
    found = lint(template)
    assert found.findings == ()
    assert "template" in found.unreadable[0].reason
    assert lint("SELECT '{{ a }}' AS s /* {{ b }} */ FROM t WHERE c = 1").unreadable == ()


@pytest.mark.parametrize(
    "statement", ["SHOW TABLES IN a", "DESCRIBE TABLE a.b", "OPTIMIZE a.b ZORDER BY (c)", "USE a", "SET x = 1"]
)
def test_statements_without_a_query_have_nothing_to_find(statement: str) -> None:
    assert lint(statement).findings == lint(statement).unreadable == ()


def test_complexity_never_falls_when_a_join_is_added_and_strings_do_not_count() -> None:
    text, before = "SELECT t.a FROM t", 0
    for number in range(20):
        now = lint(text).complexity
        assert now is not None
        assert 1 <= before <= now <= 10 or number == 0
        before, text = now, f"{text} JOIN u{number} ON u{number}.a = t.a"
    assert before == 10
    plain = next(
        part for part in read("SELECT 'JOIN x ON y UNION SELECT (SELECT 1)' AS s FROM t") if isinstance(part, Parsed)
    )
    assert complexity(plain) == 1


def test_more_findings_give_a_lower_score() -> None:
    clean, one, many = (
        lint(text).optimisation
        for text in (
            "SELECT a FROM t WHERE b = 1",
            "SELECT * FROM t WHERE b = 1",
            "SELECT * FROM t, u WHERE YEAR(t.at) = 2026 ORDER BY 1",
        )
    )
    assert clean == 10
    assert clean > one > many >= 1
