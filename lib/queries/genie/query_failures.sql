-- What did failed and cancelled queries cost in the last 30 days?
-- Row: (executed_by, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: executed_by STRING, currency STRING, failed_runs BIGINT, canceled_runs BIGINT, wasted_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM statement_cost_daily
),
wasted AS (
  SELECT
    s.executed_by, s.currency, CAST(SUM(s.failed_runs) AS BIGINT) AS failed_runs,
    CAST(SUM(s.canceled_runs) AS BIGINT) AS canceled_runs, CAST(SUM(s.wasted_cost) AS DECIMAL(38,12)) AS wasted_cost
  FROM statement_cost_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.executed_by, s.currency
)
SELECT executed_by, currency, failed_runs, canceled_runs, wasted_cost
FROM wasted
WHERE failed_runs + canceled_runs > 0
ORDER BY wasted_cost DESC, executed_by
LIMIT 20
