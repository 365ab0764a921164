-- SQL warehouses with what they are, what they cost, how long they were on and how much of that they worked.
-- Row: (workspace_id, warehouse_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>
-- Returns: workspace_id STRING, workspace_name STRING, warehouse_id STRING, warehouse_name STRING, type STRING,
--   size STRING, min_clusters INT, max_clusters INT, auto_stop_minutes INT, tags MAP<STRING,STRING>, owner STRING,
--   changed_at TIMESTAMP, last_event STRING, clusters_now INT, last_event_at TIMESTAMP, starts BIGINT, on_minutes DOUBLE,
--   cluster_minutes DOUBLE, most_clusters INT, busy_minutes DOUBLE, statements BIGINT, queued_statements BIGINT,
--   queued_minutes DOUBLE, start_wait_minutes DOUBLE, queue_p95_s DOUBLE, spilled_statements BIGINT, active_hours BIGINT,
--   last_statement_at TIMESTAMP, dbus DOUBLE, total_cost DECIMAL(38,12), cost_days BIGINT
-- Source: on: intervals between events with clusters; the last state lasts to the newest event or statement of any
--   warehouse. Busy: union of statements' working intervals, waits not counted. Statements from the result cache are not
--   work. Queued: waited at capacity for over a second; waiting for the start is another thing.
WITH now_rows AS (
  SELECT workspace_id, warehouse_id, warehouse_name, warehouse_type, warehouse_size, min_clusters, max_clusters,
    auto_stop_minutes, tags, created_by, change_time, delete_time
  FROM system.compute.warehouses
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, warehouse_id ORDER BY change_time DESC, warehouse_name) = 1
),
seen AS (
  SELECT MAX(event_time) AS seen_until
  FROM system.compute.warehouse_events
  WHERE event_time >= :start_date AND event_time < :end_date
),
-- the events of the period, and the state each warehouse came into it with
relevant AS (
  SELECT workspace_id, warehouse_id, event_type, cluster_count, event_time
  FROM system.compute.warehouse_events
  WHERE event_time < :end_date
  QUALIFY event_time >= :start_date
    OR ROW_NUMBER() OVER (
      PARTITION BY workspace_id, warehouse_id, event_time < :start_date ORDER BY event_time DESC, cluster_count
    ) = 1
),
events AS (
  SELECT e.workspace_id, e.warehouse_id, e.event_type, e.cluster_count, e.event_time, s.seen_until,
    LEAD(e.event_time) OVER (PARTITION BY e.workspace_id, e.warehouse_id ORDER BY e.event_time, e.cluster_count) AS next_time
  FROM relevant AS e
  CROSS JOIN seen AS s
),
intervals AS (
  SELECT
    workspace_id, warehouse_id, event_type, cluster_count, event_time,
    CAST(UNIX_MILLIS(COALESCE(next_time, seen_until)) - UNIX_MILLIS(GREATEST(event_time, CAST(:start_date AS TIMESTAMP))) AS DOUBLE)
      / 60000 AS minutes
  FROM events
  WHERE COALESCE(next_time, seen_until) > CAST(:start_date AS TIMESTAMP)
),
on_time AS (
  SELECT
    workspace_id, warehouse_id,
    COUNT_IF(event_type = 'STARTING' AND event_time >= :start_date) AS starts,
    SUM(CASE WHEN cluster_count > 0 AND event_type <> 'STOPPED' AND minutes > 0 THEN minutes END) AS on_minutes,
    SUM(CASE WHEN cluster_count > 0 AND event_type <> 'STOPPED' AND minutes > 0 THEN minutes * cluster_count END)
      AS cluster_minutes,
    MAX(cluster_count) AS most_clusters
  FROM intervals
  GROUP BY workspace_id, warehouse_id
),
last_events AS (
  SELECT workspace_id, warehouse_id, event_type, cluster_count, event_time
  FROM system.compute.warehouse_events
  WHERE event_time < :end_date
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, warehouse_id ORDER BY event_time DESC, cluster_count) = 1
),
statements AS (
  SELECT workspace_id, compute.warehouse_id AS warehouse_id, start_time, end_time, from_result_cache,
    COALESCE(waiting_for_compute_duration_ms, 0) AS start_wait_ms,
    COALESCE(waiting_at_capacity_duration_ms, 0) AS queue_ms,
    COALESCE(spilled_local_bytes, 0) AS spilled
  FROM system.query.history
  WHERE start_time >= :start_date AND start_time < :end_date AND compute.warehouse_id IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1
),
counted AS (
  SELECT
    workspace_id, warehouse_id,
    COUNT(*) AS statements,
    COUNT_IF(queue_ms > 1000) AS queued_statements,
    CAST(SUM(queue_ms) AS DOUBLE) / 60000 AS queued_minutes,
    CAST(SUM(start_wait_ms) AS DOUBLE) / 60000 AS start_wait_minutes,
    PERCENTILE(CAST(queue_ms AS DOUBLE), 0.95) / 1000 AS queue_p95_s,
    COUNT_IF(spilled > 0) AS spilled_statements,
    COUNT(DISTINCT DATE_TRUNC('HOUR', start_time)) AS active_hours,
    MAX(start_time) AS last_statement_at
  FROM statements
  GROUP BY workspace_id, warehouse_id
),
work AS (
  SELECT workspace_id, warehouse_id, UNIX_MILLIS(start_time) + start_wait_ms + queue_ms AS from_ms,
    UNIX_MILLIS(end_time) AS to_ms
  FROM statements
  WHERE end_time IS NOT NULL AND NOT COALESCE(from_result_cache, FALSE)
    AND UNIX_MILLIS(end_time) > UNIX_MILLIS(start_time) + start_wait_ms + queue_ms
),
covered AS (
  SELECT workspace_id, warehouse_id, from_ms, to_ms,
    MAX(to_ms) OVER (
      PARTITION BY workspace_id, warehouse_id ORDER BY from_ms, to_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_to_ms
  FROM work
),
busy AS (
  SELECT workspace_id, warehouse_id,
    CAST(SUM(GREATEST(to_ms - GREATEST(from_ms, COALESCE(covered_to_ms, from_ms)), 0)) AS DOUBLE) / 60000 AS busy_minutes
  FROM covered
  GROUP BY workspace_id, warehouse_id
),
costs AS (
  SELECT
    workspace_id, warehouse_id,
    CAST(SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS DOUBLE) AS dbus,
    SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS total_cost,
    COUNT(DISTINCT usage_date) AS cost_days
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND warehouse_id IS NOT NULL
  GROUP BY workspace_id, warehouse_id
)
SELECT
  n.workspace_id, w.workspace_name, n.warehouse_id, n.warehouse_name, n.warehouse_type AS type, n.warehouse_size AS size,
  n.min_clusters, n.max_clusters, n.auto_stop_minutes, n.tags, n.created_by AS owner, n.change_time AS changed_at,
  l.event_type AS last_event, l.cluster_count AS clusters_now, l.event_time AS last_event_at, o.starts, o.on_minutes,
  o.cluster_minutes, o.most_clusters, b.busy_minutes, q.statements, q.queued_statements, q.queued_minutes,
  q.start_wait_minutes, q.queue_p95_s, q.spilled_statements, q.active_hours, q.last_statement_at, c.dbus, c.total_cost, c.cost_days
FROM now_rows AS n
LEFT JOIN workspaces AS w ON w.workspace_id = n.workspace_id
LEFT JOIN last_events AS l ON l.workspace_id = n.workspace_id AND l.warehouse_id = n.warehouse_id
LEFT JOIN on_time AS o ON o.workspace_id = n.workspace_id AND o.warehouse_id = n.warehouse_id
LEFT JOIN counted AS q ON q.workspace_id = n.workspace_id AND q.warehouse_id = n.warehouse_id
LEFT JOIN busy AS b ON b.workspace_id = n.workspace_id AND b.warehouse_id = n.warehouse_id
LEFT JOIN costs AS c ON c.workspace_id = n.workspace_id AND c.warehouse_id = n.warehouse_id
WHERE n.delete_time IS NULL
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), n.workspace_id))
