-- Work of each statement in each clock hour that it touches, on what can be billed for it.
-- Row: (workspace_id, statement_id, hour)
-- Params: start_date DATE, end_date DATE
-- Returns: hour TIMESTAMP, resource_kind STRING, workspace_id STRING, resource_id STRING, statement_id STRING,
--   from_ms BIGINT, to_ms BIGINT, work DOUBLE
-- Source: the work interval runs from the end of the waits to the end of the fetch; work is split over hours by overlap.
WITH spans AS (
  SELECT
    resource_kind, workspace_id, resource_id, statement_id, work_ms, work_from_ms, work_to_ms,
    EXPLODE(SEQUENCE(work_from_ms DIV 3600000, work_to_ms DIV 3600000, CAST(1 AS BIGINT))) AS hours
  FROM statement_rows
  WHERE resource_kind IS NOT NULL AND work_to_ms IS NOT NULL AND work_ms > 0
),
clipped AS (
  SELECT
    TIMESTAMP_MILLIS(hours * 3600000) AS hour, resource_kind, workspace_id, resource_id, statement_id, work_ms, work_from_ms,
    work_to_ms,
    GREATEST(work_from_ms, hours * 3600000) AS from_ms,
    LEAST(work_to_ms, hours * 3600000 + 3600000) AS to_ms
  FROM spans
)
SELECT
  hour, resource_kind, workspace_id, resource_id, statement_id, from_ms, to_ms,
  CAST(work_ms AS DOUBLE) * (to_ms - from_ms) / GREATEST(work_to_ms - work_from_ms, 1) AS work
FROM clipped
WHERE hour >= :start_date AND hour < :end_date AND to_ms > from_ms
