-- Task runs of one job run.
-- Row: (task_key, task_run_id)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, job_id STRING, run_id STRING
-- Returns: task_key STRING, task_run_id STRING, started_at TIMESTAMP, ended_at TIMESTAMP, work_s DOUBLE,
--   result_state STRING, termination_code STRING, compute_ids STRING
SELECT
  task_key, run_id AS task_run_id,
  MIN(period_start_time) AS started_at,
  MAX(period_end_time) AS ended_at,
  CAST(SUM(UNIX_TIMESTAMP(period_end_time) - UNIX_TIMESTAMP(period_start_time)) AS DOUBLE) AS work_s,
  MAX_BY(result_state, STRUCT(period_end_time, result_state)) AS result_state,
  MAX(termination_code) AS termination_code,
  MAX(ARRAY_JOIN(compute_ids, ', ')) AS compute_ids
FROM system.lakeflow.job_task_run_timeline
WHERE period_start_time >= :start_date AND period_start_time < :end_date
  AND workspace_id = :workspace_id AND job_id = :job_id AND job_run_id = :run_id
GROUP BY task_key, run_id
