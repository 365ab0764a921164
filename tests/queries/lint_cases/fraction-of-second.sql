-- bad
SELECT extract(SECOND FROM t) AS r FROM t
-- good
SELECT extract(HOUR FROM t) AS r, second(t) AS s FROM t
