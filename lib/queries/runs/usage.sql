-- The usage rows of one run, each with its price: the bottom of the drill-down.
-- Row: (record_id)
-- Params: start_date DATE, end_date DATE, currency STRING, workspace_id STRING, job_id STRING, run_id STRING
-- Returns: record_id STRING, usage_start_time TIMESTAMP, usage_end_time TIMESTAMP, usage_date DATE, sku_name STRING,
--   usage_unit STRING, usage_quantity DECIMAL(38,18), record_type STRING, node_type STRING, cluster_id STRING,
--   is_serverless BOOLEAN, is_photon BOOLEAN, owner STRING, list_price DECIMAL(14,10), contract_price DECIMAL(14,10),
--   price_source STRING, rule_id STRING, list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12)
-- Narrows: job
SELECT
  record_id, usage_start_time, usage_end_time, usage_date, sku_name, usage_unit, usage_quantity, record_type, node_type,
  cluster_id, is_serverless, is_photon, owner, list_price, contract_price, price_source, rule_id, list_cost,
  cost AS contract_cost
FROM priced_usage
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND workspace_id = :workspace_id AND job_id = :job_id AND job_run_id = :run_id
ORDER BY usage_start_time, record_id
