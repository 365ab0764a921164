SELECT id, row_number() OVER (ORDER BY n, id) AS r FROM facts
SELECT id, rank() OVER (ORDER BY n) AS r FROM facts
SELECT id, dense_rank() OVER (PARTITION BY g ORDER BY i DESC) AS r FROM facts
SELECT id, ntile(3) OVER (ORDER BY id) AS r, percent_rank() OVER (ORDER BY id) AS p, cume_dist() OVER (ORDER BY id) AS c FROM facts
SELECT id, lag(i) OVER (ORDER BY id) AS a, lead(i, 2, -1) OVER (ORDER BY id) AS b FROM facts
SELECT id, lag(i) IGNORE NULLS OVER (ORDER BY id) AS a, lead(i) IGNORE NULLS OVER (ORDER BY id) AS b FROM facts
SELECT id, last_value(i) IGNORE NULLS OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS a FROM facts
SELECT id, first_value(s) OVER (PARTITION BY g ORDER BY id) AS a FROM facts
SELECT id, sum(n) OVER (PARTITION BY g ORDER BY id) AS a FROM facts
SELECT id, sum(n) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS a FROM facts
SELECT id, avg(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS a FROM facts WHERE d IS NOT NULL
SELECT id, max(t) OVER (PARTITION BY g ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS a FROM facts
SELECT id, count(*) OVER (PARTITION BY g) AS a, sum(q) OVER () AS b FROM facts
SELECT id, CAST(q AS DOUBLE) / NULLIF(CAST(sum(q) OVER (PARTITION BY g) AS DOUBLE), 0) AS share FROM facts
SELECT id, sum(n) OVER w AS a, max(i) OVER w AS b FROM facts WINDOW w AS (PARTITION BY g ORDER BY id)
SELECT id, sum(CASE WHEN b THEN 1 ELSE 0 END) OVER (ORDER BY id) AS session FROM facts
SELECT g, id FROM facts QUALIFY row_number() OVER (PARTITION BY g ORDER BY n DESC, id) = 1
SELECT g, id, row_number() OVER (PARTITION BY g ORDER BY n DESC, id) AS r FROM facts QUALIFY r = 1
SELECT g, sum(n) AS total, rank() OVER (ORDER BY sum(n) DESC) AS r FROM facts GROUP BY g
SELECT g, d, max(i) AS a FROM facts GROUP BY ALL
SELECT coalesce(g, 'none') AS team, count(*) AS rows FROM facts GROUP BY ALL
SELECT coalesce(g, 'none') AS team, count(*) AS rows FROM facts GROUP BY coalesce(g, 'none')
SELECT coalesce(g, 'none') AS team, count(*) AS rows FROM facts GROUP BY team
SELECT g, count(*) AS rows FROM facts GROUP BY 1
SELECT g, b, count(*) AS rows FROM facts GROUP BY ROLLUP (g, b)
SELECT g, b, count(*) AS rows FROM facts GROUP BY CUBE (g, b)
SELECT g, b, count(*) AS rows, grouping(g) AS gg FROM facts GROUP BY GROUPING SETS ((g), (b), ())
SELECT g, count(*) AS rows FROM facts GROUP BY g HAVING count(*) > 2
SELECT g, count(*) AS rows FROM facts GROUP BY g HAVING rows > 2
SELECT m['team'] AS team, count(*) AS rows FROM facts GROUP BY m['team']
SELECT DISTINCT g, b FROM facts
SELECT g, sum(n) AS total, total + 1 AS more FROM facts GROUP BY g
SELECT id FROM facts ORDER BY i, id
SELECT id FROM facts ORDER BY i DESC, id
SELECT id FROM facts ORDER BY s, id
SELECT id FROM facts ORDER BY s DESC NULLS FIRST, id
SELECT id FROM facts ORDER BY id LIMIT 3
SELECT id FROM facts ORDER BY id LIMIT :number
SELECT id FROM facts ORDER BY id LIMIT 2 OFFSET 1
SELECT id FROM facts ORDER BY n DESC NULLS LAST, id LIMIT 2
SELECT a.id, b.id AS other FROM facts AS a INNER JOIN facts AS b ON a.i = b.i AND a.id < b.id
SELECT a.id, b.id AS other FROM facts AS a LEFT JOIN facts AS b ON a.i = b.id
SELECT a.id, b.id AS other FROM facts AS a FULL OUTER JOIN facts AS b ON a.i = b.id
SELECT a.id FROM facts AS a LEFT SEMI JOIN facts AS b ON a.i = b.id
SELECT a.id FROM facts AS a LEFT ANTI JOIN facts AS b ON a.i = b.id
SELECT a.id, b.id AS other FROM facts AS a CROSS JOIN facts AS b WHERE a.id < 3
SELECT id, a.g FROM facts AS a JOIN facts AS b USING (id)
SELECT a.id, b.id AS other FROM facts AS a JOIN facts AS b ON a.t >= b.t AND a.t < coalesce(b.u, TIMESTAMP'2999-01-01 00:00:00')
SELECT a.id, b.id AS other FROM facts AS a JOIN facts AS b ON a.d >= b.d AND (b.e IS NULL OR a.d < b.e)
SELECT id FROM facts WHERE i IN (SELECT id FROM facts)
SELECT id FROM facts WHERE i NOT IN (SELECT id FROM facts WHERE id IS NOT NULL)
SELECT id, (SELECT max(n) FROM facts) AS top FROM facts
SELECT id FROM facts WHERE n > (SELECT avg(n) FROM facts)
SELECT id FROM facts WHERE id < 3 UNION ALL SELECT id FROM facts WHERE id < 2
SELECT g FROM facts UNION SELECT s FROM facts
SELECT id FROM facts INTERSECT SELECT i FROM facts
SELECT id FROM facts EXCEPT SELECT i FROM facts
WITH a AS (SELECT id, i FROM facts), b AS (SELECT id FROM a WHERE i > 2) SELECT id FROM b
WITH RECURSIVE days(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 5) SELECT n FROM days
SELECT id, explode(a) AS x FROM facts
SELECT id, explode(map_entries(m)) AS kv FROM facts
WITH e AS (SELECT id, explode(map_entries(m)) AS kv FROM facts) SELECT id, kv.key AS k, kv.value AS v FROM e
WITH e AS (SELECT id, explode(l) AS r FROM facts) SELECT id, r.k, r.v FROM e
WITH e AS (SELECT id, explode(sequence(1, 3)) AS x FROM facts) SELECT id, x FROM e
WITH e AS (SELECT explode(CAST(sequence(DATE'2026-01-30', DATE'2026-02-02', INTERVAL 1 DAY) AS ARRAY<DATE>)) AS day) SELECT day FROM e
WITH e AS (SELECT id, explode(sequence(date_trunc('HOUR', t), date_trunc('HOUR', u), INTERVAL 1 HOUR)) AS h FROM facts WHERE t < u AND id <> 5) SELECT id, h FROM e
SELECT id, posexplode(a) FROM facts
SELECT id, posexplode(a) AS (p, x) FROM facts
SELECT facts.* EXCEPT (m, o, l, a, w) FROM facts
SELECT * EXCEPT (m, o, l, a, w) FROM facts
SELECT * FROM (SELECT g, b, n FROM facts) PIVOT (sum(n) FOR b IN (true AS yes, false AS no))
SELECT * FROM (SELECT id, i, CAST(n AS INT) AS k FROM facts WHERE id <> 5) UNPIVOT (v FOR name IN (i, k))
FROM facts |> WHERE id < 3 |> SELECT id
SELECT id FROM VALUES (1), (2) AS t(id)
SELECT g, sum(i) AS g2 FROM facts AS x GROUP BY g
SELECT count(*) AS n FROM facts TABLESAMPLE (100 PERCENT)
SELECT CAST(sum(q * CAST(c AS DECIMAL(14,10))) AS DECIMAL(38,12)) AS cost FROM facts
SELECT CAST(sum(CASE WHEN b THEN CAST(q AS DECIMAL(38,12)) END) AS DECIMAL(38,12)) AS a FROM facts
SELECT map_from_entries(filter(map_entries(coalesce(m, map())), tag -> NOT array_contains(array('env', 'x'), tag.key))) AS tags, count(*) AS rows FROM facts GROUP BY ALL
SELECT d, g, count(*) AS rows FROM facts WHERE d >= :day AND d < date_add(:day, 400) GROUP BY d, g
SELECT t.id FROM facts AS t WHERE t.t >= :day AND t.t < date_add(:day, 150)
SELECT id, CASE WHEN g IS NULL THEN NULL ELSE named_struct('a', i) END AS a FROM facts
SELECT x.team, sum(x.n) AS n FROM (SELECT m['team'] AS team, n FROM facts) AS x GROUP BY x.team ORDER BY n DESC NULLS LAST, team
SELECT id FROM facts WHERE g = 'red' AND NOT (i <=> 3)
SELECT id, rank() OVER (PARTITION BY g ORDER BY q DESC NULLS LAST) AS r FROM facts
SELECT id, sum(n) OVER (ORDER BY i) AS a FROM facts
SELECT g, listagg(s, ',') WITHIN GROUP (ORDER BY id DESC) AS a FROM facts GROUP BY g
SELECT id FROM facts WHERE s RLIKE :text
SELECT DATE_TRUNC('MONTH', d) AS month, sum(n) AS n FROM facts GROUP BY DATE_TRUNC('MONTH', d)
SELECT id, ROUND(CAST(q AS DOUBLE) / 3, 4) AS a FROM facts
SELECT g, CAST(sum(q * CAST(c AS DECIMAL(14,10))) AS DECIMAL(38,12)) AS cost, sum(CASE WHEN c IS NULL THEN q ELSE 0 END) AS unpriced FROM facts GROUP BY g
SELECT sum(i) AS t FROM facts AS t
SELECT id, i + 1 AS next, next * 2 AS twice FROM facts
SELECT f.id FROM facts AS f WHERE EXISTS (SELECT 1 FROM facts AS h WHERE h.id = f.i)
SELECT f.id FROM facts AS f WHERE NOT EXISTS (SELECT 1 FROM facts AS h WHERE h.id = f.i)
SELECT f.id, h.r FROM facts AS f, LATERAL (SELECT f.i + 1 AS r) AS h
SELECT g, i * 2 AS dbl, sum(n) AS tot FROM facts GROUP BY ALL
SELECT g, total FROM (SELECT g, sum(n) AS total FROM facts GROUP BY g QUALIFY rank() OVER (ORDER BY total DESC NULLS LAST) <= 2)
WITH r AS (SELECT array_join(array_sort(transform(map_entries(m), kv -> concat(kv.key, '=', coalesce(kv.value, '')))), ';') AS tags FROM facts) SELECT tags, count(*) AS n FROM r GROUP BY tags
