-- The past of some clusters of a workspace: what each day cost and how long it was up, and how busy each hour was.
-- Row: (cluster_id, grain, at, node_role)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, cluster_ids ARRAY<STRING>
-- Returns: cluster_id STRING, grain STRING, at TIMESTAMP, node_role STRING, up_minutes BIGINT, quiet_minutes BIGINT,
--   dbus DOUBLE, dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), idle_after_30 BIGINT, starts BIGINT,
--   node_minutes BIGINT, nodes BIGINT, cpu_mean DOUBLE, cpu_max DOUBLE, memory_mean DOUBLE, memory_max DOUBLE
-- Source: grain is day or hour. Days come from the ledger and have no node_role; hours read the node minutes of these
--   clusters, one row a role, whose up_minutes and quiet_minutes (under 5 % CPU on all its nodes) are of that role only.
WITH costs AS (
  SELECT
    cluster_id, usage_date,
    CAST(SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS DOUBLE) AS dbus,
    SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS dbu_cost,
    SUM(vm_cost) AS vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
    AND workspace_id = :workspace_id AND ARRAY_CONTAINS(CAST(:cluster_ids AS ARRAY<STRING>), cluster_id)
  GROUP BY cluster_id, usage_date
),
idle AS (
  SELECT cluster_id, usage_date, up_minutes, quiet_minutes, idle_after_30, starts
  FROM cluster_idle
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND workspace_id = :workspace_id AND ARRAY_CONTAINS(CAST(:cluster_ids AS ARRAY<STRING>), cluster_id)
),
minutes AS (
  SELECT
    cluster_id, DATE_TRUNC('MINUTE', start_time) AS minute_at,
    CASE WHEN driver THEN 'driver' ELSE 'worker' END AS node_role,
    COUNT(DISTINCT instance_id) AS nodes,
    COUNT(*) AS node_minutes,
    SUM(cpu_user_percent + cpu_system_percent) AS cpu,
    MAX(cpu_user_percent + cpu_system_percent) AS cpu_max,
    SUM(mem_used_percent) AS memory,
    MAX(mem_used_percent) AS memory_max
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
    AND workspace_id = :workspace_id AND ARRAY_CONTAINS(CAST(:cluster_ids AS ARRAY<STRING>), cluster_id)
  GROUP BY cluster_id, DATE_TRUNC('MINUTE', start_time), CASE WHEN driver THEN 'driver' ELSE 'worker' END
)
SELECT
  COALESCE(c.cluster_id, i.cluster_id) AS cluster_id, 'day' AS grain,
  CAST(COALESCE(c.usage_date, i.usage_date) AS TIMESTAMP) AS at, CAST(NULL AS STRING) AS node_role,
  i.up_minutes, i.quiet_minutes, c.dbus, c.dbu_cost, c.vm_cost, i.idle_after_30, i.starts,
  CAST(NULL AS BIGINT) AS node_minutes, CAST(NULL AS BIGINT) AS nodes, CAST(NULL AS DOUBLE) AS cpu_mean,
  CAST(NULL AS DOUBLE) AS cpu_max, CAST(NULL AS DOUBLE) AS memory_mean, CAST(NULL AS DOUBLE) AS memory_max
FROM costs AS c
FULL OUTER JOIN idle AS i ON i.cluster_id = c.cluster_id AND i.usage_date = c.usage_date
UNION ALL
SELECT
  cluster_id, 'hour' AS grain, DATE_TRUNC('HOUR', minute_at) AS at, node_role,
  COUNT(*) AS up_minutes, COUNT_IF(cpu_max < 5) AS quiet_minutes,
  CAST(NULL AS DOUBLE) AS dbus, CAST(NULL AS DECIMAL(38,12)) AS dbu_cost, CAST(NULL AS DECIMAL(38,12)) AS vm_cost,
  CAST(NULL AS BIGINT) AS idle_after_30, CAST(NULL AS BIGINT) AS starts,
  SUM(node_minutes) AS node_minutes, MAX(nodes) AS nodes, TRY_DIVIDE(SUM(cpu), SUM(node_minutes)) AS cpu_mean,
  MAX(cpu_max) AS cpu_max, TRY_DIVIDE(SUM(memory), SUM(node_minutes)) AS memory_mean, MAX(memory_max) AS memory_max
FROM minutes
GROUP BY cluster_id, DATE_TRUNC('HOUR', minute_at), node_role
