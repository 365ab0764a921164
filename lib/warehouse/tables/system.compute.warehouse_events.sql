CREATE TABLE system.compute.warehouse_events (
  account_id STRING,
  workspace_id STRING,
  warehouse_id STRING,
  event_type STRING COMMENT 'STARTING, RUNNING, SCALED_UP, SCALED_DOWN, STOPPING, STOPPED',
  cluster_count INT COMMENT 'Clusters active after the event',
  event_time TIMESTAMP
)
COMMENT 'State changes of SQL warehouses. One row: an event';
