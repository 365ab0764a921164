-- The ledger: what was used and what it cost, by day and everything a cost can be asked by.
-- Row: (usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
--   warehouse_id, pipeline_id, endpoint_id, app_id, owner, tag_set, price_source)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, cloud STRING, product STRING, sku_name STRING,
--   usage_unit STRING, is_serverless BOOLEAN, job_id STRING, cluster_id STRING, warehouse_id STRING,
--   pipeline_id STRING, endpoint_id STRING, app_id STRING, owner STRING, tag_set STRING, tags MAP<STRING,STRING>,
--   price_source STRING, records BIGINT, usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12),
--   cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: tags are the people's own: those that the platform sets (Vendor, ClusterId, RunName, ...) would make a row of
--   every run. Machines that no usage explains keep a row of their own, without a unit.
-- Live: spend_rows
SELECT
  usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
  warehouse_id, pipeline_id, endpoint_id, app_id, owner, tag_set,
  MAP_FROM_ENTRIES(ANY_VALUE(own_tags)) AS tags,
  price_source,
  CAST(SUM(records) AS BIGINT) AS records,
  SUM(usage_quantity) AS usage_quantity,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  SUM(unpriced_quantity) AS unpriced_quantity,
  SUM(vm_cost) AS vm_cost,
  MAX(vm_basis) AS vm_basis
FROM spend_rows
WHERE usage_date >= :start_date AND usage_date < :end_date
GROUP BY
  usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
  warehouse_id, pipeline_id, endpoint_id, app_id, owner, tag_set, price_source
