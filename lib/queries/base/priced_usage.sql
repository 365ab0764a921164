-- Every usage row with its price: exactly one price a row and currency, none where there is no price.
-- Row: (record_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: record_id STRING, account_id STRING, workspace_id STRING, cloud STRING, sku_name STRING, usage_unit STRING,
--   usage_start_time TIMESTAMP, usage_end_time TIMESTAMP, usage_date DATE, ingestion_date DATE, record_type STRING,
--   usage_type STRING, product STRING, is_serverless BOOLEAN, is_photon BOOLEAN, job_id STRING, job_run_id STRING,
--   cluster_id STRING, warehouse_id STRING, pipeline_id STRING, endpoint_id STRING, app_id STRING, notebook_id STRING,
--   node_type STRING, job_name STRING, owner STRING, custom_tags MAP<STRING,STRING>,
--   own_tags ARRAY<STRUCT<key: STRING, value: STRING>>, tag_set STRING, usage_quantity DECIMAL(38,18), currency STRING,
--   list_price DECIMAL(14,10), contract_price DECIMAL(14,10), price_source STRING, rule_id STRING,
--   list_cost DECIMAL(38,12), cost DECIMAL(38,12)
-- Source: price by account, cloud, SKU, unit and currency, valid at usage_start_time, half open. Corrections are rows
--   with negative quantity and count like all others. Objects are named by product, never by SKU text: a cluster id
--   on model serving is a stray, a pipeline id on SQL is a materialized view, a job is product JOBS. Tags that the platform
--   sets (Vendor, ClusterId, RunName, ...) are nobody's own.
WITH usage_rows AS (
  -- read before a row is repeated for each currency
  SELECT
    record_id, account_id, workspace_id, cloud, sku_name, usage_unit,
    usage_start_time, usage_end_time, usage_date, ingestion_date, record_type, usage_type,
    billing_origin_product AS product,
    product_features.is_serverless AS is_serverless,
    product_features.is_photon AS is_photon,
    CASE WHEN billing_origin_product = 'JOBS' THEN usage_metadata.job_id END AS job_id,
    CASE WHEN billing_origin_product = 'JOBS' THEN usage_metadata.job_run_id END AS job_run_id,
    CASE
      WHEN billing_origin_product IN ('JOBS', 'ALL_PURPOSE', 'DLT') THEN usage_metadata.cluster_id
    END AS cluster_id,
    CASE WHEN billing_origin_product = 'SQL' THEN usage_metadata.warehouse_id END AS warehouse_id,
    CASE
      WHEN billing_origin_product IN ('DLT', 'LAKEFLOW_CONNECT', 'ONLINE_TABLES') THEN usage_metadata.dlt_pipeline_id
      WHEN billing_origin_product = 'SQL' AND usage_metadata.warehouse_id IS NULL
        THEN usage_metadata.dlt_pipeline_id
    END AS pipeline_id,
    CASE
      WHEN billing_origin_product IN ('MODEL_SERVING', 'AI_FUNCTIONS', 'VECTOR_SEARCH', 'AI_GATEWAY')
        THEN COALESCE(usage_metadata.endpoint_id, usage_metadata.endpoint_name)
    END AS endpoint_id,
    CASE WHEN billing_origin_product = 'APPS' THEN usage_metadata.app_id END AS app_id,
    usage_metadata.notebook_id AS notebook_id,
    usage_metadata.node_type AS node_type,
    COALESCE(usage_metadata.job_name, usage_metadata.run_name) AS job_name,
    COALESCE(identity_metadata.run_as, identity_metadata.owned_by, identity_metadata.created_by) AS owner,
    custom_tags,
    own_tags,
    COALESCE(
      ARRAY_JOIN(ARRAY_SORT(TRANSFORM(own_tags, tag -> CONCAT(tag.key, '=', COALESCE(tag.value, '')))), CHR(31)), ''
    ) AS tag_set,
    usage_quantity
  FROM (
    SELECT
      *,
      FILTER(MAP_ENTRIES(custom_tags), tag -> NOT ARRAY_CONTAINS(
        ARRAY(
          'Vendor', 'ClusterId', 'ClusterName', 'Creator', 'JobId', 'RunName', 'SqlWarehouseId', 'SqlEndpointId',
          'DatabricksInstancePoolId', 'DatabricksInstancePoolCreatorId'
        ),
        tag.key
      )) AS own_tags
    FROM system.billing.usage
  ) AS u
  WHERE usage_date >= :start_date AND usage_date < :end_date
    -- narrowed to job: AND workspace_id <=> :workspace_id AND (usage_metadata.job_id = :job_id OR billing_origin_product IN ('ALL_PURPOSE', 'SQL'))
),
prices AS (
  SELECT account_id, cloud, sku_name, usage_unit, currency, valid_from, valid_to, unit_price
  FROM price_windows
  WHERE kind = 'list'
),
account_rates AS (
  SELECT account_id, cloud, sku_name, usage_unit, currency, valid_from, valid_to, unit_price
  FROM price_windows
  WHERE kind = 'account'
),
rated AS (
  SELECT
    u.*,
    c.currency,
    p.unit_price AS list_price,
    a.unit_price AS account_price,
    d.rule_id, d.discount_share
  FROM usage_rows AS u
  CROSS JOIN currencies AS c
  LEFT JOIN prices AS p
    ON p.account_id <=> u.account_id
    AND p.cloud = u.cloud
    AND p.sku_name = u.sku_name
    AND p.usage_unit = u.usage_unit
    AND p.currency = c.currency
    AND u.usage_start_time >= p.valid_from
    AND (p.valid_to IS NULL OR u.usage_start_time < p.valid_to)
  LEFT JOIN account_rates AS a
    ON a.account_id <=> u.account_id
    AND a.cloud = u.cloud
    AND a.sku_name = u.sku_name
    AND a.usage_unit = u.usage_unit
    AND a.currency = c.currency
    AND u.usage_start_time >= a.valid_from
    AND (a.valid_to IS NULL OR u.usage_start_time < a.valid_to)
  LEFT JOIN discounts AS d
    ON d.sku_name = u.sku_name AND d.product <=> u.product AND d.usage_date = u.usage_date
),
chosen AS (
  SELECT
    *,
    COALESCE(
      account_price,
      CAST(list_price * (CAST(1 AS DECIMAL(7,6)) - discount_share) AS DECIMAL(14,10)),
      list_price
    ) AS contract_price,
    CASE
      WHEN account_price IS NOT NULL THEN 'account'
      WHEN list_price IS NULL THEN NULL
      WHEN discount_share IS NOT NULL THEN 'rule'
      ELSE 'list'
    END AS price_source
  FROM rated
)
SELECT
  record_id, account_id, workspace_id, cloud, sku_name, usage_unit, usage_start_time, usage_end_time, usage_date,
  ingestion_date, record_type, usage_type, product, is_serverless, is_photon, job_id, job_run_id, cluster_id,
  warehouse_id, pipeline_id, endpoint_id, app_id, notebook_id, node_type, job_name, owner, custom_tags, own_tags, tag_set,
  usage_quantity, currency, list_price, contract_price, price_source,
  CASE WHEN price_source = 'rule' THEN rule_id END AS rule_id,
  usage_quantity * list_price AS list_cost,
  usage_quantity * contract_price AS cost
FROM chosen
