-- The bill taken apart in five ways: each way must add up to the same.
-- Row: (way, part)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: way STRING, part STRING, list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12), vm_cost DECIMAL(38,12)
-- Source: four ways add up the overview, the fifth every object: so the two are held against each other too.
WITH period AS (
  SELECT
    product, workspace_id, sku_name, list_cost, cost, vm_cost,
    CASE WHEN is_serverless THEN 'serverless' WHEN NOT is_serverless THEN 'classic' ELSE 'no classic variant' END AS compute
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
),
objects AS (
  SELECT
    CASE
      WHEN job_id IS NOT NULL THEN 'jobs'
      WHEN COALESCE(cluster_id, warehouse_id, pipeline_id, endpoint_id, app_id) IS NOT NULL THEN 'other objects'
      ELSE 'no object'
    END AS part,
    list_cost, cost, vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
),
parts AS (
  SELECT 'product' AS way, product AS part, list_cost, cost, vm_cost FROM period
  UNION ALL
  SELECT 'workspace' AS way, workspace_id AS part, list_cost, cost, vm_cost FROM period
  UNION ALL
  SELECT 'sku' AS way, sku_name AS part, list_cost, cost, vm_cost FROM period
  UNION ALL
  SELECT 'object' AS way, part, list_cost, cost, vm_cost FROM objects
  UNION ALL
  SELECT 'compute' AS way, compute AS part, list_cost, cost, vm_cost FROM period
)
SELECT way, part, SUM(list_cost) AS list_cost, SUM(cost) AS contract_cost, SUM(vm_cost) AS vm_cost
FROM parts
GROUP BY way, part
