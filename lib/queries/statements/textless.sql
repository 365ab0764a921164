-- Statements whose text is not there: encrypted by the account (customer-managed keys), or never kept.
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>
-- Returns: runs BIGINT, cost DECIMAL(38,12)
SELECT COALESCE(SUM(runs), 0) AS runs, CAST(SUM(cost) AS DECIMAL(38,12)) AS cost
FROM statements_selected
WHERE shape_hash IS NULL
