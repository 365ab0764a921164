-- What each classic cluster was made by: a person (UI, API), a job or a pipeline.
-- Row: (workspace_id, cluster_id)
-- Params: none
-- Returns: workspace_id STRING, cluster_id STRING, cluster_name STRING, cluster_source STRING, owner STRING,
--   is_deleted BOOLEAN
-- Source: newest version of system.compute.clusters; earlier versions would repeat every cost joined to them.
SELECT
  workspace_id, cluster_id, cluster_name, cluster_source, owned_by AS owner, delete_time IS NOT NULL AS is_deleted
FROM system.compute.clusters
QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, cluster_id ORDER BY change_time DESC, cluster_name) = 1
