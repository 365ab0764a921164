CREATE TABLE external.cloud_costs (
  record_key STRING COMMENT 'Hash of what names the line in the cloud bill: the key for removing duplicates',
  cloud STRING COMMENT 'AWS, AZURE, GCP',
  usage_date DATE COMMENT 'UTC day of the usage',
  cluster_id STRING COMMENT 'From the tag or label ClusterId that Databricks sets on every machine of a cluster',
  warehouse_id STRING COMMENT 'From SqlWarehouseId (SqlEndpointId on old warehouses)',
  instance_pool_id STRING COMMENT 'From DatabricksInstancePoolId',
  service STRING COMMENT 'Product, meter or service of the line, as the cloud names it',
  cost DECIMAL(38, 18) COMMENT 'As billed, credits negative',
  currency STRING
)
COMMENT 'Lines of a cloud bill that carry a tag of Databricks: AWS CUR, Azure cost export, GCP billing export'
