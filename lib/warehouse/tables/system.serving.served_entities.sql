CREATE TABLE system.serving.served_entities (
  served_entity_id STRING,
  account_id STRING,
  workspace_id STRING,
  created_by STRING,
  endpoint_name STRING,
  endpoint_id STRING,
  served_entity_name STRING,
  entity_type STRING COMMENT 'FEATURE_SPEC, EXTERNAL_MODEL, FOUNDATION_MODEL, CUSTOM_MODEL',
  entity_name STRING,
  entity_version STRING,
  endpoint_config_version INT,
  task STRING,
  external_model_config STRUCT<provider: STRING>,
  foundation_model_config STRUCT<min_provisioned_throughput: BIGINT, max_provisioned_throughput: BIGINT>,
  custom_model_config STRUCT<min_concurrency: INT, max_concurrency: INT, compute_type: STRING>,
  feature_spec_config STRUCT<min_concurrency: INT, max_concurrency: INT>,
  change_time TIMESTAMP COMMENT 'Start of this version',
  endpoint_delete_time TIMESTAMP
)
COMMENT 'What serving endpoints serve, all versions. One row: a version of a served entity';
