-- How busy drivers and workers of each classic cluster were: mean, median and 95th percentile of CPU and memory.
-- Row: (workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE, sources ARRAY<STRING>, workspaces ARRAY<STRING>, cluster_id STRING
-- Returns: workspace_id STRING, cluster_id STRING,
--   driver_node_minutes BIGINT, driver_cpu_mean DOUBLE, driver_cpu_p50 DOUBLE, driver_cpu_p95 DOUBLE,
--   driver_memory_mean DOUBLE, driver_memory_p50 DOUBLE, driver_memory_p95 DOUBLE, driver_swap_minutes BIGINT,
--   worker_node_minutes BIGINT, worker_cpu_mean DOUBLE, worker_cpu_p50 DOUBLE, worker_cpu_p95 DOUBLE,
--   worker_memory_mean DOUBLE, worker_memory_p50 DOUBLE, worker_memory_p95 DOUBLE, worker_swap_minutes BIGINT
-- Source: percentiles from bands of 5 points, straight between a band's edges: right to within 5 points. Means are exact.
WITH loads AS (
  SELECT l.workspace_id, l.cluster_id, l.node_role, l.cpu_band, l.memory_band, l.node_minutes, l.cpu_points,
    l.memory_points, l.swap_minutes
  FROM cluster_load AS l
  INNER JOIN cluster_now AS n ON n.workspace_id = l.workspace_id AND n.cluster_id = l.cluster_id
  WHERE l.usage_date >= :start_date AND l.usage_date < :end_date
    AND (:cluster_id IS NULL OR l.cluster_id = :cluster_id)
    AND (:sources IS NULL OR ARRAY_CONTAINS(CAST(:sources AS ARRAY<STRING>), n.source))
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), n.workspace_id))
),
bands AS (
  SELECT 'cpu' AS measure, workspace_id, cluster_id, node_role, cpu_band AS band, SUM(node_minutes) AS node_minutes
  FROM loads
  GROUP BY workspace_id, cluster_id, node_role, cpu_band
  UNION ALL
  SELECT 'memory' AS measure, workspace_id, cluster_id, node_role, memory_band AS band, SUM(node_minutes) AS node_minutes
  FROM loads
  GROUP BY workspace_id, cluster_id, node_role, memory_band
),
reached AS (
  SELECT
    measure, workspace_id, cluster_id, node_role, band, CAST(node_minutes AS DOUBLE) AS minutes,
    CAST(SUM(node_minutes) OVER (
      PARTITION BY measure, workspace_id, cluster_id, node_role ORDER BY band
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS DOUBLE) AS upto,
    CAST(SUM(node_minutes) OVER (PARTITION BY measure, workspace_id, cluster_id, node_role) AS DOUBLE) AS whole
  FROM bands
),
points AS (
  SELECT
    measure, workspace_id, cluster_id, node_role,
    MIN(
      CASE
        WHEN upto >= 0.5 * whole AND upto - minutes < 0.5 * whole
          THEN 5 * (band + (0.5 * whole - (upto - minutes)) / minutes)
      END
    ) AS p50,
    MIN(
      CASE
        WHEN upto >= 0.95 * whole AND upto - minutes < 0.95 * whole
          THEN 5 * (band + (0.95 * whole - (upto - minutes)) / minutes)
      END
    ) AS p95
  FROM reached
  WHERE minutes > 0
  GROUP BY measure, workspace_id, cluster_id, node_role
),
means AS (
  SELECT
    workspace_id, cluster_id, node_role, SUM(node_minutes) AS node_minutes,
    SUM(cpu_points) AS cpu_points, SUM(memory_points) AS memory_points, SUM(swap_minutes) AS swap_minutes
  FROM loads
  GROUP BY workspace_id, cluster_id, node_role
),
by_role AS (
  SELECT
    m.workspace_id, m.cluster_id, m.node_role, m.node_minutes,
    TRY_DIVIDE(m.cpu_points, m.node_minutes) AS cpu_mean, c.p50 AS cpu_p50, c.p95 AS cpu_p95,
    TRY_DIVIDE(m.memory_points, m.node_minutes) AS memory_mean, r.p50 AS memory_p50, r.p95 AS memory_p95, m.swap_minutes
  FROM means AS m
  LEFT JOIN points AS c
    ON c.measure = 'cpu' AND c.workspace_id = m.workspace_id AND c.cluster_id = m.cluster_id
    AND c.node_role = m.node_role
  LEFT JOIN points AS r
    ON r.measure = 'memory' AND r.workspace_id = m.workspace_id AND r.cluster_id = m.cluster_id
    AND r.node_role = m.node_role
)
SELECT
  workspace_id, cluster_id,
  MAX(CASE WHEN node_role = 'driver' THEN node_minutes END) AS driver_node_minutes,
  MAX(CASE WHEN node_role = 'driver' THEN cpu_mean END) AS driver_cpu_mean,
  MAX(CASE WHEN node_role = 'driver' THEN cpu_p50 END) AS driver_cpu_p50,
  MAX(CASE WHEN node_role = 'driver' THEN cpu_p95 END) AS driver_cpu_p95,
  MAX(CASE WHEN node_role = 'driver' THEN memory_mean END) AS driver_memory_mean,
  MAX(CASE WHEN node_role = 'driver' THEN memory_p50 END) AS driver_memory_p50,
  MAX(CASE WHEN node_role = 'driver' THEN memory_p95 END) AS driver_memory_p95,
  MAX(CASE WHEN node_role = 'driver' THEN swap_minutes END) AS driver_swap_minutes,
  MAX(CASE WHEN node_role = 'worker' THEN node_minutes END) AS worker_node_minutes,
  MAX(CASE WHEN node_role = 'worker' THEN cpu_mean END) AS worker_cpu_mean,
  MAX(CASE WHEN node_role = 'worker' THEN cpu_p50 END) AS worker_cpu_p50,
  MAX(CASE WHEN node_role = 'worker' THEN cpu_p95 END) AS worker_cpu_p95,
  MAX(CASE WHEN node_role = 'worker' THEN memory_mean END) AS worker_memory_mean,
  MAX(CASE WHEN node_role = 'worker' THEN memory_p50 END) AS worker_memory_p50,
  MAX(CASE WHEN node_role = 'worker' THEN memory_p95 END) AS worker_memory_p95,
  MAX(CASE WHEN node_role = 'worker' THEN swap_minutes END) AS worker_swap_minutes
FROM by_role
GROUP BY workspace_id, cluster_id
