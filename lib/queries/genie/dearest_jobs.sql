-- Which ten jobs cost most in the last 30 days?
-- Row: (workspace_id, job_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: workspace_id STRING, job_id STRING, job_name STRING, currency STRING, runs BIGINT,
--   total_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM job_run_cost
),
spent AS (
  SELECT
    r.workspace_id, r.job_id, r.currency,
    COUNT(DISTINCT r.run_id) AS runs,
    CAST(SUM(COALESCE(r.cost + r.vm_cost, r.cost, r.vm_cost)) AS DECIMAL(38,12)) AS total_cost
  FROM job_run_cost AS r
  CROSS JOIN newest AS n
  WHERE r.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY r.workspace_id, r.job_id, r.currency
)
SELECT t.workspace_id, t.job_id, j.job_name, t.currency, t.runs, t.total_cost
FROM spent AS t
LEFT JOIN job_names AS j ON j.workspace_id = t.workspace_id AND j.job_id = t.job_id
ORDER BY t.total_cost DESC, t.workspace_id, t.job_id
LIMIT 10
