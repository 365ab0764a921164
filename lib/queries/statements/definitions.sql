-- Statements that say what tables are partitioned or clustered by, without their values.
-- Row: (shape_hash)
-- Params: start_date DATE, end_date DATE, workspaces ARRAY<STRING>
-- Returns: shape_hash STRING, shape_text STRING
-- Source: CREATE, ALTER, REPLACE and OPTIMIZE of the period, as the query history has them.
WITH made AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  WHERE usage_date >= :start_date AND usage_date < :end_date AND statement_type IN ('CREATE', 'ALTER', 'REPLACE', 'OPTIMIZE')
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  GROUP BY shape_hash
)
SELECT shape_hash, shape_text
FROM made
WHERE UPPER(shape_text) LIKE '%PARTITIONED BY%' OR UPPER(shape_text) LIKE '%CLUSTER BY%' OR UPPER(shape_text) LIKE '%ZORDER BY%'
