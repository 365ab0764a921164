-- When statements of one warehouse came, waited and worked.
-- Row: (statement_id)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, warehouse_id STRING
-- Returns: statement_id STRING, start_time TIMESTAMP, arrive_ms BIGINT, work_from_ms BIGINT, work_to_ms BIGINT, queue_ms BIGINT,
--   compute_wait_ms BIGINT, task_ms BIGINT, execute_ms BIGINT, total_ms BIGINT, spilled_bytes BIGINT, cached BOOLEAN
SELECT
  statement_id, start_time,
  UNIX_MILLIS(start_time) AS arrive_ms,
  work_from_ms, work_to_ms, queue_ms, compute_wait_ms, task_ms, execute_ms, total_ms, spilled_bytes, cached
FROM statement_rows
WHERE run_date >= :start_date AND run_date < :end_date AND warehouse_id = :warehouse_id AND work_to_ms IS NOT NULL
  AND (:workspace_id IS NULL OR workspace_id = :workspace_id)
