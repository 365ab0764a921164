-- Texts of some shapes: statements without comments and values.
-- Row: (shape_hash)
-- Params: start_date DATE, end_date DATE, currency STRING, shapes ARRAY<STRING>
-- Returns: shape_hash STRING, shape_text STRING, statement_type STRING, statements BIGINT, first_day DATE, last_day DATE
SELECT
  shape_hash,
  MAX(shape_text) AS shape_text,
  MAX(statement_type) AS statement_type,
  SUM(statements) AS statements,
  MIN(usage_date) AS first_day,
  MAX(usage_date) AS last_day
FROM statement_shapes
WHERE usage_date >= :start_date AND usage_date < :end_date AND :currency IS NOT NULL
  AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), shape_hash))
GROUP BY shape_hash
