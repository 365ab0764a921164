-- What did each SQL warehouse cost in the last 30 days, and how much of it was idle?
-- Row: (workspace_id, warehouse_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: workspace_id STRING, warehouse_id STRING, warehouse_name STRING, currency STRING, cost DECIMAL(38,12),
--   used_cost DECIMAL(38,12), idle_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM warehouse_hours
),
spent AS (
  SELECT
    h.workspace_id, h.resource_id AS warehouse_id, h.currency,
    CAST(SUM(h.cost) AS DECIMAL(38,12)) AS cost,
    CAST(SUM(h.used_cost) AS DECIMAL(38,12)) AS used_cost,
    CAST(SUM(h.idle_cost) AS DECIMAL(38,12)) AS idle_cost
  FROM warehouse_hours AS h
  CROSS JOIN newest AS n
  WHERE h.usage_date > DATE_SUB(n.last_day, 30) AND h.resource_kind = 'warehouse'
  GROUP BY h.workspace_id, h.resource_id, h.currency
)
SELECT t.workspace_id, t.warehouse_id, s.object_name AS warehouse_name, t.currency, t.cost, t.used_cost, t.idle_cost
FROM spent AS t
LEFT JOIN service_names AS s
  ON s.workspace_id = t.workspace_id AND s.object_kind = 'warehouse' AND s.object_id = t.warehouse_id
