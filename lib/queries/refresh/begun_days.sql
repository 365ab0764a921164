-- Days on which those runs began that did or cost something in a span of days, or that the ledger files there.
-- Row: (begun_on)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: begun_on DATE
-- Source: read once the days' costs and runs are new and whole_runs is still what it was, so that a run which has lost
--   its usage or its slices is found where it stood.
WITH active AS (
  SELECT DISTINCT workspace_id, job_id, run_id
  FROM system.lakeflow.job_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
  UNION
  SELECT workspace_id, job_id, run_id
  FROM job_run_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND run_id IS NOT NULL
)
SELECT MIN(c.usage_date) AS begun_on
FROM job_run_cost AS c
INNER JOIN active AS a ON a.workspace_id <=> c.workspace_id AND a.job_id = c.job_id AND a.run_id = c.run_id
WHERE c.usage_date >= DATE_SUB(:start_date, 31) AND c.usage_date < :end_date
GROUP BY c.workspace_id, c.job_id, c.run_id
UNION
SELECT r.run_date AS begun_on
FROM job_runs AS r
INNER JOIN active AS a ON a.workspace_id <=> r.workspace_id AND a.job_id = r.job_id AND a.run_id = r.run_id
WHERE r.run_date >= DATE_SUB(:start_date, 31) AND r.run_date < :end_date
UNION
SELECT begun_on
FROM whole_runs
WHERE begun_on >= DATE_SUB(:start_date, 31) AND begun_on < :end_date AND last_day >= :start_date
