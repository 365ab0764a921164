-- Statements of a period by one dimension: day, warehouse, user, source, thing, type, client or workspace.
-- Row: (key)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, dim STRING
-- Returns: key STRING, name STRING, runs BIGINT, failed_runs BIGINT, canceled_runs BIGINT, cached_runs BIGINT, queued_runs BIGINT,
--   spilled_runs BIGINT, pending_runs BIGINT, users BIGINT, cost DECIMAL(38,12), wasted_cost DECIMAL(38,12), total_ms BIGINT,
--   compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT, read_bytes BIGINT,
--   spilled_bytes BIGINT
WITH keyed AS (
  SELECT
    CASE :dim
      WHEN 'day' THEN CAST(usage_date AS STRING)
      WHEN 'warehouse' THEN warehouse_id
      WHEN 'user' THEN executed_by
      WHEN 'source' THEN source_kind
      WHEN 'thing' THEN CONCAT(source_kind, '/', COALESCE(source_id, ''))
      WHEN 'type' THEN statement_type
      WHEN 'client' THEN client_application
      WHEN 'workspace' THEN workspace_id
    END AS key,
    workspace_id, executed_by, runs, failed_runs, canceled_runs, cached_runs, queued_runs, spilled_runs, pending_runs,
    CASE WHEN currency = :currency THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END END AS cost,
    CASE WHEN currency = :currency THEN CASE WHEN :base = 'contract' THEN wasted_cost ELSE wasted_list_cost END END AS wasted_cost,
    total_ms, compute_wait_ms, queue_ms, compile_ms, execute_ms, fetch_ms, task_ms, read_bytes, spilled_bytes
  FROM statement_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND (currency = :currency OR runs > 0)
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
    AND (:source_kind IS NULL OR source_kind = :source_kind)
),
summed AS (
  SELECT
    key,
    MAX(workspace_id) AS workspace_id,
    SUM(runs) AS runs, SUM(failed_runs) AS failed_runs, SUM(canceled_runs) AS canceled_runs, SUM(cached_runs) AS cached_runs,
    SUM(queued_runs) AS queued_runs, SUM(spilled_runs) AS spilled_runs, SUM(pending_runs) AS pending_runs,
    COUNT(DISTINCT executed_by) AS users,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
    CAST(SUM(wasted_cost) AS DECIMAL(38,12)) AS wasted_cost,
    SUM(total_ms) AS total_ms, SUM(compute_wait_ms) AS compute_wait_ms, SUM(queue_ms) AS queue_ms, SUM(compile_ms) AS compile_ms,
    SUM(execute_ms) AS execute_ms, SUM(fetch_ms) AS fetch_ms, SUM(task_ms) AS task_ms, SUM(read_bytes) AS read_bytes,
    SUM(spilled_bytes) AS spilled_bytes
  FROM keyed
  GROUP BY key
)
SELECT
  s.key,
  COALESCE(o.object_name, w.workspace_name) AS name,
  s.runs, s.failed_runs, s.canceled_runs, s.cached_runs, s.queued_runs, s.spilled_runs, s.pending_runs, s.users, s.cost, s.wasted_cost,
  s.total_ms, s.compute_wait_ms, s.queue_ms, s.compile_ms, s.execute_ms, s.fetch_ms, s.task_ms, s.read_bytes, s.spilled_bytes
FROM summed AS s
LEFT JOIN object_names AS o ON :dim = 'warehouse' AND o.object_kind = 'warehouse' AND o.workspace_id = s.workspace_id AND o.object_id = s.key
LEFT JOIN workspaces AS w ON :dim = 'workspace' AND w.workspace_id = s.key
