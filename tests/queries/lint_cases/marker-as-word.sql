-- bad
SELECT date_trunc(:unit, t) AS r FROM t
-- good
SELECT date_trunc('DAY', t) AS r FROM t WHERE d >= :day
