CREATE TABLE system.lakeflow.pipelines (
  account_id STRING,
  workspace_id STRING,
  pipeline_id STRING,
  pipeline_type STRING COMMENT 'ETL_PIPELINE, MATERIALIZED_VIEW, STREAMING_TABLE, INGESTION_PIPELINE, INGESTION_GATEWAY',
  name STRING,
  created_by STRING,
  run_as STRING,
  tags MAP<STRING, STRING>,
  settings STRUCT<
    photon: BOOLEAN, development: BOOLEAN, continuous: BOOLEAN, serverless: BOOLEAN, edition: STRING, channel: STRING
  >,
  configuration MAP<STRING, STRING>,
  change_time TIMESTAMP COMMENT 'Start of this version',
  delete_time TIMESTAMP,
  create_time TIMESTAMP
)
COMMENT 'Pipelines, all versions (public preview). One row: a version, key (workspace_id, pipeline_id, change_time)';
