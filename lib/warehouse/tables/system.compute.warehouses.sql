CREATE TABLE system.compute.warehouses (
  account_id STRING,
  workspace_id STRING,
  warehouse_id STRING,
  warehouse_name STRING,
  warehouse_type STRING COMMENT 'CLASSIC, PRO, SERVERLESS',
  warehouse_channel STRING COMMENT 'CURRENT, PREVIEW',
  warehouse_size STRING COMMENT '2X_SMALL, X_SMALL, SMALL, MEDIUM, LARGE, X_LARGE, 2X_LARGE, 3X_LARGE, 4X_LARGE, 5X_LARGE',
  min_clusters INT,
  max_clusters INT,
  auto_stop_minutes INT,
  tags MAP<STRING, STRING>,
  change_time TIMESTAMP COMMENT 'Start of this version',
  delete_time TIMESTAMP,
  created_by STRING
)
COMMENT 'SQL warehouses, all versions. One row: a version, key (workspace_id, warehouse_id, change_time)';
