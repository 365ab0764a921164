SELECT g, sum(n) AS total FROM facts GROUP BY g QUALIFY rank() OVER (ORDER BY sum(n) DESC) <= 2
WITH e AS (SELECT explode(sequence(DATE'2026-01-30', DATE'2026-02-02', INTERVAL 1 DAY)) AS day) SELECT CAST(day AS DATE) AS day FROM e
SELECT id, explode_outer(a) AS x FROM facts
SELECT id, explode(m) AS (k, v) FROM facts
SELECT id, inline(l) FROM facts
SELECT id, stack(2, i, n) FROM facts
SELECT id, k, v FROM facts LATERAL VIEW explode(m) e AS k, v
SELECT id, x FROM facts LATERAL VIEW explode(a) e AS x
SELECT id, x FROM facts LATERAL VIEW OUTER explode(a) e AS x
SELECT id, p, x FROM facts LATERAL VIEW posexplode(a) e AS p, x
SELECT id, e.col FROM facts, LATERAL explode(a) AS e
SELECT id, o.* FROM facts
SELECT id, i AS n FROM facts WHERE n > 5
SELECT id, i * 2 AS dbl FROM facts WHERE dbl > 5
SELECT id, i * 2 AS dbl, sum(dbl) OVER (ORDER BY id) AS r FROM facts
SELECT g, upper(g) AS up, concat(up, '!') AS loud, sum(n) AS tot FROM facts GROUP BY ALL
SELECT iff(i > 2, 1, 0) AS a FROM facts
SELECT id FROM IDENTIFIER('facts')
WITH r AS (SELECT m AS custom_tags FROM facts) SELECT custom_tags, count(*) AS n FROM r GROUP BY custom_tags
