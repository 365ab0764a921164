CREATE TABLE external.databricks_job_spends (
  cluster_id STRING,
  ec2_cost DECIMAL(38, 18) COMMENT 'Billed virtual machine cost, USD',
  job_id STRING,
  run_id STRING,
  usage_date DATE,
  databricks_cost DECIMAL(38, 18) COMMENT 'DBU cost, USD'
)
COMMENT 'Optional cloud bill of jobs, brought by the user. One row: a run on a cluster on a day';
