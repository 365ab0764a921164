-- Statements by day, shape, user and source: runs, cost, times and what they read.
-- Row: (usage_date, currency, workspace_id, warehouse_id, shape_hash, statement_type, executed_by, source_kind, source_id,
--   client_application)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, warehouse_id STRING, shape_hash STRING, statement_type STRING,
--   executed_by STRING, source_kind STRING, source_id STRING, client_application STRING, runs BIGINT, failed_runs BIGINT,
--   canceled_runs BIGINT, cached_runs BIGINT, queued_runs BIGINT, spilled_runs BIGINT, pending_runs BIGINT,
--   list_cost DECIMAL(38,12), cost DECIMAL(38,12), wasted_list_cost DECIMAL(38,12), wasted_cost DECIMAL(38,12),
--   total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT,
--   read_rows BIGINT, read_bytes BIGINT, read_files BIGINT, pruned_files BIGINT, produced_rows BIGINT, spilled_bytes BIGINT,
--   shuffle_bytes BIGINT, written_bytes BIGINT, written_files BIGINT, max_ms BIGINT
-- Source: runs and what they did count on the day they began, cost on the days of its hours. Wasted: of failed and canceled runs.
SELECT
  usage_date, currency, workspace_id, warehouse_id, shape_hash, statement_type, executed_by, source_kind, source_id,
  client_application,
  COUNT_IF(begins) AS runs,
  COUNT_IF(begins AND execution_status = 'FAILED') AS failed_runs,
  COUNT_IF(begins AND execution_status = 'CANCELED') AS canceled_runs,
  COUNT_IF(begins AND cached) AS cached_runs,
  COUNT_IF(begins AND queue_ms > 0) AS queued_runs,
  COUNT_IF(begins AND spilled_bytes > 0) AS spilled_runs,
  COUNT_IF(state = 'pending') AS pending_runs,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  CAST(SUM(CASE WHEN execution_status IN ('FAILED', 'CANCELED') THEN list_cost END) AS DECIMAL(38,12)) AS wasted_list_cost,
  CAST(SUM(CASE WHEN execution_status IN ('FAILED', 'CANCELED') THEN cost END) AS DECIMAL(38,12)) AS wasted_cost,
  COALESCE(SUM(total_ms) FILTER (WHERE begins), 0) AS total_ms,
  COALESCE(SUM(compute_wait_ms) FILTER (WHERE begins), 0) AS compute_wait_ms,
  COALESCE(SUM(queue_ms) FILTER (WHERE begins), 0) AS queue_ms,
  COALESCE(SUM(compile_ms) FILTER (WHERE begins), 0) AS compile_ms,
  COALESCE(SUM(execute_ms) FILTER (WHERE begins), 0) AS execute_ms,
  COALESCE(SUM(fetch_ms) FILTER (WHERE begins), 0) AS fetch_ms,
  COALESCE(SUM(task_ms) FILTER (WHERE begins), 0) AS task_ms,
  COALESCE(SUM(read_rows) FILTER (WHERE begins), 0) AS read_rows,
  COALESCE(SUM(read_bytes) FILTER (WHERE begins), 0) AS read_bytes,
  COALESCE(SUM(read_files) FILTER (WHERE begins), 0) AS read_files,
  COALESCE(SUM(pruned_files) FILTER (WHERE begins), 0) AS pruned_files,
  COALESCE(SUM(produced_rows) FILTER (WHERE begins), 0) AS produced_rows,
  COALESCE(SUM(spilled_bytes) FILTER (WHERE begins), 0) AS spilled_bytes,
  COALESCE(SUM(shuffle_bytes) FILTER (WHERE begins), 0) AS shuffle_bytes,
  COALESCE(SUM(written_bytes) FILTER (WHERE begins), 0) AS written_bytes,
  COALESCE(SUM(written_files) FILTER (WHERE begins), 0) AS written_files,
  MAX(total_ms) FILTER (WHERE begins) AS max_ms
FROM statement_cost
WHERE usage_date >= :start_date AND usage_date < :end_date
GROUP BY usage_date, currency, workspace_id, warehouse_id, shape_hash, statement_type, executed_by, source_kind, source_id,
  client_application
