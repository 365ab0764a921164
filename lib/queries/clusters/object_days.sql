-- What one cluster or warehouse cost day by day: what a saving is verified with.
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, object_type STRING,
--   object_id STRING
-- Returns: usage_date DATE, total_cost DECIMAL(38,12)
SELECT
  usage_date,
  SUM(COALESCE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, 0) + COALESCE(vm_cost, 0)) AS total_cost
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND workspace_id = :workspace_id
  AND (
    (:object_type = 'cluster' AND cluster_id = :object_id)
    OR (:object_type = 'warehouse' AND warehouse_id = :object_id)
    OR (:object_type = 'job' AND job_id = :object_id)
  )
GROUP BY usage_date
