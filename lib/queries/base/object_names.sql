-- Names of clusters, warehouses, pipelines, endpoints and apps: the newest one, deleted or not.
-- Row: (object_kind, workspace_id, object_id)
-- Params: none
-- Returns: object_kind STRING, workspace_id STRING, object_id STRING, object_name STRING, owner STRING,
--   is_deleted BOOLEAN
SELECT 'cluster' AS object_kind, workspace_id, cluster_id AS object_id, cluster_name AS object_name, owner, is_deleted
FROM cluster_sources
UNION ALL
SELECT object_kind, workspace_id, object_id, object_name, owner, is_deleted
FROM service_names
