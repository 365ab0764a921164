"""Safe rewrites: the statement and its rewrite give the same rows, for tables full of NULLs and duplicates."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.statements.lint import lint
from lib.warehouse.dialect import to_duckdb
from tests.lint_cases import cases
from tests.statements.test_lint import CASES as RULES

CASES = [
    line.partition(" ")[::2]
    for line in (Path(__file__).parent / "rewrites.sql").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("--")
]
SEEDS = range(8)


def filled(seed: int) -> duckdb.DuckDBPyConnection:
    """Tables t(id, k, v, s, day, seen) and u(k, w): small values, so that they repeat and meet; every fifth is NULL."""
    chance = random.Random(seed)

    def some(value: Any) -> Any:
        return None if chance.random() < 0.2 else value

    start = date(2026, 3, 1)
    t = [
        (
            n,
            some(chance.randrange(5)),
            some(chance.randrange(-3, 4)),
            some(chance.choice("xyz")),
            some(start + timedelta(days=chance.randrange(4))),
            some(datetime(2026, 3, 1) + timedelta(hours=chance.choice([0, 23, 24, 25, 47, 48, chance.randrange(96)]))),
        )
        for n in range(chance.choice([0, 1, 40]))
    ]
    u = [(some(chance.randrange(5)), some(chance.randrange(5))) for _ in range(chance.choice([0, 3, 20]))]
    con = duckdb.connect()
    con.execute("CREATE TABLE t (id INT, k INT, v INT, s VARCHAR, day DATE, seen TIMESTAMP)")
    con.execute("CREATE TABLE u (k INT, w INT)")
    if t:
        con.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", t)
    if u:
        con.executemany("INSERT INTO u VALUES (?, ?)", u)
    return con


def rows(con: duckdb.DuckDBPyConnection, statement: str) -> Counter[Any]:
    translated = to_duckdb(statement)
    if statement.lstrip().startswith("CREATE"):
        con.execute(translated)
        translated = "SELECT * FROM made"
    found = Counter(con.execute(translated).fetchall())
    con.execute("DROP TABLE IF EXISTS made")
    return found


@pytest.mark.parametrize(("rule", "statement"), CASES)
def test_the_rewrite_gives_the_same_rows(rule: str, statement: str) -> None:
    finding = next(finding for finding in lint(statement).findings if finding.rule == rule)
    assert finding.rewrite
    for seed in SEEDS:
        con = filled(seed)
        assert rows(con, finding.rewrite) == rows(con, statement), (seed, finding.rewrite)
        con.close()


def test_every_rule_that_rewrites_is_proven() -> None:
    rewriting = {
        rule
        for rule, case in cases(RULES, "bad")
        for f in lint(case.replace("¶", "")).findings
        if f.rule == rule and f.rewrite
    }
    assert rewriting <= {rule for rule, _ in CASES}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT t.id FROM t WHERE t.k NOT IN (SELECT k FROM u)",
        "SELECT t.id FROM t WHERE t.k IN (SELECT k FROM u) OR t.v = 1",
        "SELECT k FROM t UNION SELECT k FROM u",
        "SELECT 'a' AS kind, k FROM t UNION SELECT 'b' AS kind, k FROM u",
        "SELECT id FROM t WHERE YEAR(seen) = 2026",
        "SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id) AS n FROM t) AS s WHERE n = 1",
        "SELECT a FROM (SELECT ARRAY_AGG(id) AS a FROM (SELECT id FROM t ORDER BY v) AS x) AS y",
    ],
)
def test_no_rewrite_where_it_is_not_certain(statement: str) -> None:
    assert [finding.rewrite for finding in lint(statement).findings if finding.rewrite] == []
