-- Whose queries cost most in the last 30 days?
-- Row: (executed_by, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: executed_by STRING, currency STRING, runs BIGINT, failed_runs BIGINT, cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM statement_cost_daily
),
spent AS (
  SELECT
    s.executed_by, s.currency, CAST(SUM(s.runs) AS BIGINT) AS runs, CAST(SUM(s.failed_runs) AS BIGINT) AS failed_runs,
    CAST(SUM(s.cost) AS DECIMAL(38,12)) AS cost
  FROM statement_cost_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.executed_by, s.currency
)
SELECT executed_by, currency, runs, failed_runs, cost
FROM spent
WHERE cost IS NOT NULL
ORDER BY cost DESC, executed_by
LIMIT 20
