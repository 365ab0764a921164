CREATE TABLE system.billing.cloud_infra_cost (
  cloud STRING,
  record_id STRING,
  account_id STRING,
  cloud_account_id STRING,
  workspace_id STRING,
  usage_start_time TIMESTAMP,
  usage_end_time TIMESTAMP,
  usage_date DATE,
  cost DECIMAL(38, 18) COMMENT 'Already money: no price join',
  currency_code STRING,
  usage_metadata STRUCT<cluster_id: STRING, warehouse_id: STRING, instance_pool_id: STRING>
)
COMMENT 'Cost of cloud virtual machines and storage (private preview, usually absent)';
