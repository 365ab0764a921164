"""Fingerprints: the same under every change that does not change what a statement is, another one under every other."""

import random
import re

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from lib.statements.bulk import reading, readings
from lib.statements.fingerprint import _by_tree, fingerprint, shape, template
from lib.statements.lint import lint
from tests.statements.corpus import CORPUS

READABLE = [text for text in CORPUS if shape(text).by_tree]


def tokens_of(text: str) -> list[tuple[str, bool]]:
    """(piece, it is code and not a string, comment or quoted name)."""
    parts = re.split(r"('(?:[^'\\]|\\.|'')*'|--[^\n]*\n?|/\*.*?\*/|`[^`]*`)", text, flags=re.DOTALL)
    return [(part, place % 2 == 0) for place, part in enumerate(parts)]


def other_case(text: str, chance: random.Random) -> str:
    return "".join(
        "".join(chance.choice([c.lower(), c.upper()]) for c in part) if code else part for part, code in tokens_of(text)
    )


def other_space(text: str, chance: random.Random) -> str:
    return "".join(
        re.sub(r"\s+", lambda _: chance.choice(["  ", "\n", "\t\n "]), part) if code else part
        for part, code in tokens_of(text)
    )


def with_comments(text: str, chance: random.Random) -> str:
    said = ["/* SELECT 'x' FROM y */", '-- it\'s a comment with 1 and "2"\n', "/* a -- b */"]
    return "".join(
        re.sub(r"\s+", lambda _: f" {chance.choice(said)} ", part) if code else part for part, code in tokens_of(text)
    )


def other_literals(text: str, chance: random.Random) -> str:
    def changed(match: re.Match[str]) -> str:
        if match[0].startswith("'"):
            return chance.choice(["'other'", "''", "'it\\'s -- 5'", "'/* x'"])
        return chance.choice(["7", "12345", "0.5"])

    pattern = r"'(?:[^'\\]|\\.)*'|(?<![\w.`])\d+(?:\.\d+)?(?!\w)"
    return re.sub(pattern, changed, text)


def longer_lists(text: str, chance: random.Random) -> str:
    more = ", ".join(chance.choice(["1", "'x'", "NULL", "-2"]) for _ in range(chance.randrange(1, 6)))
    return re.sub(r"IN \(('?\w+'?)((?:, '?\w+'?)*)\)", lambda m: f"IN ({m[1]}{m[2]}, {more})", text)


def other_aliases(text: str, chance: random.Random) -> str:
    tree = sqlglot.parse_one(text, dialect="databricks")
    names = {node.name.lower() for node in tree.find_all(exp.TableAlias) if node.this is not None}
    renamed = {name: f"zz{chance.randrange(1000)}_{place}" for place, name in enumerate(sorted(names))}
    for node in tree.find_all(exp.TableAlias):
        if node.this is not None:
            node.set("this", exp.to_identifier(renamed[node.name.lower()]))
    for column in tree.find_all(exp.Column):
        if column.table.lower() in renamed:
            column.set("table", exp.to_identifier(renamed[column.table.lower()]))
    for table in tree.find_all(exp.Table):
        if (
            not table.db
            and table.name.lower() in renamed
            and any(c.alias.startswith(renamed[table.name.lower()]) for c in tree.find_all(exp.CTE))
        ):
            table.set("this", exp.to_identifier(renamed[table.name.lower()]))
    return tree.sql(dialect="databricks")


MUTATIONS = [other_case, other_space, with_comments, longer_lists]


@pytest.mark.parametrize("mutate", [*MUTATIONS, other_literals], ids=lambda m: m.__name__)
def test_stable_under(mutate: object) -> None:
    chance = random.Random(5)
    for text in READABLE if mutate is not other_literals else [t for t in READABLE if "REGEXP_EXTRACT" not in t]:
        for _ in range(3):
            changed = mutate(text, chance)  # type: ignore[operator]
            assert fingerprint(changed) == fingerprint(text), (
                text,
                changed,
                shape(text).template,
                shape(changed).template,
            )


