-- Failed statements of a period by what was said.
-- Row: (error_text)
-- Params: start_date DATE, end_date DATE, workspaces ARRAY<STRING>, owners ARRAY<STRING>, warehouse_id STRING
-- Returns: error_text STRING, runs BIGINT, users BIGINT, task_ms BIGINT, last_at TIMESTAMP, example STRING
-- Source: the first 160 signs of error_message; empty with customer-managed keys. A statement that has failed stays so: the newest of its rows
--   that say so is its last. The ledger keeps no messages, they may hold values.
WITH failed AS (
  SELECT
    workspace_id, statement_id, executed_by, start_time,
    COALESCE(SUBSTRING(error_message, 1, 160), '') AS error_text,
    COALESCE(total_task_duration_ms, 0) AS task_ms
  FROM system.query.history
  WHERE start_time >= :start_date AND start_time < :end_date AND execution_status = 'FAILED'
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (:warehouse_id IS NULL OR compute.warehouse_id = :warehouse_id)
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1
)
SELECT
  error_text,
  COUNT(*) AS runs,
  COUNT(DISTINCT executed_by) AS users,
  SUM(task_ms) AS task_ms,
  MAX(start_time) AS last_at,
  MAX_BY(statement_id, STRUCT(start_time, statement_id)) AS example
FROM failed
GROUP BY error_text
