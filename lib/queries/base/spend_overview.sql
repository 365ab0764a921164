-- The ledger without objects, owners and tags: what overviews read, whatever the account's size.
-- Row: (usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, is_tagged, price_source,
--   vm_basis)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, cloud STRING, product STRING, sku_name STRING,
--   usage_unit STRING, is_serverless BOOLEAN, is_tagged BOOLEAN, price_source STRING, vm_basis STRING,
--   records BIGINT, usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12),
--   unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12)
-- Live: spend_rows
WITH marked AS (
  SELECT
    usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless,
    COALESCE(tag_set, '') <> '' AS is_tagged, price_source, vm_basis, records, usage_quantity, list_cost, cost, unpriced_quantity, vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date
)
SELECT
  usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, is_tagged, price_source, vm_basis,
  CAST(SUM(records) AS BIGINT) AS records,
  SUM(usage_quantity) AS usage_quantity,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  SUM(unpriced_quantity) AS unpriced_quantity,
  SUM(vm_cost) AS vm_cost
FROM marked
GROUP BY usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, is_tagged, price_source,
  vm_basis
