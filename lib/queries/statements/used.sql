-- What the statements of some people, sources or shapes used on each day: their part of the bill; the rest of it is nobody's alone.
-- Row: (usage_date, resource_kind)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING
-- Returns: usage_date DATE, resource_kind STRING, used_cost DECIMAL(38,12)
-- Source: see statement_overview; serverless runs and notebooks are `serverless`.
SELECT
  usage_date,
  CASE WHEN warehouse_id IS NULL THEN 'serverless' ELSE 'warehouse' END AS resource_kind,
  CAST(SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS DECIMAL(38,12)) AS used_cost
FROM statement_overview
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
  AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
  AND (:source_kind IS NULL OR source_kind = :source_kind)
GROUP BY usage_date, CASE WHEN warehouse_id IS NULL THEN 'serverless' ELSE 'warehouse' END
