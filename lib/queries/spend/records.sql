-- Usage rows with their prices, page by page, newest first.
-- Row: (record_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING, sku STRING,
--   page_size BIGINT, page_start BIGINT
-- Returns: record_id STRING, usage_start_time TIMESTAMP, usage_end_time TIMESTAMP, usage_date DATE, workspace_id STRING,
--   workspace_name STRING, product STRING, sku_name STRING, usage_unit STRING, usage_quantity DECIMAL(38,18),
--   record_type STRING, owner STRING, job_id STRING, job_run_id STRING, cluster_id STRING, warehouse_id STRING,
--   list_price DECIMAL(14,10), contract_price DECIMAL(14,10), price_source STRING, rule_id STRING,
--   list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12), cost DECIMAL(38,12)
WITH chosen AS (
  SELECT
    record_id, usage_start_time, usage_end_time, usage_date, workspace_id, product, sku_name, usage_unit, usage_quantity,
    record_type, owner, job_id, job_run_id, cluster_id, warehouse_id, list_price, contract_price, price_source, rule_id,
    list_cost, cost AS contract_cost,
    CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS cost
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
    AND (:sku IS NULL OR POSITION(LOWER(:sku) IN LOWER(sku_name)) > 0)
  ORDER BY usage_start_time DESC, record_id
  LIMIT :page_size OFFSET :page_start
)
SELECT
  c.record_id, c.usage_start_time, c.usage_end_time, c.usage_date, c.workspace_id, w.workspace_name, c.product,
  c.sku_name, c.usage_unit, c.usage_quantity, c.record_type, c.owner, c.job_id, c.job_run_id, c.cluster_id,
  c.warehouse_id, c.list_price, c.contract_price, c.price_source, c.rule_id, c.list_cost, c.contract_cost, c.cost
FROM chosen AS c
LEFT JOIN workspaces AS w ON w.workspace_id = c.workspace_id
ORDER BY c.usage_start_time DESC, c.record_id
