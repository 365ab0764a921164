import pytest
import sqlglot

from lib.warehouse.dialect import to_duckdb
from lib.warehouse.folding import fold
from lib.warehouse.params import OTHER, Known, form_of

CASES: list[tuple[str, dict[str, Known], str]] = [
    # filters that are not set, and one that is
    (
        "SELECT a FROM t WHERE a > 1 AND (:x IS NULL OR a = :x) AND (:y IS NULL OR b = :y)",
        {"x": None, "y": True},
        "SELECT a FROM t WHERE a > 1 AND (b = :y)",
    ),
    ("SELECT a FROM t WHERE :x IS NULL OR a = :x", {"x": None}, "SELECT a FROM t"),
    ("SELECT a FROM t WHERE :x IS NULL", {"x": True}, "SELECT a FROM t WHERE FALSE"),
    ("SELECT a FROM t WHERE :x IS NOT NULL AND a > :x", {"x": True}, "SELECT a FROM t WHERE a > :x"),
    ("SELECT COUNT(*) FILTER (WHERE :x IS NULL) AS n FROM t", {"x": None}, "SELECT COUNT(*) AS n FROM t"),
    # nothing known, nothing folded
    ("SELECT a FROM t WHERE :x IS NULL OR a = :x", {}, "SELECT a FROM t WHERE :x IS NULL OR a = :x"),
    ("SELECT a FROM t WHERE a = :x OR :x = b", {"x": "day"}, "SELECT a FROM t WHERE a = :x OR :x = b"),
    ("SELECT a FROM t WHERE :x = '2026-01-01'", {"x": True}, "SELECT a FROM t WHERE :x = '2026-01-01'"),
    ("SELECT a FROM t WHERE :x = 'it\\'s'", {"x": OTHER}, "SELECT a FROM t WHERE :x = 'it\\'s'"),
    # words
    ("SELECT a FROM t WHERE :x = 'b' OR a > 1", {"x": OTHER}, "SELECT a FROM t WHERE a > 1"),
    ("SELECT a FROM t WHERE :x = 'b' OR a > 1", {"x": None}, "SELECT a FROM t WHERE a > 1"),
    ("SELECT a FROM t WHERE NOT :x IN ('b', 'c')", {"x": "c"}, "SELECT a FROM t WHERE FALSE"),
    ("SELECT a FROM t WHERE COALESCE(:x, 'b') <> 'b' OR a > 1", {"x": None}, "SELECT a FROM t WHERE a > 1"),
    ("SELECT a FROM t WHERE :x <> 'b'", {"x": OTHER}, "SELECT a FROM t"),
    # NULL is not FALSE where it can be seen
    ("SELECT :x = 'b' AS r, NOT :x = 'b' AS s FROM t", {"x": None}, "SELECT NULL AS r, NULL AS s FROM t"),
    ("SELECT a FROM t WHERE NOT (:x = 'b')", {"x": None}, "SELECT a FROM t WHERE NULL"),
    ("SELECT a FROM t WHERE NOT (:x = 'b' AND a > 1)", {"x": None}, "SELECT a FROM t WHERE NOT (NULL AND a > 1)"),
    # choices
    ("SELECT SUM(CASE WHEN :x = 'b' THEN a ELSE b END) AS r FROM t", {"x": OTHER}, "SELECT SUM(b) AS r FROM t"),
    (
        "SELECT CASE :x WHEN 'a' THEN a WHEN 'b' THEN b END AS r, SUM(c) AS c FROM t GROUP BY r",
        {"x": "b"},
        "SELECT b AS r, SUM(c) AS c FROM t GROUP BY r",
    ),
    (
        "SELECT CASE WHEN :x = 'a' THEN 1 WHEN a > 1 THEN 2 WHEN :x = 'b' THEN 3 ELSE 4 END AS r FROM t",
        {"x": "b"},
        "SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END AS r FROM t",
    ),
    ("SELECT IF(:x IS NULL, a, b) AS r FROM t", {"x": None}, "SELECT a AS r FROM t"),
    # a value keeps its type
    (
        "SELECT CASE :x WHEN 'a' THEN a WHEN 'b' THEN b END AS r, SUM(c) AS c FROM t GROUP BY r",
        {"x": None},
        "SELECT CASE WHEN FALSE THEN a END AS r, SUM(c) AS c FROM t GROUP BY r",
    ),
    (
        "SELECT a FROM t ORDER BY CASE WHEN :x IS NULL THEN 1 ELSE a END",
        {"x": None},
        "SELECT a FROM t ORDER BY CASE WHEN FALSE THEN a ELSE 1 END",
    ),
    (
        "SELECT r FROM (SELECT CASE WHEN :x = 'a' THEN a END AS r FROM t) AS s",
        {"x": OTHER},
        "SELECT r FROM (SELECT CASE WHEN FALSE THEN a END AS r FROM t) AS s",
    ),
    ("SELECT CASE WHEN :x = 'a' THEN a END AS r FROM t", {"x": OTHER}, "SELECT NULL AS r FROM t"),
    # joins that bring nothing, steps that nobody reads
    (
        "SELECT t.a, COALESCE(u.n, v.n) AS n FROM t LEFT JOIN u ON :x = 'u' AND u.a = t.a LEFT JOIN v ON :x = 'v' AND v.a = t.a",
        {"x": "v"},
        "SELECT t.a, COALESCE(NULL, v.n) AS n FROM t LEFT JOIN v ON v.a = t.a",
    ),
    (
        "WITH v AS (SELECT 1 AS a), u AS (SELECT a FROM v) SELECT t.a FROM t LEFT JOIN u ON :x = 'u' AND u.a = t.a",
        {"x": None},
        "SELECT t.a FROM t",
    ),
    (
        "SELECT t.a, LENGTH(u.n) AS n FROM t LEFT JOIN u ON :x = 'u' AND u.a = t.a",
        {"x": None},
        "SELECT t.a, LENGTH(u.n) AS n FROM t LEFT JOIN u ON FALSE",
    ),
    (
        "SELECT t.a, n FROM t LEFT JOIN u ON :x = 'u' AND u.a = t.a",
        {"x": None},
        "SELECT t.a, n FROM t LEFT JOIN u ON FALSE",
    ),
]


@pytest.mark.parametrize(("text", "known", "folded"), CASES)
def test_what_is_known_falls_away(text: str, known: dict[str, Known], folded: str) -> None:
    statement = sqlglot.parse_one(text, dialect="databricks")
    assert fold(statement, tuple(sorted(known.items()))).sql(dialect="databricks") == folded


def test_values_of_one_form_have_one_statement() -> None:
    text, words = "SELECT a FROM t WHERE (:x IS NULL OR a = :x) AND (:dim = 'day' OR a > :n)", {"day"}
    forms = [form_of({"x": x, "dim": dim, "n": 1}, words) for x, dim in ((None, "sku"), (None, "job"), ("a", "day"))]
    assert forms[0] == forms[1] != forms[2]
    assert to_duckdb(text, forms[0]).split() == ["SELECT", "a", "FROM", "t", "WHERE", "(", "a", ">", "$n", ")"]
