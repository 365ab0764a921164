-- Runs of a job, newest first: each once, with its whole cost.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, period_start DATE, period_end DATE,
--   workspace_id STRING, job_id STRING, run_id STRING, result STRING
-- Returns: workspace_id STRING, job_id STRING, run_id STRING, run_name STRING, run_type STRING, trigger_type STRING,
--   started_at TIMESTAMP, ended_at TIMESTAMP, run_date DATE, busy_s DOUBLE, attempts BIGINT, failed_share DOUBLE,
--   final_state STRING, termination_code STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   list_cost DECIMAL(38,12), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   shared_cost DECIMAL(38,12), total_cost DECIMAL(38,12), period_dbu_cost DECIMAL(38,12), period_vm_cost DECIMAL(38,12)
SELECT
  workspace_id, job_id, run_id, run_name, run_type, trigger_type, started_at, ended_at, run_date, busy_s, attempts,
  failed_share, final_state, termination_code, owner, is_serverless, dbus, list_cost, dbu_cost, vm_cost,
  vm_basis, unpriced_quantity, shared_cost,
  CASE WHEN dbu_cost IS NOT NULL OR vm_cost IS NOT NULL THEN COALESCE(dbu_cost, 0) + COALESCE(vm_cost, 0) END AS total_cost,
  period_dbu_cost, period_vm_cost
FROM run_totals
WHERE workspace_id <=> :workspace_id AND job_id = :job_id
  AND (:run_id IS NULL OR run_id = :run_id)
  AND (:result IS NULL OR final_state = :result)
ORDER BY started_at DESC NULLS LAST, run_id
