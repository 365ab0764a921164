CREATE TABLE system.storage.table_metrics_history (
  catalog_name STRING,
  schema_name STRING,
  table_name STRING,
  table_id STRING,
  table_type STRING,
  table_owner STRING,
  table_creation_time TIMESTAMP,
  table_dropped_time TIMESTAMP,
  snapshot_date DATE,
  active_bytes BIGINT,
  active_files BIGINT,
  predictive_optimization_enabled BOOLEAN
)
COMMENT 'Size of tables. One row: a table on a snapshot date';
