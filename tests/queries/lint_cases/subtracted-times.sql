-- bad
SELECT end_time - start_time AS r FROM t
SELECT MAX(usage_date) - MIN(usage_date) AS r FROM t
-- good
SELECT datediff(MAX(usage_date), MIN(usage_date)) AS r FROM t
SELECT end_time - INTERVAL 1 HOUR AS r, total - part AS rest FROM t
