-- What SQL compute cost on each day, and where it went: statements, idle, not attributed, not billed yet.
-- Row: (usage_date, resource_kind)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, warehouse_id STRING
-- Returns: usage_date DATE, resource_kind STRING, billed_cost DECIMAL(38,12), used_cost DECIMAL(38,12), idle_cost DECIMAL(38,12),
--   unattributed_cost DECIMAL(38,12), pending_hours BIGINT, attributed_hours BIGINT, up_s DOUBLE, busy_s DOUBLE, cluster_s DOUBLE
-- Source: used + idle + unattributed = billed, for each hour and so for each day.
SELECT
  usage_date, resource_kind,
  CAST(SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS DECIMAL(38,12)) AS billed_cost,
  CAST(SUM(CASE WHEN :base = 'contract' THEN used_cost ELSE used_list_cost END) AS DECIMAL(38,12)) AS used_cost,
  CAST(SUM(CASE WHEN :base = 'contract' THEN idle_cost ELSE idle_list_cost END) AS DECIMAL(38,12)) AS idle_cost,
  CAST(SUM(CASE WHEN :base = 'contract' THEN unattributed_cost ELSE unattributed_list_cost END) AS DECIMAL(38,12)) AS unattributed_cost,
  COUNT_IF(state = 'pending') AS pending_hours,
  COUNT_IF(state = 'attributed') AS attributed_hours,
  SUM(up_s) AS up_s, SUM(busy_s) AS busy_s, SUM(cluster_s) AS cluster_s
FROM warehouse_hours
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:warehouse_id IS NULL OR (resource_kind = 'warehouse' AND resource_id = :warehouse_id))
GROUP BY usage_date, resource_kind
