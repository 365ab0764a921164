-- What each Genie space was used for: its statements, who ran them, when last, and what they cost.
-- Row: (workspace_id, space_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING
-- Returns: workspace_id STRING, space_id STRING, statements BIGINT, users BIGINT, failed BIGINT, first_day DATE,
--   last_day DATE, cost DECIMAL(38,12)
-- Source: query history names the space of a statement; the cost is the statements' share of their warehouses.
SELECT
  workspace_id, source_id AS space_id,
  CAST(SUM(runs) AS BIGINT) AS statements,
  COUNT(DISTINCT executed_by) AS users,
  CAST(SUM(failed_runs) AS BIGINT) AS failed,
  MIN(usage_date) AS first_day,
  MAX(usage_date) AS last_day,
  CAST(SUM(CASE WHEN currency = :currency THEN CASE WHEN :base = 'list' THEN list_cost ELSE cost END END) AS DECIMAL(38,12)) AS cost
FROM statement_cost_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND source_kind = 'genie'
GROUP BY workspace_id, source_id
