-- bad
SELECT x / n AS r FROM t
SELECT x % n AS r FROM t
SELECT 1 / 0 AS r
SELECT n DIV i AS r FROM t
-- good
SELECT x / 60 AS r, n % 7 AS w FROM t
SELECT x / NULLIF(n, 0) AS r, try_divide(x, n) AS s FROM t
SELECT CASE WHEN n > 0 THEN x / n END AS r FROM t
SELECT x / GREATEST(n, 1) AS r FROM t
