-- Attempts of one run: the first, and one more for every repair.
-- Row: (attempt)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, job_id STRING, run_id STRING
-- Returns: attempt BIGINT, started_at TIMESTAMP, ended_at TIMESTAMP, busy_s DOUBLE, result_state STRING,
--   termination_code STRING
-- Source: only the last slice of an attempt has a result_state.
WITH slices AS (
  SELECT
    period_start_time, period_end_time, result_state, termination_code,
    COALESCE(SUM(CASE WHEN result_state IS NOT NULL THEN 1 ELSE 0 END) OVER (
      ORDER BY period_end_time, period_start_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) + 1 AS attempt
  FROM system.lakeflow.job_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
    AND workspace_id = :workspace_id AND job_id = :job_id AND run_id = :run_id
)
SELECT
  CAST(attempt AS BIGINT) AS attempt,
  MIN(period_start_time) AS started_at,
  MAX(period_end_time) AS ended_at,
  CAST(SUM(UNIX_TIMESTAMP(period_end_time) - UNIX_TIMESTAMP(period_start_time)) AS DOUBLE) AS busy_s,
  MAX(result_state) AS result_state,
  MAX(termination_code) AS termination_code
FROM slices
GROUP BY attempt
