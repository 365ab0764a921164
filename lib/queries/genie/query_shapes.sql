-- Which repeated queries cost most in the last 30 days?
-- Row: (shape_hash, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: shape_hash STRING, shape_text STRING, currency STRING, runs BIGINT, average_s DOUBLE, cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM statement_cost_daily
),
spent AS (
  SELECT
    s.shape_hash, s.currency, CAST(SUM(s.runs) AS BIGINT) AS runs, SUM(s.total_ms) AS total_ms,
    CAST(SUM(s.cost) AS DECIMAL(38,12)) AS cost
  FROM statement_cost_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.shape_hash, s.currency
),
texts AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  GROUP BY shape_hash
)
SELECT
  t.shape_hash, x.shape_text, t.currency, t.runs,
  CAST(t.total_ms AS DOUBLE) / 1000 / NULLIF(t.runs, 0) AS average_s,
  t.cost
FROM spent AS t
LEFT JOIN texts AS x ON x.shape_hash = t.shape_hash
WHERE t.runs > 1 AND t.cost IS NOT NULL
ORDER BY t.cost DESC, t.shape_hash
LIMIT 20
