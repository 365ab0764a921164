-- Price rows behind a cost: each SKU and price with what was used at it.
-- Row: (cloud, sku_name, usage_unit, list_price, contract_price, price_source, rule_id)
-- Params: start_date DATE, end_date DATE, currency STRING, workspaces ARRAY<STRING>, products ARRAY<STRING>,
--   owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING, kind STRING,
--   object_keys ARRAY<STRING>, run_id STRING, sku STRING
-- Returns: cloud STRING, sku_name STRING, usage_unit STRING, list_price DECIMAL(14,10), contract_price DECIMAL(14,10),
--   price_source STRING, rule_id STRING, records BIGINT, usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12),
--   contract_cost DECIMAL(38,12), first_day DATE, last_day DATE
-- Source: with a kind (job, cluster, warehouse) only rows that name such a thing; object_keys are workspace_id/id; sku is a
--   part of the SKU's name. This reads the usage itself, not the ledger, so it also proves the figure.
SELECT
  cloud, sku_name, usage_unit, list_price, contract_price, price_source, rule_id,
  COUNT(*) AS records,
  SUM(usage_quantity) AS usage_quantity,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS contract_cost,
  MIN(usage_date) AS first_day,
  MAX(usage_date) AS last_day
FROM priced_usage
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(product, '')))
  AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(owner, '')))
  AND (:serverless IS NULL OR COALESCE(is_serverless, TRUE) = :serverless)
  AND (
    :tag_key IS NULL
    OR (:tag_value IS NULL AND custom_tags[:tag_key] IS NOT NULL)
    OR (:tag_value = '' AND custom_tags[:tag_key] IS NULL AND (:tag_key <> '' OR COALESCE(tag_set, '') = ''))
    OR custom_tags[:tag_key] = :tag_value
  )
  AND (
    :kind IS NULL
    OR (:kind = 'job' AND job_id IS NOT NULL)
    OR (:kind = 'cluster' AND cluster_id IS NOT NULL)
    OR (:kind = 'warehouse' AND warehouse_id IS NOT NULL)
  )
  AND (
    :object_keys IS NULL
    OR ARRAY_CONTAINS(
      CAST(:object_keys AS ARRAY<STRING>),
      CASE :kind
        WHEN 'job' THEN CONCAT(COALESCE(workspace_id, ''), '/', job_id)
        WHEN 'cluster' THEN CONCAT(COALESCE(workspace_id, ''), '/', cluster_id)
        WHEN 'warehouse' THEN CONCAT(COALESCE(workspace_id, ''), '/', warehouse_id)
      END
    )
  )
  AND (:sku IS NULL OR POSITION(LOWER(:sku) IN LOWER(sku_name)) > 0)
  AND (:run_id IS NULL OR job_run_id = :run_id)
GROUP BY cloud, sku_name, usage_unit, list_price, contract_price, price_source, rule_id
