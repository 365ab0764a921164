-- The parts an overview ranks: product, workspace, job, owner; in the period, in its complete days and in those before them.
-- Of each kind the first :most by cost and the first by change, and a row that all others add up to; without :most all.
-- Row: (kind, is_rest, key, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, serverless BOOLEAN, owners ARRAY<STRING>, tag_key STRING, tag_value STRING,
--   period_start DATE, period_end DATE,
--   recent_start DATE, recent_end DATE, previous_start DATE, previous_end DATE, most INT
-- Returns: kind STRING, is_rest BOOLEAN, by_cost BIGINT, by_change BIGINT, parts BIGINT, moved BIGINT,
--   key STRING, workspace_id STRING, name STRING, dbus DECIMAL(38,18), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), total_cost DECIMAL(38,12), recent_cost DECIMAL(38,12),
--   previous_cost DECIMAL(38,12)
-- Source: parts counts those with usage in the period, moved those that changed. Equals
--   stand by key, so that the same ones are named every time; the others have no rank.
WITH parts AS (
  SELECT 'product' AS kind, product AS key, CAST(NULL AS STRING) AS workspace_id, dbus, dbu_cost, vm_cost, total_cost, recent_cost,
    previous_cost
  FROM spend_compared
  UNION ALL
  SELECT 'workspace' AS kind, workspace_id AS key, CAST(NULL AS STRING) AS workspace_id, dbus, dbu_cost, vm_cost, total_cost, recent_cost,
    previous_cost
  FROM spend_compared
  UNION ALL
  SELECT 'job' AS kind, job_id AS key, workspace_id AS workspace_id, dbus, dbu_cost, vm_cost, total_cost, recent_cost,
    previous_cost
  FROM spend_compared
  WHERE job_id IS NOT NULL
  UNION ALL
  SELECT 'owner' AS kind, owner AS key, CAST(NULL AS STRING) AS workspace_id, dbus, dbu_cost, vm_cost, total_cost, recent_cost,
    previous_cost
  FROM spend_compared
),
summed AS (
  SELECT
    kind, key, workspace_id,
    SUM(dbus) AS dbus,
    SUM(dbu_cost) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    SUM(total_cost) AS total_cost,
    SUM(recent_cost) AS recent_cost,
    SUM(previous_cost) AS previous_cost
  FROM parts
  GROUP BY kind, key, workspace_id
),
ranked AS (
  SELECT
    kind, key, workspace_id, dbus, dbu_cost, vm_cost, total_cost, recent_cost, previous_cost,
    ROW_NUMBER() OVER (
      PARTITION BY kind ORDER BY total_cost DESC NULLS LAST, dbus DESC NULLS LAST, key NULLS LAST, workspace_id NULLS LAST
    ) AS by_cost,
    ROW_NUMBER() OVER (
      PARTITION BY kind
      ORDER BY ABS(COALESCE(recent_cost, 0) - COALESCE(previous_cost, 0)) DESC, key NULLS LAST, workspace_id NULLS LAST
    ) AS by_change
  FROM summed
),
placed AS (
  SELECT
    kind, key, workspace_id, by_cost, by_change, dbus, dbu_cost, vm_cost, total_cost, recent_cost, previous_cost,
    :most IS NOT NULL AND by_cost > :most AND by_change > :most AS is_rest
  FROM ranked
),
listed AS (
  SELECT
    kind, is_rest,
    CASE WHEN NOT is_rest THEN key END AS key,
    CASE WHEN NOT is_rest THEN workspace_id END AS workspace_id,
    MIN(CASE WHEN NOT is_rest THEN by_cost END) AS by_cost,
    MIN(CASE WHEN NOT is_rest THEN by_change END) AS by_change,
    COUNT_IF(total_cost IS NOT NULL OR dbus IS NOT NULL) AS parts,
    COUNT_IF(COALESCE(recent_cost, 0) <> COALESCE(previous_cost, 0)) AS moved,
    SUM(dbus) AS dbus,
    SUM(dbu_cost) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    SUM(total_cost) AS total_cost,
    SUM(recent_cost) AS recent_cost,
    SUM(previous_cost) AS previous_cost
  FROM placed
  GROUP BY
    kind, is_rest, CASE WHEN NOT is_rest THEN key END, CASE WHEN NOT is_rest THEN workspace_id END
)
SELECT
  l.kind, l.is_rest, CAST(l.by_cost AS BIGINT) AS by_cost, CAST(l.by_change AS BIGINT) AS by_change, l.parts, l.moved, l.key,
  l.workspace_id, COALESCE(w.workspace_name, j.job_name) AS name, l.dbus, l.dbu_cost, l.vm_cost, l.total_cost, l.recent_cost, l.previous_cost
FROM listed AS l
LEFT JOIN workspaces AS w ON l.kind = 'workspace' AND w.workspace_id = l.key
LEFT JOIN job_names AS j ON l.kind = 'job' AND j.workspace_id = l.workspace_id AND j.job_id = l.key
