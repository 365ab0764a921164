-- What did failed job runs cost in the last 30 days?
-- Row: (workspace_id, job_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: workspace_id STRING, job_id STRING, job_name STRING, currency STRING, failed_runs BIGINT,
--   failed_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM job_run_cost
),
failed AS (
  SELECT
    r.workspace_id, r.job_id, r.currency,
    COUNT(DISTINCT r.run_id) AS failed_runs,
    CAST(SUM(COALESCE(r.cost + r.vm_cost, r.cost, r.vm_cost)) AS DECIMAL(38,12)) AS failed_cost
  FROM job_run_cost AS r
  JOIN job_runs AS f ON f.workspace_id = r.workspace_id AND f.job_id = r.job_id AND f.run_id = r.run_id
  CROSS JOIN newest AS n
  WHERE r.usage_date > DATE_SUB(n.last_day, 30) AND f.final_state IN ('FAILED', 'ERROR', 'TIMED_OUT')
  GROUP BY r.workspace_id, r.job_id, r.currency
)
SELECT t.workspace_id, t.job_id, j.job_name, t.currency, t.failed_runs, t.failed_cost
FROM failed AS t
LEFT JOIN job_names AS j ON j.workspace_id = t.workspace_id AND j.job_id = t.job_id
ORDER BY t.failed_cost DESC, t.workspace_id, t.job_id
LIMIT 20
