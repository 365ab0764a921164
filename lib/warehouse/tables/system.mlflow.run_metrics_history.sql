CREATE TABLE system.mlflow.run_metrics_history (
  account_id STRING,
  workspace_id STRING,
  experiment_id STRING,
  run_id STRING,
  record_id STRING,
  insert_time TIMESTAMP,
  metric_name STRING,
  metric_time TIMESTAMP,
  metric_step BIGINT,
  metric_value DOUBLE
)
COMMENT 'Metrics of MLflow runs. One row: a metric value';
