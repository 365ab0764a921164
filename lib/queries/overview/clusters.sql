-- Classic clusters by what they are doing, as of the newest minute that the node timeline holds.
-- Row: one
-- Params: start_date DATE, end_date DATE, workspaces ARRAY<STRING>
-- Returns: seen_until TIMESTAMP, running BIGINT, idle BIGINT, pending BIGINT, terminated BIGINT
-- Source: running: a node in the last half hour; idle: running with all nodes under 5 % CPU in it; pending: machines
--   launching and none ready; terminated: made by a person (UI, API), not deleted, and none of these.
WITH newest AS (
  SELECT MAX(end_time) AS seen_until
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
),
up AS (
  SELECT n.workspace_id, n.cluster_id, MAX(n.cpu_user_percent + n.cpu_system_percent) AS busiest
  FROM system.compute.node_timeline AS n
  CROSS JOIN newest AS w
  WHERE n.start_time >= :start_date AND n.start_time < :end_date AND n.end_time > w.seen_until - INTERVAL 30 MINUTES
  GROUP BY n.workspace_id, n.cluster_id
),
machines AS (
  SELECT e.workspace_id, e.instance_id, MAX_BY(e.cluster_id, STRUCT(e.event_time, e.cluster_id)) AS cluster_id, MAX_BY(e.state, STRUCT(e.event_time, e.state)) AS state
  FROM system.compute.instance_events AS e
  CROSS JOIN newest AS w
  WHERE e.event_time >= :start_date AND e.event_time < :end_date AND e.event_time > w.seen_until - INTERVAL 30 MINUTES
  GROUP BY e.workspace_id, e.instance_id
),
launching AS (
  SELECT workspace_id, cluster_id
  FROM machines
  WHERE cluster_id IS NOT NULL
  GROUP BY workspace_id, cluster_id
  HAVING COUNT_IF(state <> 'INSTANCE_LAUNCHING') = 0
),
-- most clusters ran a job and are gone: those that people made are few
stated AS (
  SELECT workspace_id, CASE WHEN busiest < 5 THEN 'idle' ELSE 'running' END AS state
  FROM up
  WHERE cluster_id IS NOT NULL
  UNION ALL
  SELECT l.workspace_id, 'pending' AS state
  FROM launching AS l
  WHERE NOT EXISTS (SELECT 1 FROM up AS u WHERE u.workspace_id = l.workspace_id AND u.cluster_id = l.cluster_id)
  UNION ALL
  SELECT c.workspace_id, 'terminated' AS state
  FROM cluster_sources AS c
  WHERE c.cluster_source IN ('UI', 'API') AND NOT c.is_deleted
    AND NOT EXISTS (SELECT 1 FROM up AS u WHERE u.workspace_id = c.workspace_id AND u.cluster_id = c.cluster_id)
    AND NOT EXISTS (SELECT 1 FROM launching AS l WHERE l.workspace_id = c.workspace_id AND l.cluster_id = c.cluster_id)
)
SELECT
  (SELECT MAX(seen_until) FROM newest) AS seen_until,
  COUNT_IF(state = 'running') AS running,
  COUNT_IF(state = 'idle') AS idle,
  COUNT_IF(state = 'pending') AS pending,
  COUNT_IF(state = 'terminated') AS terminated
FROM stated
WHERE :workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, ''))
