-- Job runs, each once: hourly slices and repairs collapsed.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE
-- Returns: run_date DATE, workspace_id STRING, job_id STRING, run_id STRING, run_name STRING, run_type STRING,
--   trigger_type STRING, started_at TIMESTAMP, ended_at TIMESTAMP, busy_s DOUBLE, attempts BIGINT,
--   failed_attempt_s DOUBLE, final_state STRING, termination_code STRING
-- Source: a slice lasts an hour at most and only the last one of an attempt has a result_state; a repair appends
--   another ending slice. Duration is the sum of slices: end minus start would count the wait between repairs.
--   Runs are read 31 days around the period; what runs longer is a service, judged by the day.
-- only a run with a slice in the days can have begun in them
WITH active AS (
  SELECT DISTINCT workspace_id, job_id, run_id
  FROM system.lakeflow.job_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
    -- narrowed to job: AND workspace_id <=> :workspace_id AND job_id = :job_id
),
slices AS (
  SELECT
    s.workspace_id, s.job_id, s.run_id, s.run_name, s.run_type, s.trigger_type, s.period_start_time, s.period_end_time,
    s.result_state, s.termination_code,
    UNIX_TIMESTAMP(s.period_end_time) - UNIX_TIMESTAMP(s.period_start_time) AS slice_s
  FROM system.lakeflow.job_run_timeline AS s
  INNER JOIN active AS a ON a.workspace_id <=> s.workspace_id AND a.job_id <=> s.job_id AND a.run_id <=> s.run_id
  WHERE s.period_start_time >= DATE_SUB(:start_date, 31) AND s.period_start_time < DATE_ADD(:end_date, 31)
    -- narrowed to job: AND s.workspace_id <=> :workspace_id AND s.job_id = :job_id
  -- the same slice delivered twice is one slice
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY s.workspace_id, s.job_id, s.run_id, s.period_start_time, s.period_end_time
    ORDER BY s.result_state DESC NULLS LAST
  ) = 1
),
attempts AS (
  SELECT
    workspace_id, job_id, run_id, run_name, run_type, trigger_type, period_start_time, period_end_time, result_state,
    termination_code, slice_s,
    COALESCE(SUM(CASE WHEN result_state IS NOT NULL THEN 1 ELSE 0 END) OVER (
      PARTITION BY workspace_id, job_id, run_id
      ORDER BY period_end_time, period_start_time
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS attempt
  FROM slices
),
by_attempt AS (
  SELECT
    workspace_id, job_id, run_id, attempt,
    MAX(run_name) AS run_name,
    MAX(run_type) AS run_type,
    MIN_BY(trigger_type, STRUCT(period_start_time, trigger_type)) AS trigger_type,
    MIN(period_start_time) AS started_at,
    MAX(period_end_time) AS ended_at,
    SUM(slice_s) AS busy_s,
    MAX(result_state) AS result_state,
    MAX(termination_code) AS termination_code
  FROM attempts
  GROUP BY workspace_id, job_id, run_id, attempt
)
SELECT
  CAST(MIN(started_at) AS DATE) AS run_date,
  workspace_id, job_id, run_id,
  MAX(run_name) AS run_name,
  MAX(run_type) AS run_type,
  MIN_BY(trigger_type, attempt) AS trigger_type,
  MIN(started_at) AS started_at,
  MAX(ended_at) AS ended_at,
  CAST(SUM(busy_s) AS DOUBLE) AS busy_s,
  COUNT(*) AS attempts,
  CAST(SUM(CASE WHEN result_state IN ('FAILED', 'ERROR', 'TIMED_OUT') THEN busy_s ELSE 0 END) AS DOUBLE) AS failed_attempt_s,
  MAX_BY(COALESCE(result_state, 'RUNNING'), attempt) AS final_state,
  MAX_BY(termination_code, attempt) AS termination_code
FROM by_attempt
GROUP BY workspace_id, job_id, run_id
HAVING MIN(started_at) >= :start_date AND MIN(started_at) < :end_date
