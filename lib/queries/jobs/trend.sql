-- Daily cost of some jobs, for the sparklines of a table.
-- Row: (workspace_id, job_id, usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, job_keys ARRAY<STRING>
-- Returns: workspace_id STRING, job_id STRING, usage_date DATE, total_cost DECIMAL(38,12)
-- Narrows: currency
SELECT
  workspace_id, job_id, usage_date,
  SUM(COALESCE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, 0) + COALESCE(vm_cost, 0)) AS total_cost
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND job_id IS NOT NULL
  AND ARRAY_CONTAINS(CAST(:job_keys AS ARRAY<STRING>), CONCAT(COALESCE(workspace_id, ''), '/', job_id))
GROUP BY workspace_id, job_id, usage_date
