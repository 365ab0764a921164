CREATE TABLE system.mlflow.runs_latest (
  account_id STRING,
  workspace_id STRING,
  run_id STRING,
  experiment_id STRING,
  run_name STRING,
  created_by STRING,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  update_time TIMESTAMP,
  delete_time TIMESTAMP,
  status STRING,
  params MAP<STRING, STRING>,
  tags MAP<STRING, STRING>,
  aggregated_metrics ARRAY<
    STRUCT<metric_name: STRING, min_value: DOUBLE, max_value: DOUBLE, latest_value: DOUBLE>
  >
)
COMMENT 'MLflow runs. One row: a run';
