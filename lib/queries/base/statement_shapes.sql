-- Shapes of statements, by day: what lists and findings read in the place of the text.
-- Row: (usage_date, workspace_id, shape_hash)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, workspace_id STRING, shape_hash STRING, shape_text STRING, statement_type STRING, statements BIGINT
-- Source: see statement_texts; the fingerprint is worked out from the shape.
WITH shapes AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_texts
  GROUP BY shape_hash
)
SELECT
  s.usage_date, s.workspace_id, s.shape_hash,
  MAX(t.shape_text) AS shape_text,
  MAX(s.statement_type) AS statement_type,
  COUNT(*) AS statements
FROM statement_cost AS s
INNER JOIN shapes AS t ON t.shape_hash = s.shape_hash
WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.begins
GROUP BY s.usage_date, s.workspace_id, s.shape_hash
