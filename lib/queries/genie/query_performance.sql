-- How long did queries wait and run on each of the last 30 days?
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, runs BIGINT, queued_runs BIGINT, spilled_runs BIGINT, average_s DOUBLE, average_queue_s DOUBLE
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM statement_cost_daily
),
days AS (
  SELECT
    s.usage_date, CAST(SUM(s.runs) AS BIGINT) AS runs, CAST(SUM(s.queued_runs) AS BIGINT) AS queued_runs,
    CAST(SUM(s.spilled_runs) AS BIGINT) AS spilled_runs, SUM(s.total_ms) AS total_ms, SUM(s.queue_ms) AS queue_ms
  FROM statement_cost_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.usage_date
)
SELECT
  usage_date, runs, queued_runs, spilled_runs,
  CAST(total_ms AS DOUBLE) / 1000 / NULLIF(runs, 0) AS average_s,
  CAST(queue_ms AS DOUBLE) / 1000 / NULLIF(runs, 0) AS average_queue_s
FROM days
WHERE runs > 0
