-- Times and costs of the statements of a period: half and 19 of 20 took no longer.
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>
-- Returns: runs BIGINT, users BIGINT, fast_runs BIGINT, slow_runs BIGINT, p50_ms DOUBLE, p95_ms DOUBLE, p99_ms DOUBLE, max_ms BIGINT
-- Source: whole times, waits included; canceled statements and answers from the result cache count too. Fast: under 10 s, slow: over 5 min.
WITH summed AS (
  SELECT
    COUNT(*) AS runs,
    COUNT(DISTINCT executed_by) AS users,
    COUNT_IF(total_ms < 10000) AS fast_runs,
    COUNT_IF(total_ms > 300000) AS slow_runs,
    PERCENTILE(CAST(total_ms AS DOUBLE), ARRAY(CAST(0.5 AS DOUBLE), CAST(0.95 AS DOUBLE), CAST(0.99 AS DOUBLE))) AS points_ms,
    MAX(total_ms) AS max_ms
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND begins AND :currency IS NOT NULL AND :base IS NOT NULL
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
    AND (:source_kind IS NULL OR source_kind = :source_kind)
    AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), COALESCE(shape_hash, '')))
)
SELECT
  runs, users, fast_runs, slow_runs, TRY_ELEMENT_AT(points_ms, 1) AS p50_ms, TRY_ELEMENT_AT(points_ms, 2) AS p95_ms, TRY_ELEMENT_AT(points_ms, 3) AS p99_ms,
  max_ms
FROM summed
