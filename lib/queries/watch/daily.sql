-- Cost by day and by what it can be watched by, at the finest grain that is watched.
-- Row: (usage_date, workspace_id, product, sku_name, owner, object_kind, object_id, tag_value)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING, watched_tag STRING
-- Returns: usage_date DATE, workspace_id STRING, workspace_name STRING, product STRING, sku_name STRING, owner STRING,
--   object_kind STRING, object_id STRING, object_name STRING, tag_value STRING, total_cost DOUBLE
-- Source: every row of usage belongs to exactly one object: its job, else what ran it. So parts add up to the whole.
WITH keyed AS (
  SELECT
    usage_date, workspace_id, product, sku_name, owner,
    CASE
      WHEN job_id IS NOT NULL THEN 'job'
      WHEN warehouse_id IS NOT NULL THEN 'warehouse'
      WHEN pipeline_id IS NOT NULL THEN 'pipeline'
      WHEN endpoint_id IS NOT NULL THEN 'endpoint'
      WHEN app_id IS NOT NULL THEN 'app'
      WHEN cluster_id IS NOT NULL THEN 'cluster'
    END AS object_kind,
    COALESCE(job_id, warehouse_id, pipeline_id, endpoint_id, app_id, cluster_id) AS object_id,
    tags[:watched_tag] AS watched_value, cost, vm_cost
  FROM spend_selected
),
grouped AS (
  SELECT
    usage_date, workspace_id, product, sku_name, owner, object_kind, object_id, watched_value AS tag_value,
    CAST(SUM(COALESCE(cost, 0) + COALESCE(vm_cost, 0)) AS DOUBLE) AS total_cost
  FROM keyed
  GROUP BY usage_date, workspace_id, product, sku_name, owner, object_kind, object_id, watched_value
)
SELECT
  g.usage_date, g.workspace_id, w.workspace_name, g.product, g.sku_name, g.owner, g.object_kind, g.object_id,
  COALESCE(j.job_name, o.object_name) AS object_name, g.tag_value, g.total_cost
FROM grouped AS g
LEFT JOIN workspaces AS w ON w.workspace_id = g.workspace_id
LEFT JOIN job_names AS j ON g.object_kind = 'job' AND j.workspace_id = g.workspace_id AND j.job_id = g.object_id
LEFT JOIN object_names AS o
  ON o.object_kind = g.object_kind AND o.workspace_id = g.workspace_id AND o.object_id = g.object_id
WHERE g.total_cost <> 0
