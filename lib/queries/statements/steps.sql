-- How long the runs of some shapes took, in steps of a twentieth: from these p50 and p95 of any group of shapes are made.
-- Row: (shape_hash, workspace_id, step)
-- Params: start_date DATE, end_date DATE, currency STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>, shapes ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, step INT, runs BIGINT
-- Source: step n holds whole times from 1.05^n to 1.05^(n+1) milliseconds; 20.4959 is 1 / ln(1.05); its middle is within 2.5 % of each.
SELECT
  shape_hash, workspace_id,
  CAST(FLOOR(LN(GREATEST(total_ms, 1)) * CAST(20.495934314287955 AS DOUBLE)) AS INT) AS step,
  COUNT(*) AS runs
FROM statement_cost
WHERE usage_date >= :start_date AND usage_date < :end_date AND begins AND currency = :currency AND shape_hash IS NOT NULL
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
  AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), shape_hash))
GROUP BY shape_hash, workspace_id, CAST(FLOOR(LN(GREATEST(total_ms, 1)) * CAST(20.495934314287955 AS DOUBLE)) AS INT)
