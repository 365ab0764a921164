-- Hours of one warehouse: on, busy, clusters, cost.
-- Row: (hour)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, warehouse_id STRING
-- Returns: hour TIMESTAMP, state STRING, usage_quantity DECIMAL(38,18), cost DECIMAL(38,12), used_cost DECIMAL(38,12),
--   idle_cost DECIMAL(38,12), unattributed_cost DECIMAL(38,12), up_s DOUBLE, cluster_s DOUBLE, busy_s DOUBLE, statements BIGINT
SELECT
  hour, state, usage_quantity,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS cost,
  CASE WHEN :base = 'contract' THEN used_cost ELSE used_list_cost END AS used_cost,
  CASE WHEN :base = 'contract' THEN idle_cost ELSE idle_list_cost END AS idle_cost,
  CASE WHEN :base = 'contract' THEN unattributed_cost ELSE unattributed_list_cost END AS unattributed_cost,
  up_s, cluster_s, busy_s, statements
FROM warehouse_hours
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND resource_kind = 'warehouse'
  AND resource_id = :warehouse_id AND (:workspace_id IS NULL OR workspace_id = :workspace_id)
