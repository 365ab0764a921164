CREATE TABLE system.compute.node_types (
  account_id STRING,
  node_type STRING,
  core_count DOUBLE,
  memory_mb BIGINT,
  gpu_count BIGINT
)
COMMENT 'Virtual machine sizes. One row: a node type';
