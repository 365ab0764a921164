-- Runs that did or cost something in the period, with their whole cost and the part of it inside the period.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, period_start DATE, period_end DATE
-- Returns: workspace_id STRING, job_id STRING, run_id STRING, run_name STRING, run_type STRING, trigger_type STRING,
--   started_at TIMESTAMP, ended_at TIMESTAMP, run_date DATE, busy_s DOUBLE, attempts BIGINT, failed_share DOUBLE,
--   final_state STRING, termination_code STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   list_cost DECIMAL(38,12), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   shared_cost DECIMAL(38,12), period_dbu_cost DECIMAL(38,12), period_vm_cost DECIMAL(38,12),
--   period_list_cost DECIMAL(38,12)
-- Source: start_date and end_date are a window wider than the period, so that a run over its edge has its whole cost.
--   failed_share: 1 for a run that ended FAILED, ERROR or TIMED_OUT; for a repaired run the share of its time that
--   failed attempts took.
-- only they are added up over the wide window
WITH active AS (
  SELECT run_id
  FROM job_run_cost
  WHERE usage_date >= :period_start AND usage_date < :period_end AND currency = :currency AND run_id IS NOT NULL
  UNION
  SELECT run_id
  FROM job_runs
  WHERE run_date >= :period_start AND run_date < :period_end
),
costs AS (
  SELECT
    workspace_id, job_id, run_id,
    MAX(owner) AS owner,
    MAX(is_serverless) AS is_serverless,
    SUM(dbus) AS dbus,
    SUM(list_cost) AS list_cost,
    SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis,
    SUM(unpriced_quantity) AS unpriced_quantity,
    SUM(CASE
      WHEN usage_date >= :period_start AND usage_date < :period_end
        THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END
    END) AS period_dbu_cost,
    SUM(CASE WHEN usage_date >= :period_start AND usage_date < :period_end THEN vm_cost END) AS period_vm_cost,
    SUM(CASE WHEN usage_date >= :period_start AND usage_date < :period_end THEN list_cost END) AS period_list_cost,
    COUNT_IF(usage_date >= :period_start AND usage_date < :period_end AND COALESCE(dbus, 1) <> 0) AS period_rows
  FROM job_run_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND run_id IN (SELECT run_id FROM active)
  GROUP BY workspace_id, job_id, run_id
),
runs AS (
  SELECT
    workspace_id, job_id, run_id, run_name, run_type, trigger_type, started_at, ended_at, run_date, busy_s, attempts,
    failed_attempt_s, final_state, termination_code
  FROM job_runs
  WHERE run_date >= :start_date AND run_date < :end_date AND run_id IN (SELECT run_id FROM active)
),
shares AS (
  SELECT workspace_id, job_id, run_id, SUM(CASE WHEN :base = 'contract' THEN shared_cost ELSE shared_list_cost END) AS shared_cost
  FROM shared_job_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND run_id IS NOT NULL
  GROUP BY workspace_id, job_id, run_id
),
joined AS (
  SELECT
    COALESCE(c.workspace_id, r.workspace_id) AS workspace_id,
    COALESCE(c.job_id, r.job_id) AS job_id,
    COALESCE(c.run_id, r.run_id) AS run_id,
    r.run_name, r.run_type, r.trigger_type, r.started_at, r.ended_at, r.run_date, r.busy_s, r.attempts,
    r.failed_attempt_s, r.final_state, r.termination_code, c.owner, c.is_serverless, c.dbus, c.list_cost, c.dbu_cost, c.vm_cost,
    c.vm_basis, c.unpriced_quantity, c.period_dbu_cost, c.period_vm_cost, c.period_list_cost, c.period_rows
  FROM costs AS c
  FULL OUTER JOIN runs AS r
    ON r.workspace_id <=> c.workspace_id AND r.job_id = c.job_id AND r.run_id = c.run_id
)
SELECT
  j.workspace_id, j.job_id, j.run_id, j.run_name, j.run_type, j.trigger_type, j.started_at, j.ended_at, j.run_date,
  j.busy_s, j.attempts,
  CASE
    WHEN j.final_state IN ('FAILED', 'ERROR', 'TIMED_OUT') THEN 1
    WHEN j.busy_s > 0 THEN j.failed_attempt_s / j.busy_s
    WHEN j.final_state IS NOT NULL THEN 0
  END AS failed_share,
  j.final_state, j.termination_code, j.owner, j.is_serverless, j.dbus, j.list_cost, j.dbu_cost, j.vm_cost, j.vm_basis,
  j.unpriced_quantity, s.shared_cost, j.period_dbu_cost, j.period_vm_cost, j.period_list_cost
FROM joined AS j
LEFT JOIN shares AS s ON s.workspace_id <=> j.workspace_id AND s.job_id = j.job_id AND s.run_id = j.run_id
WHERE COALESCE(j.period_rows, 0) > 0 OR (j.run_date >= :period_start AND j.run_date < :period_end)
