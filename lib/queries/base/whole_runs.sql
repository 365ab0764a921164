-- Job runs that did or cost something, each with its whole cost, filed under the day on which it began.
-- Row: (workspace_id, job_id, run_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: begun_on DATE, currency STRING, workspace_id STRING, job_id STRING, run_id STRING, first_day DATE,
--   last_day DATE, span_days BIGINT, active_days BIGINT, run_date DATE, started_at TIMESTAMP, busy_s DOUBLE, failed_share DOUBLE,
--   final_state STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18), list_cost DECIMAL(38,12),
--   cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18)
-- Source: begun_on is the day of the first slice or of the first usage, whichever is earlier. A run that cost nothing has
--   no currency. failed_share: 1 for a run that ended FAILED, ERROR or TIMED_OUT; for a repaired run the share of its
--   time that failed attempts took. Costs are those from start_date to end_date: who works this out takes a window a
--   month wider than the days that are wanted. active_days: days with usage that was not taken back.
WITH costs AS (
  SELECT
    currency, workspace_id, job_id, run_id,
    MIN(usage_date) AS first_day,
    MAX(usage_date) AS last_day,
    COUNT_IF(COALESCE(dbus, 1) <> 0) AS active_days,
    MAX(owner) AS owner,
    MAX(is_serverless) AS is_serverless,
    SUM(dbus) AS dbus,
    SUM(list_cost) AS list_cost,
    SUM(cost) AS cost,
    SUM(vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis,
    SUM(unpriced_quantity) AS unpriced_quantity
  FROM job_run_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND run_id IS NOT NULL
  GROUP BY currency, workspace_id, job_id, run_id
),
runs AS (
  SELECT
    workspace_id, job_id, run_id, run_date, started_at, busy_s,
    CASE
      WHEN final_state IN ('FAILED', 'ERROR', 'TIMED_OUT') THEN 1
      WHEN busy_s > 0 THEN failed_attempt_s / busy_s
      WHEN final_state IS NOT NULL THEN 0
    END AS failed_share,
    final_state
  FROM job_runs
  WHERE run_date >= :start_date AND run_date < :end_date
)
SELECT
  LEAST(COALESCE(r.run_date, c.first_day), COALESCE(c.first_day, r.run_date)) AS begun_on,
  c.currency,
  COALESCE(c.workspace_id, r.workspace_id) AS workspace_id,
  COALESCE(c.job_id, r.job_id) AS job_id,
  COALESCE(c.run_id, r.run_id) AS run_id,
  c.first_day, c.last_day, CAST(DATEDIFF(c.last_day, c.first_day) AS BIGINT) AS span_days, c.active_days, r.run_date, r.started_at, r.busy_s, r.failed_share, r.final_state, c.owner,
  c.is_serverless, c.dbus, c.list_cost, c.cost, c.vm_cost, c.vm_basis, c.unpriced_quantity
FROM costs AS c
FULL OUTER JOIN runs AS r ON r.workspace_id <=> c.workspace_id AND r.job_id = c.job_id AND r.run_id = c.run_id
