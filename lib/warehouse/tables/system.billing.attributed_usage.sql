CREATE TABLE system.billing.attributed_usage (
  record_id STRING,
  account_id STRING,
  workspace_id STRING,
  sku_name STRING,
  cloud STRING,
  billing_origin_product STRING,
  usage_date DATE,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  usage_unit STRING,
  active_usage_quantity DECIMAL(38, 18),
  usage_metadata STRUCT<dbsql_statement_id: STRING, warehouse_id: STRING, client_application: STRING>,
  identity_metadata STRUCT<executed_by: STRING>,
  granular_tags STRUCT<query_tags: MAP<STRING, STRING>>,
  custom_tags MAP<STRING, STRING>,
  usage_record_ids ARRAY<STRING> COMMENT 'record_id values of system.billing.usage'
)
COMMENT 'SQL usage per statement (private preview). One row: usage of one statement';
