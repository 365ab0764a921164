-- What each job run cost on each day; usage of a job that names no run has run_id NULL.
-- Row: (usage_date, currency, workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, job_id STRING, run_id STRING, owner STRING,
--   is_serverless BOOLEAN, dbus DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12),
--   unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: product JOBS with a job id is exact per run. A run over midnight has a row a day, so its cost is the sum
--   over a window wider than the report. Machines: the run's share of its clusters' DBUs that day.
SELECT
  usage_date, currency, workspace_id, job_id, run_id,
  MAX(owner) AS owner,
  MAX(is_serverless) AS is_serverless,
  SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
  SUM(list_cost) AS list_cost,
  SUM(cost) AS cost,
  SUM(unpriced_quantity) AS unpriced_quantity,
  SUM(vm_cost) AS vm_cost,
  MAX(vm_basis) AS vm_basis
FROM spend_rows
WHERE usage_date >= :start_date AND usage_date < :end_date AND job_id IS NOT NULL
GROUP BY usage_date, currency, workspace_id, job_id, run_id
