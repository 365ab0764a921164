-- Each usage row with its cost and its part of the machines, and what costs without usage: what `spend_daily`,
--   `spend_overview` and `job_run_cost` sum up. Not stored.
-- Row: (record_id, usage_date, currency, workspace_id, job_id, run_id, cluster_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: record_id STRING, usage_date DATE, currency STRING, workspace_id STRING, cloud STRING, product STRING,
--   sku_name STRING, usage_unit STRING, is_serverless BOOLEAN, job_id STRING, run_id STRING, cluster_id STRING, warehouse_id STRING,
--   pipeline_id STRING, endpoint_id STRING, app_id STRING, owner STRING, tag_set STRING, is_tagged BOOLEAN,
--   tags MAP<STRING,STRING>, own_tags ARRAY<STRUCT<key: STRING, value: STRING>>, price_source STRING, records BIGINT,
--   usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18),
--   vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: the machines of a cluster and day are split over its usage by DBUs, once; machines that no usage explains keep
--   a row of their own, without a unit. Money keeps the scale of quantity times price until it is summed: to round each
--   row takes longer than all else that is done with it.
WITH machines AS (
  SELECT
    usage_date, workspace_id, cluster_id, dbus, vm_cost, vm_basis, COALESCE(vm_currency, :currency) AS currency,
    CAST(dbus AS DOUBLE) AS dbus_number, CAST(vm_cost AS DOUBLE) AS vm_cost_number
  FROM cluster_day
  WHERE usage_date >= :start_date AND usage_date < :end_date AND vm_cost IS NOT NULL
),
orphan_sources AS (
  SELECT workspace_id, cluster_id, MAX_BY(cluster_source, STRUCT(change_time, cluster_source)) AS cluster_source
  FROM system.compute.clusters
  WHERE cluster_id IN (SELECT cluster_id FROM machines WHERE dbus IS NULL OR dbus <= 0)
  GROUP BY workspace_id, cluster_id
)
SELECT
  u.record_id, u.usage_date, u.currency, u.workspace_id, u.cloud, u.product, u.sku_name, u.usage_unit, u.is_serverless,
  u.job_id, u.job_run_id AS run_id, u.cluster_id, u.warehouse_id, u.pipeline_id, u.endpoint_id, u.app_id, u.owner, u.tag_set,
  u.tag_set <> '' AS is_tagged,
  MAP_FROM_ENTRIES(u.own_tags) AS tags,
  u.own_tags, u.price_source, CAST(1 AS BIGINT) AS records, u.usage_quantity, u.list_cost, u.cost,
  CASE WHEN u.price_source IS NULL THEN u.usage_quantity ELSE CAST(0 AS DECIMAL(38,18)) END AS unpriced_quantity,
  CASE
    WHEN m.vm_cost IS NULL OR u.usage_unit <> 'DBU' THEN NULL
    WHEN m.dbus > 0 THEN CAST(m.vm_cost_number * CAST(u.usage_quantity AS DOUBLE) / m.dbus_number AS DECIMAL(38,12))
  END AS vm_cost,
  CASE WHEN m.vm_cost IS NOT NULL AND u.usage_unit = 'DBU' AND m.dbus > 0 THEN m.vm_basis END AS vm_basis
FROM priced_usage AS u
LEFT JOIN machines AS m
  ON m.usage_date = u.usage_date AND m.workspace_id = u.workspace_id AND m.cluster_id = u.cluster_id
  AND m.currency = u.currency
WHERE u.usage_date >= :start_date AND u.usage_date < :end_date
UNION ALL
-- machines without usage to carry them (no DBUs billed, or all of them taken back)
SELECT
  NULL AS record_id, m.usage_date, m.currency, m.workspace_id, NULL AS cloud,
  CASE c.cluster_source WHEN 'JOB' THEN 'JOBS' WHEN 'PIPELINE' THEN 'DLT' ELSE 'ALL_PURPOSE' END AS product,
  NULL AS sku_name, NULL AS usage_unit, FALSE AS is_serverless, NULL AS job_id, NULL AS run_id, m.cluster_id,
  NULL AS warehouse_id, NULL AS pipeline_id, NULL AS endpoint_id, NULL AS app_id, NULL AS owner, '' AS tag_set,
  FALSE AS is_tagged, NULL AS tags, NULL AS own_tags, NULL AS price_source, CAST(0 AS BIGINT) AS records, NULL AS usage_quantity,
  NULL AS list_cost, NULL AS cost, NULL AS unpriced_quantity, m.vm_cost, m.vm_basis
FROM machines AS m
LEFT JOIN orphan_sources AS c ON c.workspace_id = m.workspace_id AND c.cluster_id = m.cluster_id
WHERE (m.dbus IS NULL OR m.dbus <= 0)
  AND NOT EXISTS (
    SELECT 1 FROM imported_spends AS i WHERE i.usage_date = m.usage_date AND i.cluster_id = m.cluster_id
  )
UNION ALL
-- an account known by its job spend table only; its cost is given the type of quantity times price
SELECT
  NULL AS record_id, usage_date, CAST(:currency AS STRING) AS currency, NULL AS workspace_id, NULL AS cloud,
  'JOBS' AS product, 'databricks_job_spends' AS sku_name, NULL AS usage_unit, NULL AS is_serverless, job_id, run_id, cluster_id,
  NULL AS warehouse_id, NULL AS pipeline_id, NULL AS endpoint_id, NULL AS app_id, NULL AS owner, '' AS tag_set,
  FALSE AS is_tagged, NULL AS tags, NULL AS own_tags, 'imported' AS price_source, CAST(1 AS BIGINT) AS records, NULL AS usage_quantity,
  CAST(databricks_cost AS DECIMAL(38,18)) * CAST(1 AS DECIMAL(14,10)) AS list_cost,
  CAST(databricks_cost AS DECIMAL(38,18)) * CAST(1 AS DECIMAL(14,10)) AS cost, NULL AS unpriced_quantity,
  vm_cost, CASE WHEN vm_cost IS NOT NULL THEN 'billed' END AS vm_basis
FROM imported_spends
WHERE usage_date >= :start_date AND usage_date < :end_date
