-- Tasks of a job's runs: how long they worked, how often they failed, on which compute.
-- Row: (task_key)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, job_id STRING
-- Returns: task_key STRING, task_runs BIGINT, failed_task_runs BIGINT, work_s DOUBLE, p50_s DOUBLE, compute_ids STRING
-- Source: run_id of the task timeline is the task run; job_run_id is the job's. Billing knows no tasks: a task's share of
--   the cost is its share of the working time.
WITH task_runs AS (
  SELECT
    task_key, job_run_id, run_id,
    SUM(UNIX_TIMESTAMP(period_end_time) - UNIX_TIMESTAMP(period_start_time)) AS work_s,
    MAX_BY(result_state, STRUCT(period_end_time, result_state)) AS result_state,
    MAX(ARRAY_JOIN(compute_ids, ', ')) AS compute_ids
  FROM system.lakeflow.job_task_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
    AND workspace_id = :workspace_id AND job_id = :job_id
  GROUP BY task_key, job_run_id, run_id
)
SELECT
  task_key,
  COUNT(*) AS task_runs,
  COUNT_IF(result_state IN ('FAILED', 'ERROR', 'TIMED_OUT')) AS failed_task_runs,
  CAST(SUM(work_s) AS DOUBLE) AS work_s,
  PERCENTILE(CAST(work_s AS DOUBLE), 0.5) AS p50_s,
  MAX(compute_ids) AS compute_ids
FROM task_runs
GROUP BY task_key
