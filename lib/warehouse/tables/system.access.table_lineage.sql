CREATE TABLE system.access.table_lineage (
  account_id STRING,
  metastore_id STRING,
  workspace_id STRING,
  entity_type STRING COMMENT 'NOTEBOOK, JOB, PIPELINE, DASHBOARD_V3, DBSQL_QUERY; NULL when unknown',
  entity_id STRING,
  entity_run_id STRING,
  source_table_full_name STRING,
  source_table_catalog STRING,
  source_table_schema STRING,
  source_table_name STRING,
  source_path STRING,
  source_type STRING COMMENT 'TABLE, PATH, VIEW, MATERIALIZED_VIEW, METRIC_VIEW, STREAMING_TABLE',
  target_table_full_name STRING,
  target_table_catalog STRING,
  target_table_schema STRING,
  target_table_name STRING,
  target_path STRING,
  target_type STRING,
  created_by STRING,
  event_time TIMESTAMP,
  event_date DATE,
  record_id STRING,
  event_id STRING,
  statement_id STRING COMMENT 'Joins system.query.history on warehouses',
  entity_metadata STRUCT<
    job_info: STRUCT<job_id: STRING, job_run_id: STRING>, dashboard_id: STRING, legacy_dashboard_id: STRING,
    notebook_id: STRING, sql_query_id: STRING, dlt_pipeline_info: STRUCT<dlt_pipeline_id: STRING, dlt_update_id: STRING>,
    genie_space_id: STRING, alert_id: STRING
  >,
  direct_access BOOLEAN
)
COMMENT 'Lineage events. One row: a table read or written by one event';
