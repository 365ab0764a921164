from dataclasses import replace

import pytest

from lib.genie import rules
from lib.genie.model import Answer, Benchmark, Column, Example, Instruction, Join, Question, Side, Snippet, Table
from tests.genie.samples import small

A, B = Side("main.retail.orders", "a"), Side("main.retail.customers", "b")
RELATION = "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"
ID = "0" * 32
CASES = {
    "identifier": {"tables": (Table("retail.orders"),)},
    "duplicate-table": {"tables": (Table("a.b.c"), Table("a.b.C"))},
    "duplicate-column": {"tables": (Table("a.b.c", (), (Column("x"), Column("x"))),)},
    "matching": {"tables": (Table("a.b.c", (), (Column("x", enable_entity_matching=True),)),)},
    "id-shape": {"sample_questions": (Question(("q",), "sq1"),)},
    "duplicate-id": {"sample_questions": (Question(("q",), ID), Question(("r",), ID))},
    "too-long": {"description": "x" * 25_001},
    "too-many": {"examples": tuple(Example((f"q{n}",), ("SELECT 1",)) for n in range(101))},
    "join-relation": {"joins": (Join(A, B, ("a.x = b.x",)),)},
    "self-join": {"joins": (Join(A, A, ("a.x = a.y", RELATION)),)},
    "join-table": {"joins": (Join(A, B, ("a.x = b.x", RELATION)),)},
    "display-name": {"measures": (Snippet(("SUM(x)",)),)},
    "filter-where": {"filters": (Snippet(("WHERE x > 1",), "Big"),)},
    "empty-question": {"examples": (Example(("",), ("SELECT 1",)),)},
    "empty-sql": {"examples": (Example(("q",), (" ",)),)},
    "one-answer": {"benchmarks": (Benchmark(("q",), (Answer(("a",)), Answer(("b",)))),)},
    "answer-format": {"benchmarks": (Benchmark(("q",), (Answer(("a",), "PYTHON"),)),)},
    "line-break": {"examples": (Example(("q",), ("SELECT 1", "FROM t")),)},
    "one-text": {"text_instructions": (Instruction(("a",)), Instruction(("b",)))},
    "empty-instruction": {"text_instructions": (Instruction(),)},
    "no-table": {"tables": ()},
    "no-sample-question": {"sample_questions": ()},
    "many-tables": {"tables": tuple(Table(f"a.b.t{n}") for n in range(26))},
    "empty": {"title": " "},
    "version": {"version": 3},
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_finds_its_case(rule: str) -> None:
    found = rules.check([small(**CASES[rule])])
    assert rule in {problem.rule for problem in found}


def test_a_good_space_has_no_problem() -> None:
    assert rules.check([small()]) == []
    assert rules.check_sql([small()]) == []


def test_two_spaces_with_one_title_are_an_error() -> None:
    found = rules.check([small("a"), replace(small("b"), title="A")])
    assert [problem.rule for problem in found] == ["duplicate-title"]


def test_sql_that_does_not_parse_is_named() -> None:
    found = rules.check_sql([small(examples=(Example(("q",), ("SELECT FROM WHERE",)),))])
    assert [(p.rule, p.key) for p in found] == [("sql", "instructions.example_question_sqls[0].sql")]
