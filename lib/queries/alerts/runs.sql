-- Job runs that cost something, for alerts on runs and on the cost of failures.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, period_start DATE, currency STRING, base STRING, workspaces ARRAY<STRING>
-- Returns: begun_on DATE, workspace_id STRING, job_id STRING, job_name STRING, run_id STRING, final_state STRING,
--   owner STRING, run_cost DECIMAL(38,12), failed_share DOUBLE
-- Source: runs that began from period_start on, each with its whole cost up to end_date; start_date lies a month before
--   period_start where relations are worked out live.
SELECT
  r.begun_on, r.workspace_id, r.job_id, n.job_name, r.run_id, r.final_state, r.owner,
  COALESCE(CASE WHEN :base = 'contract' THEN r.cost ELSE r.list_cost END, 0) + COALESCE(r.vm_cost, 0) AS run_cost,
  r.failed_share
FROM whole_runs AS r
LEFT JOIN job_names AS n ON n.workspace_id <=> r.workspace_id AND n.job_id = r.job_id
WHERE r.begun_on >= :start_date AND r.begun_on >= :period_start AND r.begun_on < :end_date AND r.currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), r.workspace_id))
  AND COALESCE(CASE WHEN :base = 'contract' THEN r.cost ELSE r.list_cost END, 0) + COALESCE(r.vm_cost, 0) > 0
