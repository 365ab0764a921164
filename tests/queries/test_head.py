import pytest

from lib.errors import QueryError
from lib.queries.head import parse_head
from lib.queries.types import parse_type

GOOD = """-- Cost of each job.
-- At list price: see the docs.
-- Row: (workspace_id, job_id)
-- Params: start_date DATE, ids ARRAY<STRING>
-- Returns: workspace_id STRING, job_id STRING,
--   list_cost DECIMAL(38, 12), tags MAP<STRING,STRING>
-- Source: https://docs.databricks.com/x
--   and a second line
SELECT 1
"""


def test_a_head_is_read() -> None:
    head = parse_head(GOOD, "x.sql")
    assert head.about == "Cost of each job. At list price: see the docs."
    assert head.row == ("workspace_id", "job_id")
    assert [f"{c.name} {c.type}" for c in head.params] == ["start_date DATE", "ids ARRAY<STRING>"]
    assert [str(c.type) for c in head.returns] == ["STRING", "STRING", "DECIMAL(38,12)", "MAP<STRING, STRING>"]
    assert head.source == "https://docs.databricks.com/x and a second line"
    assert head.lines == 8


def test_none_and_one() -> None:
    head = parse_head("-- A.\n-- Row: one\n-- Params: none\n-- Returns: n BIGINT", "x.sql")
    assert (head.row, head.params, head.source) == ((), (), "")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("-- Row: (workspace_id, job_id)\n", "", 1, "no `Row:` line"),
        ("-- Params: start_date DATE, ids ARRAY<STRING>\n", "", 1, "no `Params:` line"),
        ("-- Cost of each job.\n-- At list price: see the docs.\n", "", 1, "does not say what the query answers"),
        ("(workspace_id, job_id)", "(workspace_id, job)", 3, "'job'"),
        ("(workspace_id, job_id)", "workspace_id", 3, "is no key"),
        ("start_date DATE", "start_date DAY", 4, "'DAY' is not a type"),
        ("start_date DATE", "start_date", 4, "not `name TYPE`"),
        ("job_id STRING,\n", "workspace_id STRING,\n", 5, "names workspace_id twice"),
        ("--   list_cost", "-- list_cost", 6, "neither a key nor indented"),
        ("-- Source:", "-- Row:", 7, "`Row:` stands after `Returns:`"),
        ("MAP<STRING,STRING>", "MAP<STRING>", 5, "wrong number of parts"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryError) as caught:
        parse_head(GOOD.replace(old, new, 1), "lib/queries/x.sql")
    assert caught.value.place == f"lib/queries/x.sql:{line}"
    assert message in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("string", "STRING"),
        ("decimal(38,12)", "DECIMAL(38,12)"),
        ("Array<Struct<a: INT, b: MAP<STRING, DOUBLE>>>", "ARRAY<STRUCT<a: INT, b: MAP<STRING, DOUBLE>>>"),
        ("long", "BIGINT"),
    ],
)
def test_types_are_spelled_one_way(text: str, spelled: str) -> None:
    assert str(parse_type(text)) == spelled


@pytest.mark.parametrize("text", ["", "DECIMAL", "DECIMAL(38)", "ARRAY<>", "STRUCT<a>", "VARCHAR(3)", "MAP<STRING, >"])
def test_other_texts_are_no_types(text: str) -> None:
    with pytest.raises(ValueError, match=r"type|parts|needs"):
        parse_type(text)
