-- How many usage rows the filters leave, of which days, and what they cost.
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING, sku STRING
-- Returns: records BIGINT, days BIGINT, first_day DATE, last_day DATE, list_cost DECIMAL(38,12), cost DECIMAL(38,12)
SELECT
  CAST(COALESCE(SUM(records), 0) AS BIGINT) AS records,
  COUNT(DISTINCT CASE WHEN records > 0 THEN usage_date END) AS days,
  MIN(CASE WHEN records > 0 THEN usage_date END) AS first_day,
  MAX(CASE WHEN records > 0 THEN usage_date END) AS last_day,
  SUM(list_cost) AS list_cost,
  SUM(cost) AS cost
FROM spend_selected
WHERE (:sku IS NULL OR POSITION(LOWER(:sku) IN LOWER(COALESCE(sku_name, ''))) > 0)
