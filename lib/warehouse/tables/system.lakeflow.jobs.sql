CREATE TABLE system.lakeflow.jobs (
  account_id STRING,
  workspace_id STRING,
  job_id STRING COMMENT 'Unique only within a workspace',
  name STRING COMMENT 'Not unique',
  description STRING,
  creator_id STRING,
  tags MAP<STRING, STRING>,
  change_time TIMESTAMP COMMENT 'Start of this version',
  delete_time TIMESTAMP,
  run_as STRING COMMENT 'An id; usage carries the name',
  create_time TIMESTAMP,
  creator_user_name STRING COMMENT 'Filled for newer changes only',
  run_as_user_name STRING COMMENT 'Filled for newer changes only',
  paused BOOLEAN,
  timeout_seconds BIGINT,
  trigger_type STRING,
  trigger STRUCT<
    file_arrival: STRUCT<url: STRING, min_time_between_triggers_seconds: BIGINT, wait_after_last_change_seconds: BIGINT>,
    periodic: STRUCT<interval: BIGINT, units: STRING>,
    continuous: STRUCT<enabled: BOOLEAN>,
    table_update: STRUCT<
      table_names: ARRAY<STRING>, condition: STRING, min_time_between_triggers_seconds: BIGINT,
      wait_after_last_change_seconds: BIGINT
    >,
    schedule: STRUCT<quartz_cron_expression: STRING, timezone_id: STRING>
  >,
  health_rules ARRAY<STRUCT<metric: STRING, operator: STRING, value: BIGINT>>,
  deployment STRUCT<kind: STRING, metadata_file_path: STRING>
)
COMMENT 'Jobs, all versions; one-time submits have none. One row: a version, key (workspace_id, job_id, change_time)';
