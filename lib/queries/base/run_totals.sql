-- Runs that did or cost something in the period, with their whole cost and the part of it inside the period.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, period_start DATE, period_end DATE
-- Returns: workspace_id STRING, job_id STRING, run_id STRING, started_at TIMESTAMP, run_date DATE, busy_s DOUBLE,
--   failed_share DOUBLE, final_state STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   period_dbu_cost DECIMAL(38,12), period_vm_cost DECIMAL(38,12), period_list_cost DECIMAL(38,12)
-- Source: start_date and end_date are a window wider than the period, so that a run over its edge has its whole cost.
--   Most runs lie inside the period, whole: only of those that cross an edge are the days looked up. What began before
--   the window and still costs is a service: judged by its days in the window.
WITH crossing AS (
  SELECT
    workspace_id, job_id, run_id, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS dbu_cost, vm_cost, vm_basis, unpriced_quantity
  FROM whole_runs
  WHERE begun_on >= :start_date AND begun_on < :period_end AND (currency = :currency OR currency IS NULL)
    AND (last_day >= :period_start OR run_date >= :period_start)
    AND (first_day IS NULL OR first_day < :period_start OR last_day >= :period_end)
),
edge_runs AS (
  SELECT workspace_id, job_id, run_id, FALSE AS is_service FROM crossing
  UNION ALL
  -- services
  SELECT DISTINCT workspace_id, job_id, run_id, TRUE AS is_service
  FROM whole_runs
  WHERE begun_on < :start_date AND currency = :currency AND span_days >= 7
),
edge_days AS (
  SELECT
    c.workspace_id, c.job_id, c.run_id, e.is_service,
    MAX(c.owner) AS owner,
    MAX(c.is_serverless) AS is_serverless,
    SUM(c.dbus) AS dbus,
    SUM(CASE WHEN :base = 'contract' THEN c.cost ELSE c.list_cost END) AS dbu_cost,
    SUM(c.vm_cost) AS vm_cost,
    MAX(c.vm_basis) AS vm_basis,
    SUM(c.unpriced_quantity) AS unpriced_quantity,
    SUM(CASE
      WHEN c.usage_date >= :period_start AND c.usage_date < :period_end
        THEN CASE WHEN :base = 'contract' THEN c.cost ELSE c.list_cost END
    END) AS period_dbu_cost,
    SUM(CASE WHEN c.usage_date >= :period_start AND c.usage_date < :period_end THEN c.vm_cost END) AS period_vm_cost,
    SUM(CASE WHEN c.usage_date >= :period_start AND c.usage_date < :period_end THEN c.list_cost END) AS period_list_cost,
    COUNT_IF(c.usage_date >= :period_start AND c.usage_date < :period_end AND COALESCE(c.dbus, 1) <> 0) AS active_days
  FROM job_run_cost AS c
  INNER JOIN edge_runs AS e ON e.workspace_id <=> c.workspace_id AND e.job_id = c.job_id AND e.run_id = c.run_id
  WHERE c.usage_date >= :start_date AND c.usage_date < :end_date AND c.currency = :currency
  GROUP BY c.workspace_id, c.job_id, c.run_id, e.is_service
)
SELECT
  workspace_id, job_id, run_id, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS dbu_cost, vm_cost, vm_basis, unpriced_quantity,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS period_dbu_cost, vm_cost AS period_vm_cost,
  list_cost AS period_list_cost
FROM whole_runs
WHERE begun_on >= :start_date AND begun_on < :period_end AND currency = :currency
  AND first_day >= :period_start AND last_day < :period_end
  AND (active_days > 0 OR (run_date >= :period_start AND run_date < :period_end))
UNION ALL
SELECT
  w.workspace_id, w.job_id, w.run_id, w.started_at, w.run_date, w.busy_s, w.failed_share, w.final_state, w.owner,
  w.is_serverless, w.dbus, w.dbu_cost, w.vm_cost, w.vm_basis, w.unpriced_quantity,
  d.period_dbu_cost, d.period_vm_cost, d.period_list_cost
FROM crossing AS w
LEFT JOIN edge_days AS d
  ON d.workspace_id <=> w.workspace_id AND d.job_id = w.job_id AND d.run_id = w.run_id AND NOT d.is_service
WHERE COALESCE(d.active_days, 0) > 0 OR (w.run_date >= :period_start AND w.run_date < :period_end)
UNION ALL
SELECT
  workspace_id, job_id, run_id, CAST(NULL AS TIMESTAMP) AS started_at, CAST(NULL AS DATE) AS run_date,
  CAST(NULL AS DOUBLE) AS busy_s, CAST(NULL AS DOUBLE) AS failed_share, CAST(NULL AS STRING) AS final_state, owner,
  is_serverless, dbus, dbu_cost, vm_cost, vm_basis, unpriced_quantity, period_dbu_cost, period_vm_cost, period_list_cost
FROM edge_days
WHERE is_service AND active_days > 0
