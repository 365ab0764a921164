CREATE TABLE system.compute.clusters (
  account_id STRING,
  workspace_id STRING,
  cluster_id STRING,
  cluster_name STRING,
  owned_by STRING,
  create_time TIMESTAMP,
  delete_time TIMESTAMP COMMENT 'NULL while the cluster exists',
  driver_node_type STRING,
  worker_node_type STRING,
  worker_count BIGINT COMMENT 'Fixed-size clusters only',
  min_autoscale_workers BIGINT,
  max_autoscale_workers BIGINT,
  auto_termination_minutes BIGINT COMMENT 'NULL or 0: never',
  enable_elastic_disk BOOLEAN,
  tags MAP<STRING, STRING> COMMENT 'User tags only; default tags are on the usage',
  cluster_source STRING COMMENT 'UI and API are all-purpose; JOB, PIPELINE, PIPELINE_MAINTENANCE',
  init_scripts ARRAY<STRING>,
  aws_attributes STRUCT<
    first_on_demand: BIGINT, availability: STRING, zone_id: STRING, instance_profile_arn: STRING,
    spot_bid_price_percent: BIGINT, ebs_volume_type: STRING, ebs_volume_count: BIGINT, ebs_volume_size: BIGINT,
    ebs_volume_iops: BIGINT, ebs_volume_throughput: BIGINT
  >,
  azure_attributes STRUCT<first_on_demand: BIGINT, availability: STRING, spot_bid_max_price: DOUBLE>,
  gcp_attributes STRUCT<
    use_preemptible_executors: BOOLEAN, google_service_account: STRING, boot_disk_size: BIGINT, availability: STRING,
    zone_id: STRING, local_ssd_count: BIGINT
  >,
  driver_instance_pool_id STRING,
  worker_instance_pool_id STRING,
  dbr_version STRING,
  change_time TIMESTAMP COMMENT 'Start of this version',
  change_date DATE,
  data_security_mode STRING,
  policy_id STRING
)
COMMENT 'Classic clusters, all versions. One row: a version of a cluster, key (workspace_id, cluster_id, change_time)';
