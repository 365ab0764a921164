-- Statements by day as a view selects them, with the cost of its price base.
-- Row: (usage_date, workspace_id, warehouse_id, shape_hash, statement_type, executed_by, source_kind, source_id, client_application,
--   begins_here)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>
-- Returns: usage_date DATE, workspace_id STRING, warehouse_id STRING, shape_hash STRING, statement_type STRING, executed_by STRING,
--   source_kind STRING, source_id STRING, client_application STRING, begins_here BOOLEAN, runs BIGINT, failed_runs BIGINT,
--   canceled_runs BIGINT, cached_runs BIGINT, queued_runs BIGINT, spilled_runs BIGINT, pending_runs BIGINT, cost DECIMAL(38,12),
--   wasted_cost DECIMAL(38,12), total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT,
--   fetch_ms BIGINT, task_ms BIGINT, read_rows BIGINT, read_bytes BIGINT, read_files BIGINT, pruned_files BIGINT,
--   produced_rows BIGINT, spilled_bytes BIGINT, shuffle_bytes BIGINT, written_bytes BIGINT, written_files BIGINT, max_ms BIGINT
-- Source: what statements did is there once, in the rows with runs; a currency adds only its cost.
SELECT
  usage_date, workspace_id, warehouse_id, shape_hash, statement_type, executed_by, source_kind, source_id, client_application,
  runs > 0 AS begins_here,
  runs, failed_runs, canceled_runs, cached_runs, queued_runs, spilled_runs, pending_runs,
  CASE WHEN currency = :currency THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END END AS cost,
  CASE WHEN currency = :currency THEN CASE WHEN :base = 'contract' THEN wasted_cost ELSE wasted_list_cost END END AS wasted_cost,
  total_ms, compute_wait_ms, queue_ms, compile_ms, execute_ms, fetch_ms, task_ms, read_rows, read_bytes, read_files, pruned_files,
  produced_rows, spilled_bytes, shuffle_bytes, written_bytes, written_files, max_ms
FROM statement_cost_daily
WHERE usage_date >= :start_date AND usage_date < :end_date
  AND (currency = :currency OR runs > 0)
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
  AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
  AND (:source_kind IS NULL OR source_kind = :source_kind)
  AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), COALESCE(shape_hash, '')))
