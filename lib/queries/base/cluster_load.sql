-- The ledger: how busy the nodes of classic clusters were, as minutes by CPU and memory in steps of 5 points.
-- Row: (usage_date, workspace_id, cluster_id, node_role, cpu_band, memory_band)
-- Params: start_date DATE, end_date DATE
-- Returns: usage_date DATE, workspace_id STRING, cluster_id STRING, node_role STRING, cpu_band INT, memory_band INT,
--   node_minutes BIGINT, cpu_points DOUBLE, memory_points DOUBLE, swap_minutes BIGINT
-- Source: CPU is user + system (wait is I/O, not work). Bands 0-19 add up over days, which percentiles do not; the
--   points are sums, so means stay exact. node_role is driver or worker: a mean over both hides both.
WITH minutes AS (
  SELECT
    CAST(start_time AS DATE) AS usage_date, workspace_id, cluster_id,
    CASE WHEN driver THEN 'driver' ELSE 'worker' END AS node_role,
    LEAST(GREATEST(cpu_user_percent + cpu_system_percent, 0), 100) AS cpu,
    LEAST(GREATEST(mem_used_percent, 0), 100) AS memory,
    COALESCE(mem_swap_percent, 0) AS swap
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
    AND cpu_user_percent IS NOT NULL AND cpu_system_percent IS NOT NULL AND mem_used_percent IS NOT NULL
)
SELECT
  usage_date, workspace_id, cluster_id, node_role,
  CAST(LEAST(FLOOR(cpu / 5), 19) AS INT) AS cpu_band,
  CAST(LEAST(FLOOR(memory / 5), 19) AS INT) AS memory_band,
  COUNT(*) AS node_minutes,
  SUM(cpu) AS cpu_points,
  SUM(memory) AS memory_points,
  COUNT_IF(swap >= 1) AS swap_minutes
FROM minutes
GROUP BY
  usage_date, workspace_id, cluster_id, node_role, CAST(LEAST(FLOOR(cpu / 5), 19) AS INT),
  CAST(LEAST(FLOOR(memory / 5), 19) AS INT)
