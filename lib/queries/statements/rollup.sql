-- Statements of a period rolled up by hour, day, person, source, alert or shape: how many, how they ended, how long they took.
-- Row: (key)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>, dim STRING,
--   fast_ms BIGINT, slow_ms BIGINT
-- Returns: key STRING, runs BIGINT, finished_runs BIGINT, failed_runs BIGINT, canceled_runs BIGINT, users BIGINT, fast_runs BIGINT,
--   slow_runs BIGINT, p50_ms DOUBLE, p95_ms DOUBLE, p99_ms DOUBLE, max_ms BIGINT, cost DECIMAL(38,12)
-- Source: each statement counts in the hour and day it began; what it cost on later days counts there, in the first hour.
-- Fast: under :fast_ms; slow: over :slow_ms; the rest is medium.
WITH keyed AS (
  SELECT
    CASE :dim
      WHEN 'hour' THEN
        CASE WHEN begins THEN DATE_FORMAT(start_time, 'yyyy-MM-dd HH') ELSE CONCAT(DATE_FORMAT(usage_date, 'yyyy-MM-dd'), ' 00') END
      WHEN 'day' THEN CAST(usage_date AS STRING)
      WHEN 'user' THEN executed_by
      WHEN 'source' THEN source_kind
      WHEN 'alert' THEN source_id
      WHEN 'pattern' THEN shape_hash
    END AS key,
    begins,
    CASE WHEN begins THEN executed_by END AS executed_by,
    CASE WHEN begins THEN execution_status END AS execution_status,
    CASE WHEN begins THEN total_ms END AS total_ms,
    CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (COALESCE(:dim, '') <> 'alert' OR source_kind = 'alert')
),
summed AS (
  SELECT
    key,
    COUNT_IF(begins) AS runs,
    COUNT_IF(execution_status = 'FINISHED') AS finished_runs,
    COUNT_IF(execution_status = 'FAILED') AS failed_runs,
    COUNT_IF(execution_status = 'CANCELED') AS canceled_runs,
    COUNT(DISTINCT executed_by) AS users,
    COUNT_IF(total_ms < :fast_ms) AS fast_runs,
    COUNT_IF(total_ms > :slow_ms) AS slow_runs,
    PERCENTILE(CAST(total_ms AS DOUBLE), ARRAY(CAST(0.5 AS DOUBLE), CAST(0.95 AS DOUBLE), CAST(0.99 AS DOUBLE))) AS points_ms,
    MAX(total_ms) AS max_ms,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS cost
  FROM keyed
  GROUP BY key
)
SELECT
  key, runs, finished_runs, failed_runs, canceled_runs, users, fast_runs, slow_runs, TRY_ELEMENT_AT(points_ms, 1) AS p50_ms,
  TRY_ELEMENT_AT(points_ms, 2) AS p95_ms, TRY_ELEMENT_AT(points_ms, 3) AS p99_ms, max_ms, cost
FROM summed
