CREATE TABLE system.lakeflow.job_tasks (
  account_id STRING,
  workspace_id STRING,
  job_id STRING,
  task_key STRING,
  depends_on_keys ARRAY<STRING>,
  change_time TIMESTAMP COMMENT 'Start of this version',
  delete_time TIMESTAMP,
  timeout_seconds BIGINT,
  health_rules ARRAY<STRUCT<metric: STRING, operator: STRING, value: BIGINT>>
)
COMMENT 'Tasks of jobs, all versions. One row: a version, key (workspace_id, job_id, task_key, change_time)';
