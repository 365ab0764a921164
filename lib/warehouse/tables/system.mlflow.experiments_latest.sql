CREATE TABLE system.mlflow.experiments_latest (
  account_id STRING,
  workspace_id STRING,
  experiment_id STRING,
  name STRING,
  create_time TIMESTAMP,
  update_time TIMESTAMP,
  delete_time TIMESTAMP
)
COMMENT 'MLflow experiments. One row: an experiment';
