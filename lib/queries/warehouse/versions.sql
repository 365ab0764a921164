-- What a warehouse was set to, version by version.
-- Row: (workspace_id, warehouse_id, change_time)
-- Params: workspace_id STRING, warehouse_id STRING
-- Returns: workspace_id STRING, warehouse_id STRING, change_time TIMESTAMP, warehouse_name STRING, warehouse_type STRING,
--   warehouse_size STRING, min_clusters INT, max_clusters INT, auto_stop_minutes INT, delete_time TIMESTAMP, workspace_name STRING,
--   workspace_url STRING
SELECT
  v.workspace_id, v.warehouse_id, v.change_time, v.warehouse_name, v.warehouse_type, v.warehouse_size, v.min_clusters, v.max_clusters,
  v.auto_stop_minutes, v.delete_time, w.workspace_name, w.workspace_url
FROM system.compute.warehouses AS v
LEFT JOIN workspaces AS w ON w.workspace_id = v.workspace_id
WHERE v.warehouse_id = :warehouse_id AND (:workspace_id IS NULL OR v.workspace_id = :workspace_id)
QUALIFY ROW_NUMBER() OVER (PARTITION BY v.workspace_id, v.warehouse_id, v.change_time ORDER BY v.warehouse_name) = 1
