-- One statement as the query history has it.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, statement_id STRING
-- Returns: workspace_id STRING, statement_id STRING, workspace_name STRING, workspace_url STRING, warehouse_id STRING,
--   executed_by STRING, statement_type STRING, execution_status STRING, client_application STRING, source_kind STRING, source_id STRING,
--   job_id STRING, statement_text STRING, start_time TIMESTAMP, end_time TIMESTAMP, total_ms BIGINT, compute_wait_ms BIGINT,
--   queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT, read_rows BIGINT, read_bytes BIGINT,
--   read_files BIGINT, pruned_files BIGINT, produced_rows BIGINT, spilled_bytes BIGINT, shuffle_bytes BIGINT, written_bytes BIGINT,
--   written_rows BIGINT, written_files BIGINT, cached BOOLEAN, io_cache_percent INT, error_message STRING
SELECT
  s.workspace_id, s.statement_id, w.workspace_name, w.workspace_url, s.warehouse_id, s.executed_by, s.statement_type, s.execution_status,
  s.client_application, s.source_kind, s.source_id, s.job_id, s.statement_text, s.start_time, s.end_time, s.total_ms, s.compute_wait_ms,
  s.queue_ms, s.compile_ms, s.execute_ms, s.fetch_ms, s.task_ms, s.read_rows, s.read_bytes, s.read_files, s.pruned_files, s.produced_rows,
  s.spilled_bytes, s.shuffle_bytes, s.written_bytes, s.written_rows, s.written_files, s.cached, s.io_cache_percent, s.error_message
FROM statement_rows AS s
LEFT JOIN workspaces AS w ON w.workspace_id = s.workspace_id
WHERE s.run_date >= :start_date AND s.run_date < :end_date AND s.statement_id = :statement_id
  AND (:workspace_id IS NULL OR s.workspace_id = :workspace_id)
