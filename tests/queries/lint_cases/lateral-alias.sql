-- bad
SELECT i * 2 AS twice FROM t WHERE twice > 5
SELECT i * 2 AS twice, SUM(twice) OVER (ORDER BY id) AS r FROM t
SELECT g, upper(g) AS up, concat(up, '!') AS loud, SUM(n) AS total FROM t GROUP BY ALL
-- good
SELECT i * 2 AS twice, twice + 1 AS more FROM t
WITH a AS (SELECT i * 2 AS twice FROM t) SELECT twice FROM a WHERE twice > 5
SELECT g, SUM(n) AS total FROM t GROUP BY ALL
SELECT CAST(d AS DATE) AS d FROM t WHERE d IS NOT NULL
SELECT row_number() OVER (ORDER BY id) AS place FROM t QUALIFY place = 1
SELECT x.g AS team, x.team AS old FROM t AS x WHERE team IS NULL
