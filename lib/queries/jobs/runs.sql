-- Runs of a job, newest first: each once, with its whole cost.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, period_start DATE, period_end DATE,
--   workspace_id STRING, job_id STRING, run_id STRING, result STRING
-- Returns: workspace_id STRING, job_id STRING, run_id STRING, run_name STRING, run_type STRING, trigger_type STRING,
--   started_at TIMESTAMP, ended_at TIMESTAMP, run_date DATE, busy_s DOUBLE, attempts BIGINT, failed_share DOUBLE,
--   final_state STRING, termination_code STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   list_cost DECIMAL(38,12), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   shared_cost DECIMAL(38,12), total_cost DECIMAL(38,12), period_dbu_cost DECIMAL(38,12), period_vm_cost DECIMAL(38,12)
-- Source: start_date and end_date are a window wider than the period, so that a run over its edge has its whole cost.
--   failed_share: 1 for a run that ended FAILED, ERROR or TIMED_OUT; for a repaired run the share of its time that
--   failed attempts took.
-- Narrows: job, currency, people
WITH costs AS (
  SELECT
    run_id,
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
    COUNT_IF(usage_date >= :period_start AND usage_date < :period_end AND COALESCE(dbus, 1) <> 0) AS period_rows
  FROM job_run_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND run_id IS NOT NULL
    AND workspace_id <=> :workspace_id AND job_id = :job_id AND (:run_id IS NULL OR run_id = :run_id)
  GROUP BY run_id
),
runs AS (
  SELECT
    run_id, run_name, run_type, trigger_type, started_at, ended_at, run_date, busy_s, attempts, failed_attempt_s,
    final_state, termination_code
  FROM job_runs
  WHERE run_date >= :start_date AND run_date < :end_date
    AND workspace_id <=> :workspace_id AND job_id = :job_id AND (:run_id IS NULL OR run_id = :run_id)
),
shares AS (
  SELECT run_id, SUM(CASE WHEN :base = 'contract' THEN shared_cost ELSE shared_list_cost END) AS shared_cost
  FROM shared_job_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND run_id IS NOT NULL
    AND workspace_id <=> :workspace_id AND job_id = :job_id AND (:run_id IS NULL OR run_id = :run_id)
  GROUP BY run_id
),
joined AS (
  SELECT
    COALESCE(c.run_id, r.run_id) AS run_id, r.run_name, r.run_type, r.trigger_type, r.started_at, r.ended_at, r.run_date,
    r.busy_s, r.attempts,
    CASE
      WHEN r.final_state IN ('FAILED', 'ERROR', 'TIMED_OUT') THEN 1
      WHEN r.busy_s > 0 THEN r.failed_attempt_s / r.busy_s
      WHEN r.final_state IS NOT NULL THEN 0
    END AS failed_share,
    r.final_state, r.termination_code, c.owner, c.is_serverless, c.dbus, c.list_cost, c.dbu_cost, c.vm_cost, c.vm_basis,
    c.unpriced_quantity, c.period_dbu_cost, c.period_vm_cost, c.period_rows
  FROM costs AS c
  FULL OUTER JOIN runs AS r ON r.run_id = c.run_id
)
SELECT
  CAST(:workspace_id AS STRING) AS workspace_id, CAST(:job_id AS STRING) AS job_id, j.run_id, j.run_name, j.run_type,
  j.trigger_type, j.started_at, j.ended_at, j.run_date, j.busy_s, j.attempts, j.failed_share, j.final_state,
  j.termination_code, j.owner, j.is_serverless, j.dbus, j.list_cost, j.dbu_cost, j.vm_cost, j.vm_basis,
  j.unpriced_quantity, s.shared_cost,
  CASE WHEN j.dbu_cost IS NOT NULL OR j.vm_cost IS NOT NULL THEN COALESCE(j.dbu_cost, 0) + COALESCE(j.vm_cost, 0) END
    AS total_cost,
  j.period_dbu_cost, j.period_vm_cost
FROM joined AS j
LEFT JOIN shares AS s ON s.run_id = j.run_id
WHERE (COALESCE(j.period_rows, 0) > 0 OR (j.run_date >= :period_start AND j.run_date < :period_end))
  AND (:result IS NULL OR j.final_state = :result)
ORDER BY j.started_at DESC NULLS LAST, j.run_id
