-- Shapes whose very same text some people, or a warehouse or source, ran again on the same day, without an answer from the cache.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, repeated_runs BIGINT, repeated_cost DOUBLE
-- Source: see statement_shape_days, which counts everybody's runs together: of these, what others ran is no repetition.
WITH same_text AS (
  SELECT
    usage_date, workspace_id, shape_hash, text_hash,
    COUNT(*) AS runs,
    SUM(CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE)) AS cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND begins
    AND execution_status = 'FINISHED' AND NOT cached AND statement_type = 'SELECT'
    AND shape_hash IS NOT NULL AND text_hash IS NOT NULL
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
    AND (:source_kind IS NULL OR source_kind = :source_kind)
    AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), COALESCE(shape_hash, '')))
  GROUP BY usage_date, workspace_id, shape_hash, text_hash
  HAVING COUNT(*) > 1
)
SELECT
  shape_hash, workspace_id,
  SUM(runs - 1) AS repeated_runs,
  SUM(cost * (runs - 1) / GREATEST(runs, 1)) AS repeated_cost
FROM same_text
GROUP BY shape_hash, workspace_id
