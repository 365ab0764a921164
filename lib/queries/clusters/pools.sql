-- Instance pools: what they keep ready, and what the machines that waited in them cost without a single DBU.
-- Row: (workspace_id, pool_id)
-- Params: start_date DATE, end_date DATE, workspaces ARRAY<STRING>
-- Returns: workspace_id STRING, workspace_name STRING, pool_id STRING, pool_name STRING, node_type STRING,
--   min_idle BIGINT, max_capacity BIGINT, idle_stop_minutes BIGINT, tags MAP<STRING,STRING>, runtime STRING,
--   availability STRING, changed_at TIMESTAMP, machines BIGINT, idle_hours DOUBLE, used_hours DOUBLE, ready_now BIGINT,
--   placed_now BIGINT, vm_price DOUBLE, idle_cost DECIMAL(38,12), seen_until TIMESTAMP
-- Source: system.compute.instance_events: INSTANCE_READY is waiting in the pool, INSTANCE_PLACED is in a cluster; each
--   lasts to the machine's next event, the last one to the newest event of all. On-demand price of the node type, USD.
WITH pool_rows AS (
  SELECT workspace_id, instance_pool_id, instance_pool_name, node_type, min_idle_instances, max_capacity,
    idle_instance_autotermination_minutes, tags, preloaded_spark_version,
    COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
    change_time, delete_time
  FROM system.compute.instance_pools
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, instance_pool_id ORDER BY change_time DESC, instance_pool_name) = 1
),
seen AS (
  SELECT MAX(event_time) AS seen_until
  FROM system.compute.instance_events
  WHERE event_time >= :start_date AND event_time < :end_date
),
states AS (
  SELECT e.workspace_id, e.instance_pool_id, e.instance_id, e.state, e.event_time, s.seen_until,
    LEAD(e.event_time) OVER (PARTITION BY e.workspace_id, e.instance_id ORDER BY e.event_time, e.state) AS next_time
  FROM system.compute.instance_events AS e
  CROSS JOIN seen AS s
  WHERE e.event_time >= DATE_SUB(:start_date, 2) AND e.event_time < :end_date AND e.instance_pool_id IS NOT NULL
),
hours AS (
  SELECT workspace_id, instance_pool_id, instance_id, state, next_time IS NULL AS is_last,
    CAST(UNIX_MILLIS(COALESCE(next_time, seen_until)) - UNIX_MILLIS(GREATEST(event_time, CAST(:start_date AS TIMESTAMP))) AS DOUBLE)
      / 3600000 AS hours
  FROM states
  WHERE COALESCE(next_time, seen_until) > CAST(:start_date AS TIMESTAMP)
),
summed AS (
  SELECT
    workspace_id, instance_pool_id,
    COUNT(DISTINCT instance_id) AS machines,
    SUM(CASE WHEN state = 'INSTANCE_READY' AND hours > 0 THEN hours END) AS idle_hours,
    SUM(CASE WHEN state = 'INSTANCE_PLACED' AND hours > 0 THEN hours END) AS used_hours,
    COUNT_IF(is_last AND state = 'INSTANCE_READY') AS ready_now,
    COUNT_IF(is_last AND state = 'INSTANCE_PLACED') AS placed_now
  FROM hours
  GROUP BY workspace_id, instance_pool_id
)
SELECT
  p.workspace_id, w.workspace_name, p.instance_pool_id AS pool_id, p.instance_pool_name AS pool_name, p.node_type,
  p.min_idle_instances AS min_idle, p.max_capacity, p.idle_instance_autotermination_minutes AS idle_stop_minutes, p.tags,
  p.preloaded_spark_version AS runtime, p.availability, p.change_time AS changed_at, s.machines, s.idle_hours,
  s.used_hours, s.ready_now, s.placed_now, CAST(v.usd_per_hour AS DOUBLE) AS vm_price,
  CAST(s.idle_hours * CAST(v.usd_per_hour AS DOUBLE) AS DECIMAL(38,12)) AS idle_cost,
  (SELECT MAX(seen_until) FROM seen) AS seen_until
FROM pool_rows AS p
LEFT JOIN summed AS s ON s.workspace_id = p.workspace_id AND s.instance_pool_id = p.instance_pool_id
LEFT JOIN workspaces AS w ON w.workspace_id = p.workspace_id
LEFT JOIN reference.vm_prices AS v ON v.node_type = p.node_type
WHERE p.delete_time IS NULL
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), p.workspace_id))
