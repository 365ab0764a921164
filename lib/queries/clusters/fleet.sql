-- Classic clusters with what they are, what they cost lately, how busy they were, and how much of their time they did nothing.
-- Row: (workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE, week_start DATE, day_start DATE, currency STRING, base STRING,
--   sources ARRAY<STRING>, workspaces ARRAY<STRING>, cluster_id STRING
-- Returns: workspace_id STRING, workspace_name STRING, cluster_id STRING, cluster_name STRING, owner STRING,
--   source STRING, created_at TIMESTAMP, changed_at TIMESTAMP, driver_node_type STRING, worker_node_type STRING,
--   workers BIGINT, min_workers BIGINT, max_workers BIGINT, auto_stop_minutes BIGINT, elastic_disk BOOLEAN,
--   tags MAP<STRING,STRING>, runtime STRING, access_mode STRING, policy_id STRING, driver_pool_id STRING,
--   worker_pool_id STRING, cloud STRING, availability STRING, first_on_demand BIGINT, init_scripts BIGINT,
--   driver_cores DOUBLE, driver_memory_mb BIGINT, worker_cores DOUBLE, worker_memory_mb BIGINT, gpus BIGINT,
--   driver_vm_price DOUBLE, worker_vm_price DOUBLE, driver_dbu_rate DOUBLE, worker_dbu_rate DOUBLE, spot_share DOUBLE,
--   dbus DOUBLE, dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), vm_basis STRING, total_cost DECIMAL(38,12),
--   week_cost DECIMAL(38,12), day_cost DECIMAL(38,12), week_vm_cost DECIMAL(38,12), day_vm_cost DECIMAL(38,12),
--   cost_days BIGINT, up_minutes BIGINT, quiet_minutes BIGINT, idle_after_30 BIGINT, idle_after_60 BIGINT, longest_quiet BIGINT, starts BIGINT, up_days BIGINT,
--   last_active TIMESTAMP, idle_cost DECIMAL(38,12), idle_cost_60 DECIMAL(38,12), measured_cost DECIMAL(38,12),
--   driver_node_minutes BIGINT, driver_cpu_mean DOUBLE, driver_cpu_p50 DOUBLE, driver_cpu_p95 DOUBLE,
--   driver_memory_mean DOUBLE, driver_memory_p50 DOUBLE, driver_memory_p95 DOUBLE, driver_swap_minutes BIGINT,
--   worker_node_minutes BIGINT, worker_cpu_mean DOUBLE, worker_cpu_p50 DOUBLE, worker_cpu_p95 DOUBLE,
--   worker_memory_mean DOUBLE, worker_memory_p50 DOUBLE, worker_memory_p95 DOUBLE, worker_swap_minutes BIGINT
-- Source: start_date to end_date is usually 30 days; week and day are its last ones. Idle cost of a day is its cost x
--   idle minutes / minutes up. measured_cost is the cost of the days that have node minutes: what idle cost is part of.
-- Narrows: sources
WITH costs AS (
  SELECT
    usage_date, workspace_id, cluster_id,
    SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
    SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND cluster_id IS NOT NULL
    AND (:cluster_id IS NULL OR cluster_id = :cluster_id)
    AND (:sources IS NULL OR cluster_id IN (
      SELECT cluster_id FROM system.compute.clusters
      WHERE ARRAY_CONTAINS(CAST(:sources AS ARRAY<STRING>), cluster_source)
    ))
  GROUP BY usage_date, workspace_id, cluster_id
),
idle AS (
  SELECT usage_date, workspace_id, cluster_id, up_minutes, quiet_minutes, idle_after_30, idle_after_60, longest_quiet,
    starts, last_minute
  FROM cluster_idle
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND (:cluster_id IS NULL OR cluster_id = :cluster_id)
),
days AS (
  SELECT
    COALESCE(c.usage_date, i.usage_date) AS usage_date,
    COALESCE(c.workspace_id, i.workspace_id) AS workspace_id,
    COALESCE(c.cluster_id, i.cluster_id) AS cluster_id,
    c.dbus, c.dbu_cost, c.vm_cost, c.vm_basis,
    CASE WHEN c.dbu_cost IS NOT NULL OR c.vm_cost IS NOT NULL THEN COALESCE(c.dbu_cost, 0) + COALESCE(c.vm_cost, 0) END
      AS total_cost,
    i.up_minutes, i.quiet_minutes, i.idle_after_30, i.idle_after_60, i.longest_quiet, i.starts, i.last_minute
  FROM costs AS c
  FULL OUTER JOIN idle AS i
    ON i.usage_date = c.usage_date AND i.workspace_id = c.workspace_id AND i.cluster_id = c.cluster_id
),
summed AS (
  SELECT
    workspace_id, cluster_id,
    CAST(SUM(dbus) AS DOUBLE) AS dbus,
    SUM(dbu_cost) AS dbu_cost,
    SUM(vm_cost) AS vm_cost,
    MAX(vm_basis) AS vm_basis,
    SUM(total_cost) AS total_cost,
    SUM(CASE WHEN usage_date >= :week_start THEN total_cost END) AS week_cost,
    SUM(CASE WHEN usage_date >= :day_start THEN total_cost END) AS day_cost,
    SUM(CASE WHEN usage_date >= :week_start THEN vm_cost END) AS week_vm_cost,
    SUM(CASE WHEN usage_date >= :day_start THEN vm_cost END) AS day_vm_cost,
    COUNT_IF(total_cost IS NOT NULL) AS cost_days,
    SUM(up_minutes) AS up_minutes,
    SUM(quiet_minutes) AS quiet_minutes,
    SUM(idle_after_30) AS idle_after_30,
    SUM(idle_after_60) AS idle_after_60,
    MAX(longest_quiet) AS longest_quiet,
    SUM(starts) AS starts,
    COUNT(up_minutes) AS up_days,
    MAX(last_minute) AS last_active,
    SUM(CASE WHEN up_minutes > 0 THEN CAST(CAST(total_cost AS DOUBLE) * idle_after_30 / up_minutes AS DECIMAL(38,12)) END)
      AS idle_cost,
    SUM(CASE WHEN up_minutes > 0 THEN CAST(CAST(total_cost AS DOUBLE) * idle_after_60 / up_minutes AS DECIMAL(38,12)) END)
      AS idle_cost_60,
    SUM(CASE WHEN up_minutes > 0 THEN total_cost END) AS measured_cost
  FROM days
  GROUP BY workspace_id, cluster_id
),
node_sizes AS (
  SELECT node_type, MAX(core_count) AS core_count, MAX(memory_mb) AS memory_mb, MAX(gpu_count) AS gpu_count
  FROM system.compute.node_types
  GROUP BY node_type
)
SELECT
  n.workspace_id, w.workspace_name, n.cluster_id, n.cluster_name, n.owner, n.source, n.created_at, n.changed_at,
  n.driver_node_type, n.worker_node_type, n.workers, n.min_workers, n.max_workers, n.auto_stop_minutes, n.elastic_disk,
  n.tags, n.runtime, n.access_mode, n.policy_id, n.driver_pool_id, n.worker_pool_id, n.cloud, n.availability,
  n.first_on_demand, n.init_scripts,
  d.core_count AS driver_cores, d.memory_mb AS driver_memory_mb, k.core_count AS worker_cores,
  k.memory_mb AS worker_memory_mb,
  CAST(COALESCE(d.gpu_count, 0) + COALESCE(k.gpu_count, 0) AS BIGINT) AS gpus,
  CAST(dp.usd_per_hour AS DOUBLE) AS driver_vm_price, CAST(wp.usd_per_hour AS DOUBLE) AS worker_vm_price,
  CAST(dp.dbu_per_hour AS DOUBLE) AS driver_dbu_rate, CAST(wp.dbu_per_hour AS DOUBLE) AS worker_dbu_rate,
  CAST(wp.spot_share AS DOUBLE) AS spot_share,
  s.dbus, s.dbu_cost, s.vm_cost, s.vm_basis, s.total_cost, s.week_cost, s.day_cost,
  s.week_vm_cost, s.day_vm_cost, s.cost_days, s.up_minutes,
  s.quiet_minutes, s.idle_after_30, s.idle_after_60, s.longest_quiet, s.starts, s.up_days, s.last_active, s.idle_cost,
  s.idle_cost_60, s.measured_cost,
  u.driver_node_minutes, u.driver_cpu_mean, u.driver_cpu_p50, u.driver_cpu_p95,
  u.driver_memory_mean, u.driver_memory_p50, u.driver_memory_p95, u.driver_swap_minutes,
  u.worker_node_minutes, u.worker_cpu_mean, u.worker_cpu_p50, u.worker_cpu_p95,
  u.worker_memory_mean, u.worker_memory_p50, u.worker_memory_p95, u.worker_swap_minutes
FROM cluster_now AS n
LEFT JOIN summed AS s ON s.workspace_id = n.workspace_id AND s.cluster_id = n.cluster_id
LEFT JOIN cluster_use AS u ON u.workspace_id = n.workspace_id AND u.cluster_id = n.cluster_id
LEFT JOIN workspaces AS w ON w.workspace_id = n.workspace_id
LEFT JOIN node_sizes AS d ON d.node_type = n.driver_node_type
LEFT JOIN node_sizes AS k ON k.node_type = n.worker_node_type
LEFT JOIN reference.vm_prices AS dp ON dp.node_type = n.driver_node_type
LEFT JOIN reference.vm_prices AS wp ON wp.node_type = n.worker_node_type
WHERE (:cluster_id IS NOT NULL OR n.deleted_at IS NULL)
  AND (:cluster_id IS NULL OR n.cluster_id = :cluster_id)
  AND (:sources IS NULL OR ARRAY_CONTAINS(CAST(:sources AS ARRAY<STRING>), n.source))
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), n.workspace_id))
