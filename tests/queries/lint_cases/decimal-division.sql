-- bad
SELECT SUM(usage_quantity) / 2 AS r FROM system.billing.usage
SELECT try_divide(usage_quantity, 3) AS r FROM t
WITH a AS (SELECT CAST(SUM(x) AS DECIMAL(38,12)) AS cost FROM t) SELECT cost / 3 AS r FROM a
SELECT 1.5 / 2 AS r
-- good
SELECT CAST(SUM(usage_quantity) AS DOUBLE) / 2 AS r FROM system.billing.usage
SELECT try_divide(CAST(usage_quantity AS DOUBLE), n) AS r FROM t
WITH a AS (SELECT CAST(SUM(x) AS DOUBLE) AS hours, COUNT(*) AS n FROM t) SELECT hours / 60 + n / 24 AS r FROM a
