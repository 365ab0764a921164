-- What some clusters, warehouses and jobs cost day by day: what savings are verified with.
-- Row: (object_type, workspace_id, object_id, usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, objects ARRAY<STRING>
-- Returns: object_type STRING, workspace_id STRING, object_id STRING, usage_date DATE, total_cost DECIMAL(38,12)
-- Source: objects are named type/workspace/id, such as cluster/123/0101-abc.
WITH parts AS (
  SELECT 'cluster' AS object_type, workspace_id, cluster_id AS object_id, usage_date, list_cost, cost, vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND cluster_id IS NOT NULL
  UNION ALL
  SELECT 'warehouse' AS object_type, workspace_id, warehouse_id AS object_id, usage_date, list_cost, cost, vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND warehouse_id IS NOT NULL
  UNION ALL
  SELECT 'job' AS object_type, workspace_id, job_id AS object_id, usage_date, list_cost, cost, vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND job_id IS NOT NULL
)
SELECT
  object_type, workspace_id, object_id, usage_date,
  SUM(COALESCE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, 0) + COALESCE(vm_cost, 0)) AS total_cost
FROM parts
WHERE ARRAY_CONTAINS(CAST(:objects AS ARRAY<STRING>), CONCAT(object_type, '/', workspace_id, '/', object_id))
GROUP BY object_type, workspace_id, object_id, usage_date
