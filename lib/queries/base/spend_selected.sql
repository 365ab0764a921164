-- The ledger's rows that the filters leave, in the currency and cost base that were asked for.
-- Row: (usage_date, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id, warehouse_id,
--   pipeline_id, endpoint_id, app_id, owner, tag_set, price_source)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING
-- Returns: usage_date DATE, workspace_id STRING, cloud STRING, product STRING, sku_name STRING, usage_unit STRING,
--   is_serverless BOOLEAN, job_id STRING, cluster_id STRING, warehouse_id STRING, pipeline_id STRING,
--   endpoint_id STRING, app_id STRING, owner STRING, tag_set STRING, tags MAP<STRING,STRING>, price_source STRING,
--   records BIGINT, usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12),
--   cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: is_serverless has three values; NULL means a product that has no classic variant, so it is not classic.
--   Without a key and a value: usage that carries no tag of anybody's own (the platform's tags do not count).
SELECT
  usage_date, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id, warehouse_id,
  pipeline_id, endpoint_id, app_id, owner, tag_set, tags, price_source, records, usage_quantity, list_cost,
  cost AS contract_cost,
  CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS cost,
  unpriced_quantity, vm_cost, vm_basis
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(product, '')))
  AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(owner, '')))
  AND (:serverless IS NULL OR COALESCE(is_serverless, TRUE) = :serverless)
  AND (
    :tag_key IS NULL
    OR (:tag_value IS NULL AND tags[:tag_key] IS NOT NULL)
    OR (:tag_value = '' AND tags[:tag_key] IS NULL AND (:tag_key <> '' OR COALESCE(tag_set, '') = ''))
    OR tags[:tag_key] = :tag_value
  )
