CREATE TABLE system.storage.predictive_optimization_operations_history (
  account_id STRING,
  workspace_id STRING,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  metastore_name STRING,
  metastore_id STRING,
  catalog_name STRING,
  schema_name STRING,
  table_id STRING,
  table_name STRING,
  operation_type STRING COMMENT 'COMPACTION, VACUUM, ANALYZE, CLUSTERING, ...',
  operation_id STRING,
  operation_status STRING COMMENT 'SUCCESSFUL or FAILED: INTERNAL_ERROR',
  operation_metrics MAP<STRING, STRING>,
  usage_unit STRING COMMENT 'ESTIMATED_DBU',
  usage_quantity DECIMAL(38, 18) COMMENT 'An estimate: reconcile to the billed usage by share'
)
COMMENT 'Operations of predictive optimisation, kept 180 days. One row: an operation';
