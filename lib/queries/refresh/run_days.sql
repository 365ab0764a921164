-- Start days of the runs that have slices in a span of days: a run that goes on changes the day it began on.
-- Row: (run_date)
-- Params: start_date DATE, end_date DATE
-- Returns: run_date DATE
WITH active AS (
  SELECT DISTINCT workspace_id, job_id, run_id
  FROM system.lakeflow.job_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
),
begun AS (
  SELECT s.workspace_id, s.job_id, s.run_id, CAST(MIN(s.period_start_time) AS DATE) AS run_date
  FROM system.lakeflow.job_run_timeline AS s
  INNER JOIN active AS a ON a.workspace_id = s.workspace_id AND a.job_id = s.job_id AND a.run_id = s.run_id
  WHERE s.period_start_time >= DATE_SUB(:start_date, 31) AND s.period_start_time < :end_date
  GROUP BY s.workspace_id, s.job_id, s.run_id
)
SELECT DISTINCT run_date FROM begun
