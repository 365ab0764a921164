CREATE TABLE system.lakeflow.job_task_run_timeline (
  account_id STRING,
  workspace_id STRING,
  job_id STRING,
  run_id STRING COMMENT 'The run of the task, not of the job',
  job_run_id STRING COMMENT 'The run of the job',
  parent_run_id STRING,
  period_start_time TIMESTAMP,
  period_end_time TIMESTAMP,
  task_key STRING,
  compute_ids ARRAY<STRING> COMMENT 'Job clusters, all-purpose clusters and warehouses',
  result_state STRING COMMENT 'NULL on all but the last slice',
  termination_code STRING,
  termination_type STRING,
  task_parameters MAP<STRING, STRING>,
  compute ARRAY<STRUCT<type: STRING, cluster_id: STRING, warehouse_id: STRING>>,
  setup_duration_seconds BIGINT,
  cleanup_duration_seconds BIGINT,
  execution_duration_seconds BIGINT
)
COMMENT 'Task runs in slices. One row: a slice of a task run';
