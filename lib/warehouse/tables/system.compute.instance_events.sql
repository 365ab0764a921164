CREATE TABLE system.compute.instance_events (
  account_id STRING,
  workspace_id STRING,
  instance_id STRING,
  event_time TIMESTAMP,
  event_type STRING COMMENT 'INSTANCE_LAUNCHING, STATE_TRANSITION',
  instance_pool_id STRING,
  cluster_id STRING COMMENT 'Only while placed in a cluster',
  node_type STRING,
  state STRING COMMENT 'INSTANCE_LAUNCHING, INSTANCE_READY (idle in a pool), INSTANCE_PLACED, INSTANCE_TERMINATED',
  availability_type STRING COMMENT 'ON_DEMAND, SPOT, PREEMPTIBLE'
)
COMMENT 'State changes of virtual machines (public preview). One row: an event';
