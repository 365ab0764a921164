CREATE TABLE system.compute.node_timeline (
  account_id STRING,
  workspace_id STRING,
  cluster_id STRING,
  instance_id STRING,
  start_time TIMESTAMP,
  end_time TIMESTAMP COMMENT 'About one minute after the start',
  driver BOOLEAN,
  cpu_user_percent DOUBLE COMMENT '0-100',
  cpu_system_percent DOUBLE,
  cpu_wait_percent DOUBLE COMMENT 'Waiting for I/O: not busy',
  mem_used_percent DOUBLE,
  mem_swap_percent DOUBLE,
  network_sent_bytes BIGINT,
  network_received_bytes BIGINT,
  disk_free_bytes_per_mount_point MAP<STRING, BIGINT>,
  node_type STRING,
  private_ip STRING
)
COMMENT 'Utilisation of classic nodes, kept 90 days; short-lived nodes may be missing. One row: a node and a minute';
