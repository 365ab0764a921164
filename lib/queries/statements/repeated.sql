-- Shapes whose very same text ran again on the same day, without an answer from the cache.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, repeated_runs BIGINT, texts BIGINT, most_a_day BIGINT, repeated_cost DOUBLE
-- Source: of each text and day all runs but the first could have been one answer; reads only, statements that wrote are no repetition.
WITH same_text AS (
  SELECT
    usage_date, workspace_id, shape_hash, text_hash,
    COUNT(*) AS runs,
    SUM(CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE)) AS cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND begins AND currency = :currency AND NOT cached
    AND statement_type = 'SELECT' AND execution_status = 'FINISHED' AND text_hash IS NOT NULL
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  GROUP BY usage_date, workspace_id, shape_hash, text_hash
  HAVING COUNT(*) > 1
)
SELECT
  shape_hash, workspace_id,
  SUM(runs - 1) AS repeated_runs,
  COUNT(DISTINCT text_hash) AS texts,
  MAX(runs) AS most_a_day,
  SUM(cost * (runs - 1) / GREATEST(runs, 1)) AS repeated_cost
FROM same_text
GROUP BY shape_hash, workspace_id
