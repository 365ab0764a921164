-- Jobs that cost or ran in a period: runs, results, cost and its change.
-- Row: (workspace_id, job_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING,
--   period_start DATE, period_end DATE, previous_start DATE, previous_end DATE, recent_start DATE, recent_end DATE,
--   job_name STRING, result STRING, cost_min DECIMAL(38,12), cost_max DECIMAL(38,12)
-- Returns: workspace_id STRING, workspace_name STRING, job_id STRING, job_name STRING, owner STRING,
--   is_serverless BOOLEAN, runs BIGINT, succeeded_runs BIGINT, failed_runs BIGINT, ended_runs BIGINT,
--   skipped_runs BIGINT, dbus DECIMAL(38,18), list_cost DECIMAL(38,12), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING,
--   total_cost DECIMAL(38,12), shared_cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18),
--   failure_cost DECIMAL(38,12), run_cost_p50 DOUBLE, run_cost_p95 DOUBLE, run_cost_max DOUBLE, busy_s DOUBLE,
--   last_run_at TIMESTAMP, runs_cost DECIMAL(38,12), recent_cost DECIMAL(38,12),
--   previous_cost DECIMAL(38,12), names BIGINT, is_deleted BOOLEAN
-- Source: cost is usage of product JOBS by usage_date inside the period, so it adds up to the bill; p50 and p95 are over
--   whole runs that started in it. runs_cost is the part of it that names a run. recent_cost and previous_cost are the two
--   halves of the comparison. With a result the cost is that of the runs that ended so. Shared compute is an estimate and
--   stays out of the total.
-- Narrows: currency, people
WITH ledger AS (
  SELECT
    usage_date, workspace_id, job_id, owner, is_serverless, usage_unit, usage_quantity, list_cost, cost,
    unpriced_quantity, vm_cost, vm_basis, usage_date >= :period_start AND usage_date < :period_end AS in_period
  FROM spend_selected
  WHERE job_id IS NOT NULL
    AND usage_date >= LEAST(:period_start, COALESCE(:previous_start, :period_start)) AND usage_date < :period_end
),
-- few owners a job: which of them is the newest is asked of what is left
owned AS (
  SELECT
    workspace_id, job_id, owner, is_serverless,
    COUNT_IF(in_period) AS period_rows,
    MAX(CASE WHEN in_period THEN usage_date END) AS last_day,
    SUM(CASE WHEN in_period AND usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
    SUM(CASE WHEN in_period THEN list_cost END) AS list_cost,
    SUM(CASE WHEN in_period THEN cost END) AS dbu_cost,
    SUM(CASE WHEN in_period THEN vm_cost END) AS vm_cost,
    MAX(CASE WHEN in_period THEN vm_basis END) AS vm_basis,
    SUM(CASE WHEN in_period THEN unpriced_quantity END) AS unpriced_quantity,
    SUM(CASE
      WHEN usage_date >= :recent_start AND usage_date < :recent_end THEN COALESCE(cost, 0) + COALESCE(vm_cost, 0)
    END) AS recent_cost,
    SUM(CASE
      WHEN usage_date >= :previous_start AND usage_date < :previous_end THEN COALESCE(cost, 0) + COALESCE(vm_cost, 0)
    END) AS previous_cost
  FROM ledger
  GROUP BY workspace_id, job_id, owner, is_serverless
),
spent AS (
  SELECT
    workspace_id, job_id,
    SUM(period_rows) > 0 AS has_usage,
    MAX_BY(owner, CASE WHEN last_day IS NOT NULL THEN STRUCT(last_day, owner) END) AS owner,
    MAX_BY(is_serverless, CASE WHEN last_day IS NOT NULL THEN STRUCT(last_day, is_serverless) END) AS is_serverless,
    SUM(dbus) AS dbus,
    SUM(list_cost) AS list_cost,
    SUM(dbu_cost) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis,
    SUM(unpriced_quantity) AS unpriced_quantity,
    SUM(recent_cost) AS recent_cost,
    SUM(previous_cost) AS previous_cost
  FROM owned
  GROUP BY workspace_id, job_id
),
runs AS (
  SELECT
    t.workspace_id, t.job_id, t.run_id, t.final_state, t.failed_share, t.owner, t.is_serverless, t.dbus, t.dbu_cost,
    t.vm_cost, t.vm_basis, t.unpriced_quantity, t.period_dbu_cost, t.period_vm_cost, t.period_list_cost, t.started_at,
    t.run_date, t.busy_s,
    CASE WHEN t.dbu_cost IS NOT NULL OR t.vm_cost IS NOT NULL THEN COALESCE(t.dbu_cost, 0) + COALESCE(t.vm_cost, 0) END
      AS run_cost,
    COALESCE(t.final_state, '') IN ('SKIPPED', 'BLOCKED') AND COALESCE(t.dbu_cost, 0) = 0 AS never_ran
  FROM run_totals AS t
  WHERE (:result IS NULL OR t.final_state = :result)
),
shared AS (
  SELECT workspace_id, job_id, SUM(CASE WHEN :base = 'contract' THEN shared_cost ELSE shared_list_cost END) AS shared_cost
  FROM shared_job_cost
  WHERE usage_date >= :period_start AND usage_date < :period_end AND currency = :currency
    AND usage_date >= :start_date AND usage_date < :end_date
  GROUP BY workspace_id, job_id
),
by_runs AS (
  SELECT
    workspace_id, job_id,
    COUNT_IF(NOT never_ran) AS runs,
    COUNT_IF(final_state = 'SUCCEEDED') AS succeeded_runs,
    COUNT_IF(final_state IN ('FAILED', 'ERROR', 'TIMED_OUT')) AS failed_runs,
    COUNT_IF(final_state IN ('SUCCEEDED', 'FAILED', 'ERROR', 'TIMED_OUT', 'CANCELLED')) AS ended_runs,
    COUNT_IF(never_ran) AS skipped_runs,
    SUM(CASE
      WHEN failed_share = 0 THEN 0
      ELSE CAST((COALESCE(period_dbu_cost, 0) + COALESCE(period_vm_cost, 0)) AS DOUBLE) * failed_share
    END) AS failure_cost,
    PERCENTILE(
      CASE WHEN NOT never_ran AND run_date >= :period_start THEN CAST(run_cost AS DOUBLE) END, ARRAY(0.5, 0.95)
    ) AS run_costs,
    CAST(MAX(run_cost) AS DOUBLE) AS run_cost_max,
    SUM(busy_s) AS busy_s,
    MAX(started_at) AS last_run_at,
    MAX(owner) AS owner,
    MAX(is_serverless) AS is_serverless,
    SUM(CASE WHEN period_dbu_cost IS NOT NULL THEN dbus END) AS dbus,
    SUM(period_list_cost) AS list_cost,
    SUM(period_dbu_cost) AS dbu_cost,
    SUM(period_vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis,
    SUM(unpriced_quantity) AS unpriced_quantity
  FROM runs
  GROUP BY workspace_id, job_id
),
-- without usage a job is there if nothing narrows the view to usage's own columns
joined AS (
  SELECT
    COALESCE(p.workspace_id, r.workspace_id, s.workspace_id) AS workspace_id,
    COALESCE(p.job_id, r.job_id, s.job_id) AS job_id,
    COALESCE(p.has_usage, FALSE) AS has_usage,
    r.job_id IS NOT NULL OR s.job_id IS NOT NULL AS has_run,
    COALESCE(p.owner, r.owner) AS owner,
    COALESCE(p.is_serverless, r.is_serverless) AS is_serverless,
    r.runs, r.succeeded_runs, r.failed_runs, r.ended_runs, r.skipped_runs,
    CASE WHEN :result IS NULL THEN p.dbus ELSE r.dbus END AS dbus,
    CASE WHEN :result IS NULL THEN p.list_cost ELSE r.list_cost END AS list_cost,
    CASE WHEN :result IS NULL THEN p.dbu_cost ELSE r.dbu_cost END AS dbu_cost,
    CASE WHEN :result IS NULL THEN p.vm_cost ELSE r.vm_cost END AS vm_cost,
    CASE WHEN :result IS NULL THEN p.vm_basis ELSE r.vm_basis END AS vm_basis,
    CASE WHEN :result IS NULL THEN p.unpriced_quantity ELSE r.unpriced_quantity END AS unpriced_quantity,
    s.shared_cost, r.failure_cost, TRY_ELEMENT_AT(r.run_costs, 1) AS run_cost_p50, TRY_ELEMENT_AT(r.run_costs, 2) AS run_cost_p95, r.run_cost_max, r.busy_s, r.last_run_at,
    CASE WHEN r.dbu_cost IS NOT NULL OR r.vm_cost IS NOT NULL THEN COALESCE(r.dbu_cost, 0) + COALESCE(r.vm_cost, 0) END
      AS runs_cost,
    p.recent_cost, p.previous_cost
  FROM spent AS p
  FULL OUTER JOIN by_runs AS r ON r.workspace_id <=> p.workspace_id AND r.job_id = p.job_id
  FULL OUTER JOIN shared AS s
    ON s.workspace_id <=> COALESCE(p.workspace_id, r.workspace_id) AND s.job_id = COALESCE(p.job_id, r.job_id)
)
SELECT
  j.workspace_id, w.workspace_name, j.job_id, n.job_name,
  COALESCE(j.owner, n.run_as, n.creator) AS owner,
  j.is_serverless,
  COALESCE(j.runs, 0) AS runs, COALESCE(j.succeeded_runs, 0) AS succeeded_runs,
  COALESCE(j.failed_runs, 0) AS failed_runs, COALESCE(j.ended_runs, 0) AS ended_runs,
  COALESCE(j.skipped_runs, 0) AS skipped_runs,
  j.dbus, j.list_cost, j.dbu_cost, j.vm_cost, j.vm_basis,
  CASE WHEN j.dbu_cost IS NOT NULL OR j.vm_cost IS NOT NULL THEN COALESCE(j.dbu_cost, 0) + COALESCE(j.vm_cost, 0) END
    AS total_cost,
  j.shared_cost, j.unpriced_quantity,
  CAST(j.failure_cost AS DECIMAL(38,12)) AS failure_cost,
  j.run_cost_p50, j.run_cost_p95, j.run_cost_max, j.busy_s, j.last_run_at, j.runs_cost, j.recent_cost, j.previous_cost,
  COALESCE(n.names, CAST(1 AS BIGINT)) AS names, COALESCE(n.is_deleted, FALSE) AS is_deleted
FROM joined AS j
LEFT JOIN job_names AS n ON n.workspace_id = j.workspace_id AND n.job_id = j.job_id
LEFT JOIN workspaces AS w ON w.workspace_id = j.workspace_id
WHERE (
    j.has_usage
    OR (
      j.has_run AND :tag_key IS NULL AND :products IS NULL AND :serverless IS NULL AND :owners IS NULL
      AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(j.workspace_id, '')))
    )
  )
  AND (:result IS NULL OR COALESCE(j.runs, 0) + COALESCE(j.skipped_runs, 0) > 0)
  AND (:job_name IS NULL OR POSITION(LOWER(:job_name) IN LOWER(COALESCE(n.job_name, j.job_id))) > 0)
  AND (:cost_min IS NULL OR COALESCE(j.dbu_cost, 0) + COALESCE(j.vm_cost, 0) >= :cost_min)
  AND (:cost_max IS NULL OR COALESCE(j.dbu_cost, 0) + COALESCE(j.vm_cost, 0) <= :cost_max)
