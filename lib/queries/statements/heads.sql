-- The most expensive shapes of a period and those that took longest, with text and cost only: what their fingerprints are told from.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>, most INT
-- Returns: shape_hash STRING, workspace_id STRING, shape_text STRING, cost DECIMAL(38,12)
-- Source: the first :most by cost, and as many by time.
WITH light AS (
  SELECT shape_hash, workspace_id, SUM(cost) AS cost, SUM(total_ms) AS total_ms
  FROM statements_selected
  WHERE shape_hash IS NOT NULL
  GROUP BY shape_hash, workspace_id
),
ranked AS (
  SELECT
    shape_hash, workspace_id, cost,
    ROW_NUMBER() OVER (ORDER BY cost DESC NULLS LAST, shape_hash, workspace_id) AS by_cost,
    ROW_NUMBER() OVER (ORDER BY total_ms DESC, shape_hash, workspace_id) AS by_time
  FROM light
),
chosen AS (
  SELECT shape_hash, workspace_id, CAST(cost AS DECIMAL(38,12)) AS cost FROM ranked WHERE by_cost <= :most OR by_time <= :most
),
texts AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  WHERE usage_date >= :start_date AND usage_date < :end_date AND shape_hash IN (SELECT shape_hash FROM chosen)
  GROUP BY shape_hash
)
SELECT c.shape_hash, c.workspace_id, t.shape_text, c.cost
FROM chosen AS c
LEFT JOIN texts AS t ON t.shape_hash = c.shape_hash
