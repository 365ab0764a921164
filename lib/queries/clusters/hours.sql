-- One cluster hour by hour and role: nodes, CPU and memory.
-- Row: (hour_at, node_role)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, cluster_id STRING
-- Returns: hour_at TIMESTAMP, node_role STRING, node_minutes BIGINT, up_minutes BIGINT, nodes BIGINT, cpu_mean DOUBLE,
--   cpu_max DOUBLE, memory_mean DOUBLE, memory_max DOUBLE, quiet_minutes BIGINT
-- Source: reads the node minutes of one cluster. Minutes are of this role only; quiet is under 5 % CPU on all its nodes.
WITH minutes AS (
  SELECT
    DATE_TRUNC('MINUTE', start_time) AS minute_at,
    CASE WHEN driver THEN 'driver' ELSE 'worker' END AS node_role,
    COUNT(DISTINCT instance_id) AS nodes,
    COUNT(*) AS node_minutes,
    SUM(cpu_user_percent + cpu_system_percent) AS cpu,
    MAX(cpu_user_percent + cpu_system_percent) AS cpu_max,
    SUM(mem_used_percent) AS memory,
    MAX(mem_used_percent) AS memory_max
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
    AND workspace_id = :workspace_id AND cluster_id = :cluster_id
  GROUP BY DATE_TRUNC('MINUTE', start_time), CASE WHEN driver THEN 'driver' ELSE 'worker' END
)
SELECT
  DATE_TRUNC('HOUR', minute_at) AS hour_at, node_role,
  SUM(node_minutes) AS node_minutes,
  COUNT(*) AS up_minutes,
  MAX(nodes) AS nodes,
  TRY_DIVIDE(SUM(cpu), SUM(node_minutes)) AS cpu_mean,
  MAX(cpu_max) AS cpu_max,
  TRY_DIVIDE(SUM(memory), SUM(node_minutes)) AS memory_mean,
  MAX(memory_max) AS memory_max,
  COUNT_IF(cpu_max < 5) AS quiet_minutes
FROM minutes
GROUP BY DATE_TRUNC('HOUR', minute_at), node_role
