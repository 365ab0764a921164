CREATE TABLE system.compute.instance_pools (
  account_id STRING,
  workspace_id STRING,
  instance_pool_id STRING,
  instance_pool_name STRING,
  change_time TIMESTAMP,
  create_time TIMESTAMP,
  delete_time TIMESTAMP,
  tags MAP<STRING, STRING>,
  node_type STRING,
  min_idle_instances BIGINT,
  max_capacity BIGINT,
  idle_instance_autotermination_minutes BIGINT,
  enable_elastic_disk BOOLEAN,
  disk_spec STRUCT<disk_type: STRING, disk_count: BIGINT, disk_size: BIGINT>,
  preloaded_docker_images ARRAY<STRING>,
  preloaded_spark_version STRING,
  aws_attributes STRUCT<availability: STRING, zone_id: STRING, spot_bid_price_percent: BIGINT>,
  azure_attributes STRUCT<availability: STRING, spot_bid_max_price: DOUBLE>,
  gcp_attributes STRUCT<availability: STRING, local_ssd_count: BIGINT>
)
COMMENT 'Instance pools, all versions (public preview). One row: a version of a pool';
