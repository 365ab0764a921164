-- Shapes whose very same text ran again on the same day, without an answer from the cache.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, shapes ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, repeated_runs BIGINT, repeated_cost DOUBLE
-- Source: see statement_shape_days.
SELECT
  shape_hash, workspace_id,
  SUM(repeated_runs) AS repeated_runs,
  SUM(CASE WHEN :base = 'contract' THEN repeated_cost ELSE repeated_list_cost END) AS repeated_cost
FROM statement_shape_days
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND repeated_runs > 0
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), COALESCE(shape_hash, '')))
GROUP BY shape_hash, workspace_id
