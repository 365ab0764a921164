-- bad
SELECT k FROM t LATERAL VIEW explode(m) e AS k, v
SELECT k FROM t LATERAL VIEW OUTER explode(a) e AS k
SELECT e.col FROM t, LATERAL explode(a) AS e
-- good
WITH e AS (SELECT id, explode(map_entries(m)) AS kv FROM t) SELECT id, kv.key AS k FROM e
