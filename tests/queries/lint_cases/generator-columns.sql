-- bad
SELECT id, explode(m) AS (k, v) FROM t
-- good
SELECT id, explode(a) AS x FROM t
SELECT id, posexplode(a) AS (place, x) FROM t
