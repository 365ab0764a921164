-- bad
SELECT explode(sequence(a, b)) AS r FROM t
SELECT explode(sequence(a, b, INTERVAL 1 DAY)) AS r FROM t
SELECT sequence(4, 1) AS r
-- good
SELECT explode(CAST(sequence(a, b, INTERVAL 1 DAY) AS ARRAY<DATE>)) AS r FROM t
SELECT sequence(0, 23) AS hours, sequence(a, b, INTERVAL 1 HOUR) AS r FROM t
