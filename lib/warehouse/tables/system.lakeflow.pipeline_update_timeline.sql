CREATE TABLE system.lakeflow.pipeline_update_timeline (
  account_id STRING,
  workspace_id STRING,
  pipeline_id STRING,
  update_id STRING,
  update_type STRING COMMENT 'FULL_REFRESH, REFRESH, VALIDATE',
  request_id STRING COMMENT 'Groups the retries of one request',
  run_as_user_name STRING,
  trigger_type STRING,
  trigger_details STRUCT<
    job_task: STRUCT<job_id: STRING, job_task_run_id: STRING, performance_target: STRING>
  >,
  result_state STRING COMMENT 'COMPLETED, FAILED, CANCELED; NULL before the last slice',
  compute STRUCT<type: STRING, cluster_id: STRING>,
  period_start_time TIMESTAMP,
  period_end_time TIMESTAMP,
  refresh_selection ARRAY<STRING>,
  full_refresh_selection ARRAY<STRING>,
  reset_checkpoint_selection ARRAY<STRING>
)
COMMENT 'Pipeline updates in slices (public preview). One row: a slice of an update';
