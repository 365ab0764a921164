-- Spend by any two dimensions, with the names of what they identify.
-- Row: (key1, key2, workspace_id, usage_unit)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, serverless BOOLEAN, owners ARRAY<STRING>, tag_key STRING, tag_value STRING,
--   dim1 STRING, dim2 STRING, dim1_tag STRING, dim2_tag STRING
-- Returns: key1 STRING, name1 STRING, key2 STRING, name2 STRING, workspace_id STRING, usage_unit STRING, records BIGINT,
--   usage_quantity DECIMAL(38,18), dbus DECIMAL(38,18), list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12),
--   cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12)
-- Source: quantities of different units are never added, so the unit is part of the row; ids of jobs and other objects
--   are unique in their workspace only, so it is part of the row too.
-- Narrows: currency
WITH keyed AS (
  SELECT
    CASE :dim1
      WHEN 'day' THEN CAST(usage_date AS STRING)
      WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', usage_date), 'yyyy-MM-dd')
      WHEN 'month' THEN DATE_FORMAT(usage_date, 'yyyy-MM')
      WHEN 'product' THEN product
      WHEN 'sku' THEN sku_name
      WHEN 'workspace' THEN workspace_id
      WHEN 'cloud' THEN cloud
      WHEN 'serverless' THEN CASE WHEN is_serverless THEN 'true' WHEN NOT is_serverless THEN 'false' END
      WHEN 'job' THEN job_id
      WHEN 'cluster' THEN cluster_id
      WHEN 'warehouse' THEN warehouse_id
      WHEN 'pipeline' THEN pipeline_id
      WHEN 'endpoint' THEN endpoint_id
      WHEN 'app' THEN app_id
      WHEN 'owner' THEN owner
      WHEN 'tag' THEN tags[:dim1_tag]
    END AS key1,
    CASE :dim2
      WHEN 'day' THEN CAST(usage_date AS STRING)
      WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', usage_date), 'yyyy-MM-dd')
      WHEN 'month' THEN DATE_FORMAT(usage_date, 'yyyy-MM')
      WHEN 'product' THEN product
      WHEN 'sku' THEN sku_name
      WHEN 'workspace' THEN workspace_id
      WHEN 'cloud' THEN cloud
      WHEN 'serverless' THEN CASE WHEN is_serverless THEN 'true' WHEN NOT is_serverless THEN 'false' END
      WHEN 'job' THEN job_id
      WHEN 'cluster' THEN cluster_id
      WHEN 'warehouse' THEN warehouse_id
      WHEN 'pipeline' THEN pipeline_id
      WHEN 'endpoint' THEN endpoint_id
      WHEN 'app' THEN app_id
      WHEN 'owner' THEN owner
      WHEN 'tag' THEN tags[:dim2_tag]
    END AS key2,
    workspace_id AS any_workspace_id, usage_unit, records, usage_quantity, list_cost, contract_cost, cost,
    unpriced_quantity, vm_cost
  FROM spend_selected
),
placed AS (
  SELECT
    key1, key2, usage_unit, records, usage_quantity, list_cost, contract_cost, cost, unpriced_quantity, vm_cost,
    CASE
      WHEN (key1 IS NOT NULL AND :dim1 IN ('job', 'cluster', 'warehouse', 'pipeline', 'endpoint', 'app'))
        OR (key2 IS NOT NULL AND :dim2 IN ('job', 'cluster', 'warehouse', 'pipeline', 'endpoint', 'app'))
        THEN any_workspace_id
    END AS workspace_id
  FROM keyed
),
grouped AS (
  SELECT
    key1, key2, workspace_id, usage_unit,
    CAST(SUM(records) AS BIGINT) AS records,
    SUM(usage_quantity) AS usage_quantity,
    SUM(list_cost) AS list_cost,
    SUM(contract_cost) AS contract_cost,
    SUM(cost) AS cost,
    SUM(unpriced_quantity) AS unpriced_quantity,
    SUM(vm_cost) AS vm_cost
  FROM placed
  GROUP BY key1, key2, workspace_id, usage_unit
)
SELECT
  g.key1, COALESCE(w1.workspace_name, j1.job_name, o1.object_name) AS name1,
  g.key2, COALESCE(w2.workspace_name, j2.job_name, o2.object_name) AS name2,
  g.workspace_id, g.usage_unit, g.records, g.usage_quantity,
  CASE WHEN g.usage_unit = 'DBU' THEN g.usage_quantity END AS dbus, g.list_cost, g.contract_cost, g.cost,
  g.unpriced_quantity, g.vm_cost
FROM grouped AS g
LEFT JOIN workspaces AS w1 ON :dim1 = 'workspace' AND w1.workspace_id = g.key1
LEFT JOIN job_names AS j1 ON :dim1 = 'job' AND j1.workspace_id = g.workspace_id AND j1.job_id = g.key1
LEFT JOIN object_names AS o1
  ON o1.object_kind = :dim1 AND o1.workspace_id = g.workspace_id AND o1.object_id = g.key1
LEFT JOIN workspaces AS w2 ON :dim2 = 'workspace' AND w2.workspace_id = g.key2
LEFT JOIN job_names AS j2 ON :dim2 = 'job' AND j2.workspace_id = g.workspace_id AND j2.job_id = g.key2
LEFT JOIN object_names AS o2
  ON o2.object_kind = :dim2 AND o2.workspace_id = g.workspace_id AND o2.object_id = g.key2
