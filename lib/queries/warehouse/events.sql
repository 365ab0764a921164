-- Events of one warehouse in a period, and the last one before it.
-- Row: (event_time, event_type)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, warehouse_id STRING
-- Returns: event_time TIMESTAMP, event_type STRING, cluster_count INT
WITH known AS (
  SELECT
    event_time, event_type, cluster_count,
    LEAD(event_time) OVER (ORDER BY event_time, cluster_count, event_type) AS next_time
  FROM system.compute.warehouse_events
  WHERE warehouse_id = :warehouse_id AND (:workspace_id IS NULL OR workspace_id = :workspace_id) AND event_time < :end_date
)
SELECT event_time, event_type, MAX(cluster_count) AS cluster_count
FROM known
WHERE event_time >= :start_date OR next_time IS NULL OR next_time > :start_date
GROUP BY event_time, event_type