def test_stable_under_other_aliases() -> None:
    chance = random.Random(6)
    tried = 0
    for text in READABLE:
        if "LATERAL VIEW" in text or "NATURAL" in text:
            continue
        changed = other_aliases(text, chance)
        tried += changed != sqlglot.parse_one(text, dialect="databricks").sql(dialect="databricks")
        assert fingerprint(changed) == fingerprint(text), (text, changed, shape(text).template, shape(changed).template)
    assert tried > 15


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t", "SELECT x.a FROM t AS x"),
        ("SELECT a FROM t", "SELECT t.a FROM t"),
        ("SELECT SUM(a) AS s FROM t", "SELECT SUM(a) AS total FROM t"),
        ("SELECT SUM(a) AS s FROM t GROUP BY b ORDER BY s", "SELECT SUM(a) AS n FROM t GROUP BY b ORDER BY n"),
        (
            "SELECT o.a FROM orders o JOIN items i ON o.k = i.k",
            "SELECT orders.a FROM orders JOIN items ON orders.k = items.k",
        ),
        ("WITH c AS (SELECT a FROM t) SELECT a FROM c", "WITH step AS (SELECT a FROM t) SELECT step.a FROM step"),
        ("SELECT a FROM t;", "SELECT a FROM t"),
        ("SELECT `a` FROM `t`", "SELECT A FROM T"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 5"),
        ("SELECT a FROM t WHERE b IN ('x')", "SELECT a FROM t WHERE b IN ('x', 'y', 'z')"),
        ("INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'c')"),
        ("SHOW TABLES IN a", "show  tables in A -- x"),
    ],
)
def test_the_same(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t1", "SELECT a FROM t2"),
        ("SELECT a FROM x.t", "SELECT a FROM y.t"),
        ("SELECT a FROM t", "SELECT b FROM t"),
        ("SELECT a FROM t", "SELECT DISTINCT a FROM t"),
        ("SELECT a FROM t", "SELECT a FROM t LIMIT 5"),
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b > 1"),
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE c = 1"),
        ("SELECT SUM(a) FROM t", "SELECT MAX(a) FROM t"),
        ("SELECT t.a FROM t JOIN u ON t.k = u.k", "SELECT t.a FROM t LEFT JOIN u ON t.k = u.k"),
        ("SELECT t.a FROM t JOIN u ON t.k = u.k", "SELECT u.a FROM t JOIN u ON t.k = u.k"),
        ("SELECT a FROM t UNION SELECT a FROM u", "SELECT a FROM t UNION ALL SELECT a FROM u"),
        ("SHOW TABLES IN a", "SHOW TABLES IN b"),
        ("SELECT /*+ BROADCAST(t) */ a FROM t", "SELECT a FROM t"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_the_fast_way_says_what_the_tree_of_the_text_says() -> None:
    for text in READABLE:
        assert shape(text).template == _by_tree(text), text


def test_a_template_keeps_no_value() -> None:
    for text in ["SELECT 'secret', 12345.6 FROM t -- secret", 'SELECT "secret" /* secret */', "BROKEN 'secret' 12345"]:
        assert "secret" not in shape(text).template
        assert "12345" not in shape(text).template


def test_what_cannot_be_parsed_has_a_fingerprint_and_says_so() -> None:
    one, other = shape("SELEC a FROM WHERE (1, 2, 3)"), shape("selec  A from where (7)")
    assert one.fingerprint == other.fingerprint
    assert not one.by_tree
    assert fingerprint("") == fingerprint(" -- only this") == ""


@given(st.text(alphabet="'\"`-/*\\ \nabc019.,()=;%", max_size=60))
def test_any_text_has_a_stable_template(text: str) -> None:
    assert template(template(text)) == template(text)
    assert isinstance(fingerprint(text), str)


def test_reading_says_what_lint_and_fingerprint_say() -> None:
    for text in CORPUS:
        found = lint(text)
        assert reading(text).rules == tuple(sorted(found.rules)), text
        assert (reading(text).complexity, reading(text).optimisation) == (found.complexity, found.optimisation)


@pytest.mark.slow
def test_a_pool_reads_in_order_what_one_process_reads() -> None:
    texts = [f"{text} -- {number}" for number in range(20) for text in CORPUS]
    assert list(readings(texts, processes=2)) == [reading(text) for text in texts]
