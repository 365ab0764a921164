-- Runs that did or cost something in the period, with their whole cost and the part of it inside the period.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, period_start DATE, period_end DATE
-- Returns: workspace_id STRING, job_id STRING, run_id STRING, started_at TIMESTAMP, run_date DATE, busy_s DOUBLE,
--   failed_share DOUBLE, final_state STRING, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   period_dbu_cost DECIMAL(38,12), period_vm_cost DECIMAL(38,12), period_list_cost DECIMAL(38,12)
-- Source: start_date and end_date are a window wider than the period, so that a run over its edge has its whole cost.
--   Most runs lie inside the period, whole: only of those that cross an edge are the days looked up. What began before
--   the window and still costs is a service: judged by its days in the window. Each way to cross an edge is a step of its
--   own, with conditions on one column each: so the runs that do not cross are passed over by those columns alone.
WITH overhanging AS (
  -- begun in the period, costing beyond it
  SELECT
    workspace_id, job_id, run_id, first_day, last_day, span_days, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    cost, list_cost, vm_cost, vm_basis, unpriced_quantity
  FROM whole_runs
  WHERE begun_on >= :period_start AND begun_on < :period_end AND last_day >= :period_end
    AND (currency = :currency OR currency IS NULL)
  UNION ALL
  -- begun in the period, costing nothing
  SELECT
    workspace_id, job_id, run_id, first_day, last_day, span_days, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    cost, list_cost, vm_cost, vm_basis, unpriced_quantity
  FROM whole_runs
  WHERE begun_on >= :period_start AND begun_on < :period_end AND first_day IS NULL
    AND (currency = :currency OR currency IS NULL)
  UNION ALL
  -- begun before it, costing in it
  SELECT
    workspace_id, job_id, run_id, first_day, last_day, span_days, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    cost, list_cost, vm_cost, vm_basis, unpriced_quantity
  FROM whole_runs
  WHERE begun_on >= :start_date AND begun_on < :period_start AND last_day >= :period_start
    AND (currency = :currency OR currency IS NULL)
  UNION ALL
  -- costing before it only, run in it
  SELECT
    workspace_id, job_id, run_id, first_day, last_day, span_days, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    cost, list_cost, vm_cost, vm_basis, unpriced_quantity
  FROM whole_runs
  WHERE begun_on >= :start_date AND begun_on < :period_start AND run_date >= :period_start
    AND (last_day IS NULL OR last_day < :period_start) AND (currency = :currency OR currency IS NULL)
),
crossing AS (
  SELECT
    workspace_id, job_id, run_id, first_day, last_day, span_days, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
    CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS dbu_cost, vm_cost, vm_basis, unpriced_quantity
  FROM overhanging
  WHERE first_day IS NULL OR first_day < :period_start OR last_day >= :period_end
),
-- each day of such a run by itself: a day is found without reading all others. Of what costs for a month, the last day is
-- not known: each day of the window is looked up
spans AS (
  SELECT
    workspace_id, job_id, run_id, FALSE AS is_service,
    CASE WHEN span_days < 28 THEN GREATEST(first_day, :start_date) ELSE :start_date END AS from_day,
    CASE WHEN span_days < 28 THEN LEAST(last_day, DATE_SUB(:end_date, 1)) ELSE DATE_SUB(:end_date, 1) END AS to_day
  FROM crossing
  WHERE span_days >= 28 OR (first_day < :end_date AND last_day >= :start_date)
  UNION ALL
  -- services
  SELECT DISTINCT
    workspace_id, job_id, run_id, TRUE AS is_service, :start_date AS from_day, DATE_SUB(:end_date, 1) AS to_day
  FROM whole_runs
  WHERE begun_on < :start_date AND currency = :currency AND span_days >= 7 AND (span_days >= 28 OR last_day >= :period_start)
),
edges AS (
  SELECT workspace_id, job_id, run_id, is_service, EXPLODE(SEQUENCE(UNIX_DATE(from_day), UNIX_DATE(to_day), 1)) AS day_no
  FROM spans
),
edge_runs AS (
  SELECT workspace_id, job_id, run_id, is_service, DATE_FROM_UNIX_DATE(day_no) AS usage_date FROM edges
),
edge_costs AS (
  SELECT
    c.workspace_id, c.job_id, c.run_id, e.is_service, c.usage_date, c.owner, c.is_serverless, c.dbus, c.list_cost, c.cost,
    c.vm_cost, c.vm_basis, c.unpriced_quantity
  FROM job_run_cost AS c
  INNER JOIN edge_runs AS e
    ON e.workspace_id <=> c.workspace_id AND e.job_id = c.job_id AND e.run_id = c.run_id AND e.usage_date = c.usage_date
  WHERE c.usage_date >= :start_date AND c.usage_date < :end_date AND c.currency = :currency
),
edge_days AS (
  SELECT
    workspace_id, job_id, run_id, is_service,
    MAX(owner) AS owner,
    MAX(is_serverless) AS is_serverless,
    SUM(dbus) AS dbus,
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
    COUNT_IF(usage_date >= :period_start AND usage_date < :period_end AND COALESCE(dbus, 1) <> 0) AS active_days
  FROM edge_costs
  GROUP BY workspace_id, job_id, run_id, is_service
)
SELECT
  workspace_id, job_id, run_id, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS dbu_cost, vm_cost, vm_basis, unpriced_quantity,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS period_dbu_cost, vm_cost AS period_vm_cost,
  list_cost AS period_list_cost
FROM whole_runs
WHERE begun_on >= :period_start AND begun_on < :period_end AND currency = :currency
  AND first_day IS NOT NULL AND last_day < :period_end
  AND (active_days > 0 OR run_date >= :period_start)
UNION ALL
-- begun before the period, costing inside it only
SELECT
  workspace_id, job_id, run_id, started_at, run_date, busy_s, failed_share, final_state, owner, is_serverless, dbus,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS dbu_cost, vm_cost, vm_basis, unpriced_quantity,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS period_dbu_cost, vm_cost AS period_vm_cost,
  list_cost AS period_list_cost
FROM whole_runs
WHERE begun_on >= :start_date AND begun_on < :period_start AND currency = :currency
  AND first_day >= :period_start AND last_day < :period_end AND active_days > 0
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
