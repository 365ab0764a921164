-- Runs of all jobs, one page of them, in the order that is asked for.
-- Row: (workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING,
--   period_start DATE, period_end DATE, result STRING, job_keys ARRAY<STRING>, sort STRING, descending BOOLEAN,
--   page_size BIGINT, page_start BIGINT
-- Returns: workspace_id STRING, workspace_name STRING, job_id STRING, job_name STRING, run_id STRING,
--   started_at TIMESTAMP, final_state STRING, busy_s DOUBLE, owner STRING, is_serverless BOOLEAN, dbus DECIMAL(38,18),
--   dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, unpriced_quantity DECIMAL(38,18),
--   total_cost DECIMAL(38,12), period_cost DECIMAL(38,12)
-- Source: the runs of the jobs that jobs/table lists with the same filters; job_keys (workspace_id/job_id) are the jobs that
--   its filters on names and costs leave. sort is the name of a column, NULL for the newest first.
-- Narrows: currency
WITH chosen AS (
  SELECT DISTINCT CONCAT(COALESCE(workspace_id, ''), '/', job_id) AS job_key
  FROM spend_selected
  WHERE job_id IS NOT NULL AND usage_date >= :period_start AND usage_date < :period_end
    AND (:products IS NOT NULL OR :owners IS NOT NULL OR :serverless IS NOT NULL OR :tag_key IS NOT NULL)
),
wanted AS (
  SELECT EXPLODE(CAST(:job_keys AS ARRAY<STRING>)) AS job_key
),
listed AS (
  SELECT
    t.workspace_id, t.job_id, n.job_name, t.run_id, t.started_at, t.final_state, t.busy_s, t.owner, t.is_serverless,
    t.dbus, t.dbu_cost, t.vm_cost, t.vm_basis, t.unpriced_quantity,
    CASE WHEN t.dbu_cost IS NOT NULL OR t.vm_cost IS NOT NULL THEN COALESCE(t.dbu_cost, 0) + COALESCE(t.vm_cost, 0) END
      AS total_cost,
    CASE
      WHEN t.period_dbu_cost IS NOT NULL OR t.period_vm_cost IS NOT NULL
        THEN COALESCE(t.period_dbu_cost, 0) + COALESCE(t.period_vm_cost, 0)
    END AS period_cost,
    CASE :sort WHEN 'job_name' THEN LOWER(COALESCE(n.job_name, t.job_id)) WHEN 'final_state' THEN t.final_state END AS word
  FROM run_totals AS t
  LEFT JOIN job_names AS n ON n.workspace_id = t.workspace_id AND n.job_id = t.job_id
  WHERE (:result IS NULL OR t.final_state = :result)
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(t.workspace_id, '')))
    AND (
      (:products IS NULL AND :owners IS NULL AND :serverless IS NULL AND :tag_key IS NULL)
      OR CONCAT(COALESCE(t.workspace_id, ''), '/', t.job_id) IN (SELECT job_key FROM chosen)
    )
    AND (:job_keys IS NULL OR CONCAT(COALESCE(t.workspace_id, ''), '/', t.job_id) IN (SELECT job_key FROM wanted))
),
page AS (
  SELECT
    workspace_id, job_id, job_name, run_id, started_at, final_state, busy_s, owner, is_serverless, dbus, dbu_cost, vm_cost,
    vm_basis, unpriced_quantity, total_cost, period_cost,
    CASE WHEN COALESCE(:descending, TRUE) THEN -1 ELSE 1 END * CASE :sort
      WHEN 'started_at' THEN CAST(UNIX_TIMESTAMP(started_at) AS DOUBLE)
      WHEN 'busy_s' THEN busy_s
      WHEN 'dbus' THEN CAST(dbus AS DOUBLE)
      WHEN 'dbu_cost' THEN CAST(dbu_cost AS DOUBLE)
      WHEN 'vm_cost' THEN CAST(vm_cost AS DOUBLE)
      WHEN 'total_cost' THEN CAST(total_cost AS DOUBLE)
      WHEN 'period_cost' THEN CAST(period_cost AS DOUBLE)
    END AS place,
    CASE WHEN COALESCE(:descending, TRUE) THEN word END AS falling,
    CASE WHEN NOT COALESCE(:descending, TRUE) THEN word END AS rising
  FROM listed
  ORDER BY
    place NULLS LAST, falling DESC NULLS LAST, rising NULLS LAST, started_at DESC NULLS LAST, workspace_id NULLS FIRST,
    job_id, run_id
  LIMIT :page_size OFFSET :page_start
)
SELECT
  p.workspace_id, w.workspace_name, p.job_id, p.job_name, p.run_id, p.started_at, p.final_state, p.busy_s, p.owner,
  p.is_serverless, p.dbus, p.dbu_cost, p.vm_cost, p.vm_basis, p.unpriced_quantity, p.total_cost, p.period_cost
FROM page AS p
LEFT JOIN workspaces AS w ON w.workspace_id = p.workspace_id
ORDER BY
  p.place NULLS LAST, p.falling DESC NULLS LAST, p.rising NULLS LAST, p.started_at DESC NULLS LAST,
  p.workspace_id NULLS FIRST, p.job_id, p.run_id
