-- Names of warehouses, pipelines, endpoints and apps: the newest one, deleted or not.
-- Row: (object_kind, workspace_id, object_id)
-- Params: none
-- Returns: object_kind STRING, workspace_id STRING, object_id STRING, object_name STRING, owner STRING,
--   is_deleted BOOLEAN
SELECT
  'warehouse' AS object_kind, workspace_id, warehouse_id AS object_id, warehouse_name AS object_name, CAST(NULL AS STRING) AS owner,
  delete_time IS NOT NULL AS is_deleted
FROM (
  SELECT workspace_id, warehouse_id, warehouse_name, delete_time
  FROM system.compute.warehouses
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, warehouse_id ORDER BY change_time DESC, warehouse_name) = 1
) AS warehouse_versions
UNION ALL
SELECT 'pipeline' AS object_kind, workspace_id, pipeline_id, name, run_as, delete_time IS NOT NULL
FROM (
  SELECT workspace_id, pipeline_id, name, run_as, delete_time
  FROM system.lakeflow.pipelines
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, pipeline_id ORDER BY change_time DESC, name) = 1
) AS pipeline_versions
UNION ALL
SELECT 'endpoint' AS object_kind, workspace_id, endpoint_id, endpoint_name, NULL AS owner, FALSE AS is_deleted
FROM (
  SELECT workspace_id, usage_metadata.endpoint_id AS endpoint_id,
    MAX_BY(usage_metadata.endpoint_name, STRUCT(usage_start_time, usage_metadata.endpoint_name)) AS endpoint_name
  FROM system.billing.usage
  WHERE usage_metadata.endpoint_id IS NOT NULL
  GROUP BY workspace_id, usage_metadata.endpoint_id
) AS billed_endpoints
UNION ALL
SELECT 'app' AS object_kind, workspace_id, app_id, app_name, NULL AS owner, FALSE AS is_deleted
FROM (
  SELECT workspace_id, usage_metadata.app_id AS app_id,
    MAX_BY(usage_metadata.app_name, STRUCT(usage_start_time, usage_metadata.app_name)) AS app_name
  FROM system.billing.usage
  WHERE usage_metadata.app_id IS NOT NULL
  GROUP BY workspace_id, usage_metadata.app_id
) AS billed_apps
