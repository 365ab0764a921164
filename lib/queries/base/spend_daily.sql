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
--   every run. The machines of a cluster and day are split over its usage by DBUs, once; machines that no usage
--   explains keep a row of their own, without a unit.
WITH grouped AS (
  SELECT
    usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
    warehouse_id, pipeline_id, endpoint_id, app_id, owner, price_source, tag_set,
    ANY_VALUE(own_tags) AS own_tags,
    COUNT(*) AS records,
    SUM(usage_quantity) AS usage_quantity,
    SUM(list_cost) AS list_cost,
    SUM(cost) AS cost,
    SUM(CASE WHEN price_source IS NULL THEN usage_quantity ELSE CAST(0 AS DECIMAL(38,18)) END) AS unpriced_quantity
  FROM priced_usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY
    usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
    warehouse_id, pipeline_id, endpoint_id, app_id, owner, price_source, tag_set
),
machines AS (
  SELECT usage_date, workspace_id, cluster_id, dbus, vm_cost, vm_basis, COALESCE(vm_currency, :currency) AS currency
  FROM cluster_day
  WHERE usage_date >= :start_date AND usage_date < :end_date AND vm_cost IS NOT NULL
),
orphan_sources AS (
  SELECT workspace_id, cluster_id, MAX_BY(cluster_source, STRUCT(change_time, cluster_source)) AS cluster_source
  FROM system.compute.clusters
  WHERE cluster_id IN (SELECT cluster_id FROM machines WHERE dbus IS NULL OR dbus <= 0)
  GROUP BY workspace_id, cluster_id
),
with_machines AS (
  SELECT
    g.usage_date, g.currency, g.workspace_id, g.cloud, g.product, g.sku_name, g.usage_unit, g.is_serverless, g.job_id,
    g.cluster_id, g.warehouse_id, g.pipeline_id, g.endpoint_id, g.app_id, g.owner, g.tag_set, g.own_tags,
    g.price_source, g.records, g.usage_quantity, g.list_cost, g.cost, g.unpriced_quantity,
    CASE
      WHEN m.vm_cost IS NULL OR g.usage_unit <> 'DBU' THEN NULL
      WHEN m.dbus > 0 THEN CAST(CAST(m.vm_cost AS DOUBLE) * CAST(g.usage_quantity AS DOUBLE) / CAST(m.dbus AS DOUBLE) AS DECIMAL(38,12))
    END AS vm_cost,
    CASE WHEN m.vm_cost IS NOT NULL AND g.usage_unit = 'DBU' AND m.dbus > 0 THEN m.vm_basis END AS vm_basis
  FROM grouped AS g
  LEFT JOIN machines AS m
    ON m.usage_date = g.usage_date AND m.workspace_id = g.workspace_id AND m.cluster_id = g.cluster_id
    AND m.currency = g.currency
)
SELECT
  usage_date, currency, workspace_id, cloud, product, sku_name, usage_unit, is_serverless, job_id, cluster_id,
  warehouse_id, pipeline_id, endpoint_id, app_id, owner, tag_set,
  MAP_FROM_ENTRIES(own_tags) AS tags,
  price_source, records, usage_quantity,
  CAST(list_cost AS DECIMAL(38,12)) AS list_cost,
  CAST(cost AS DECIMAL(38,12)) AS cost,
  unpriced_quantity, vm_cost, vm_basis
FROM with_machines
UNION ALL
-- machines without usage to carry them (no DBUs billed, or all of them taken back)
SELECT
  m.usage_date, m.currency, m.workspace_id, NULL AS cloud,
  CASE c.cluster_source WHEN 'JOB' THEN 'JOBS' WHEN 'PIPELINE' THEN 'DLT' ELSE 'ALL_PURPOSE' END AS product,
  NULL AS sku_name, NULL AS usage_unit, FALSE AS is_serverless, NULL AS job_id, m.cluster_id,
  NULL AS warehouse_id, NULL AS pipeline_id, NULL AS endpoint_id, NULL AS app_id, NULL AS owner, '' AS tag_set,
  NULL AS tags, NULL AS price_source, CAST(0 AS BIGINT) AS records, NULL AS usage_quantity, NULL AS list_cost,
  NULL AS cost, NULL AS unpriced_quantity, m.vm_cost, m.vm_basis
FROM machines AS m
LEFT JOIN orphan_sources AS c ON c.workspace_id = m.workspace_id AND c.cluster_id = m.cluster_id
WHERE (m.dbus IS NULL OR m.dbus <= 0)
  AND NOT EXISTS (
    SELECT 1 FROM imported_spends AS i WHERE i.usage_date = m.usage_date AND i.cluster_id = m.cluster_id
  )
UNION ALL
-- an account known by its job spend table only
SELECT
  usage_date, CAST(:currency AS STRING) AS currency, NULL AS workspace_id, NULL AS cloud, 'JOBS' AS product,
  'databricks_job_spends' AS sku_name, NULL AS usage_unit, NULL AS is_serverless, job_id, cluster_id,
  NULL AS warehouse_id, NULL AS pipeline_id, NULL AS endpoint_id, NULL AS app_id, NULL AS owner, '' AS tag_set,
  NULL AS tags, 'imported' AS price_source, COUNT(*) AS records, NULL AS usage_quantity,
  SUM(databricks_cost) AS list_cost, SUM(databricks_cost) AS cost, NULL AS unpriced_quantity,
  SUM(vm_cost) AS vm_cost, MAX(CASE WHEN vm_cost IS NOT NULL THEN 'billed' END) AS vm_basis
FROM imported_spends
WHERE usage_date >= :start_date AND usage_date < :end_date
GROUP BY usage_date, job_id, cluster_id
