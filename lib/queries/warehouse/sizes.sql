-- Sizes of all warehouses, version by version.
-- Row: (workspace_id, warehouse_id, change_time)
-- Params: none
-- Returns: workspace_id STRING, warehouse_id STRING, change_time TIMESTAMP, warehouse_size STRING
SELECT workspace_id, warehouse_id, change_time, MAX(warehouse_size) AS warehouse_size
FROM system.compute.warehouses
GROUP BY workspace_id, warehouse_id, change_time
