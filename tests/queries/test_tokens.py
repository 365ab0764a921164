import pytest

from lib.queries.tokens import column_of, cte_names, line_of, markers, table_names, tokenise


def tables(text: str) -> list[str]:
    return [".".join(found.parts) for found in table_names(tokenise(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a FROM t", ["t"]),
        ("SELECT a FROM system.billing.usage AS u JOIN `system`.`query`.history h ON u.x = h.x",
         ["system.billing.usage", "system.query.history"]),
        ("SELECT a FROM t, u AS v, w WHERE t.a IN (1, 2)", ["t", "u", "w"]),
        ("SELECT extract(YEAR FROM d), trim(BOTH ' ' FROM s), substring(s FROM 2) FROM t", ["t"]),
        ("SELECT a FROM t WHERE x IS DISTINCT FROM y AND x IS NOT DISTINCT FROM z", ["t"]),
        ("SELECT a FROM (SELECT b FROM t) AS x LEFT JOIN (u CROSS JOIN v) ON TRUE", ["t", "u", "v"]),
        ("WITH a AS (SELECT 1 FROM t), b (n) AS (SELECT n FROM a) SELECT n FROM b", ["t", "a", "b"]),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.i = t.i) AND a NOT IN (SELECT b FROM v)", ["t", "u", "v"]),
        ("SELECT a FROM range(3), explode(x) AS e, t", ["t"]),
        ("SELECT a FROM VALUES (1), (2) AS t(a)", []),
        ("SELECT a FROM VALUES (1, a), (NULL, current_date), (x, (SELECT 1)) AS t(a, b), u JOIN v", ["u", "v"]),
        ("SELECT a FROM VALUES 1, 2 AS t(a), w", ["w"]),
        ("SELECT a FROM values, a.values JOIN `values`", ["values", "a.values", "values"]),
        ("SELECT a FROM t LATERAL VIEW explode(m) e AS k, v JOIN u ON TRUE", ["t", "u"]),
        ("SELECT a FROM t JOIN LATERAL (SELECT b FROM u) AS l ON TRUE", ["t", "u"]),
        ("SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY a, b", ["t", "u"]),
        ("SELECT 'FROM x', \"FROM y\", `FROM z` FROM t -- FROM c\n/* FROM d */", ["t"]),
        ("SELECT SUM(a) FILTER (WHERE a > 0), b FROM t GROUP BY ROLLUP (b, c)", ["t"]),
        ("FROM t |> WHERE a > 1 |> SELECT a", ["t"]),
    ],
)  # fmt: skip
def test_tables_are_found_by_their_place(text: str, expected: list[str]) -> None:
    assert tables(text) == expected


def test_a_table_knows_its_place_in_the_text() -> None:
    text = "SELECT a\nFROM system.`billing` . usage"
    found = next(table_names(tokenise(text)))
    assert text[found.start : found.end] == "system.`billing` . usage"
    assert (line_of(text, found.start), column_of(text, found.start)) == (2, 6)


def test_markers_are_parameters_and_nothing_else() -> None:
    text = "SELECT :a, x::DATE, ':b', CAST(s AS STRUCT<c:INT>) -- :d\nFROM t WHERE d>=:start_date AND (:a IS NULL) LIMIT :limit"
    assert list(markers(tokenise(text))) == ["a", "start_date", "limit"]


def test_steps_of_a_with_clause_are_found_at_any_depth() -> None:
    text = "WITH RECURSIVE a AS (WITH `In Side` AS (SELECT 1) SELECT 2), b(n, m) AS (SELECT 3) SELECT x AS c, y AS d FROM a"
    assert list(cte_names(tokenise(text))) == ["a", "in side", "b"]


def test_strings_keep_quotes_and_escapes_inside() -> None:
    text = r"""SELECT 'it\'s', "say \"x\"", r'raw\', 'a''b', `q``x`"""
    kinds = [(token.kind, token.text) for token in tokenise(text) if token.kind in ("string", "quoted")]
    assert kinds == [
        ("string", r"'it\'s'"), ("string", r'"say \"x\""'), ("string", r"r'raw\'"), ("string", "'a'"), ("string", "'b'"),
        ("quoted", "`q``x`"),
    ]  # fmt: skip
