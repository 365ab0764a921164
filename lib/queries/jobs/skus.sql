-- What a job's usage consists of: SKU, unit, serverless or not, and the price base.
-- Row: (product, sku_name, usage_unit, is_serverless, price_source)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, job_id STRING
-- Returns: product STRING, sku_name STRING, usage_unit STRING, is_serverless BOOLEAN, price_source STRING,
--   usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12), cost DECIMAL(38,12),
--   vm_cost DECIMAL(38,12), vm_basis STRING
-- Narrows: job, currency
SELECT
  product, sku_name, usage_unit, is_serverless, price_source,
  SUM(usage_quantity) AS usage_quantity,
  SUM(list_cost) AS list_cost,
  SUM(cost) AS contract_cost,
  SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS cost,
  SUM(vm_cost) AS vm_cost,
  MAX(vm_basis) AS vm_basis
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND workspace_id <=> :workspace_id AND job_id = :job_id
GROUP BY product, sku_name, usage_unit, is_serverless, price_source
