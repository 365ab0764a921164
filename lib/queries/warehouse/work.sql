-- When statements of one warehouse came, waited and worked.
-- Row: (statement_id)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, warehouse_id STRING
-- Returns: statement_id STRING, start_time TIMESTAMP, arrive_ms BIGINT, work_to_ms BIGINT, queue_ms BIGINT,
--   compute_wait_ms BIGINT, total_ms BIGINT, spilled_bytes BIGINT, cached BOOLEAN
-- Source: the whole time excludes the fetch, which also holds the warehouse; a statement that still runs holds it as long as it has run.
SELECT
  statement_id, start_time,
  UNIX_MILLIS(start_time) AS arrive_ms,
  UNIX_MILLIS(start_time) + total_ms + fetch_ms AS work_to_ms,
  queue_ms, compute_wait_ms, total_ms, spilled_bytes, cached
FROM statement_cost
WHERE usage_date >= :start_date AND usage_date < :end_date AND warehouse_id = :warehouse_id AND begins
  AND (:workspace_id IS NULL OR workspace_id = :workspace_id)
