-- Each shape now and before: what tells whether and why it became slower or dearer.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, recent_start DATE, recent_end DATE,
--   smallest_ms DOUBLE, smallest_cost DOUBLE, shapes ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, runs BIGINT, before_runs BIGINT, p95_ms DOUBLE, before_p95_ms DOUBLE,
--   p50_ms DOUBLE, before_p50_ms DOUBLE, run_cost DOUBLE, before_run_cost DOUBLE, run_cost_p50 DOUBLE, before_run_cost_p50 DOUBLE,
--   run_bytes DOUBLE, before_run_bytes DOUBLE, run_spill DOUBLE, before_run_spill DOUBLE, run_queue_ms DOUBLE, before_run_queue_ms DOUBLE,
--   run_compute_wait_ms DOUBLE, before_run_compute_wait_ms DOUBLE, cached_share DOUBLE, before_cached_share DOUBLE, read_files DOUBLE,
--   before_read_files DOUBLE, pruned_files DOUBLE, before_pruned_files DOUBLE, warehouse_id STRING, before_warehouse_id STRING,
--   warehouses BIGINT, before_warehouses BIGINT
-- Source: before is from start_date to recent_start. Canceled runs are left out, failed ones too: what ended early is not fast.
--   Only shapes whose days moved by a third at least are looked at run by run: their worst day now against the middle one before, or their
--   middle day now; what has not moved by that has not doubled.
WITH days AS (
  SELECT
    shape_hash, workspace_id, usage_date >= :recent_start AS is_recent, finished_runs, p95_ms,
    TRY_DIVIDE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, CAST(finished_runs AS DOUBLE)) AS run_cost
  FROM statement_shape_days
  WHERE usage_date >= :start_date AND usage_date < :end_date AND usage_date < :recent_end AND currency = :currency
    AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), shape_hash))
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
),
sides AS (
  SELECT
    shape_hash, workspace_id,
    SUM(CASE WHEN is_recent THEN finished_runs END) AS runs,
    SUM(CASE WHEN NOT is_recent THEN finished_runs END) AS before_runs,
    MAX(CASE WHEN is_recent THEN p95_ms END) AS worst_ms,
    PERCENTILE(CASE WHEN is_recent THEN p95_ms END, 0.5) AS middle_ms,
    PERCENTILE(CASE WHEN NOT is_recent THEN p95_ms END, 0.5) AS before_ms,
    MAX(CASE WHEN is_recent THEN run_cost END) AS worst_cost,
    PERCENTILE(CASE WHEN NOT is_recent THEN run_cost END, 0.5) AS before_cost
  FROM days
  GROUP BY shape_hash, workspace_id
),
moved AS (
  SELECT shape_hash, workspace_id
  FROM sides
  WHERE runs >= 1 AND before_runs >= 5
    AND (
      (worst_ms >= before_ms * 1.33 AND worst_ms >= :smallest_ms)
      OR (middle_ms * 1.33 <= before_ms AND before_ms >= :smallest_ms)
      OR (worst_cost >= before_cost * 1.33 AND worst_cost >= :smallest_cost)
    )
),
runs AS (
  SELECT
    shape_hash, workspace_id, usage_date >= :recent_start AS is_recent, warehouse_id, cached,
    CAST(total_ms AS DOUBLE) AS total_ms,
    CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) AS cost,
    CAST(read_bytes AS DOUBLE) AS read_bytes, CAST(spilled_bytes AS DOUBLE) AS spilled_bytes, CAST(queue_ms AS DOUBLE) AS queue_ms,
    CAST(compute_wait_ms AS DOUBLE) AS compute_wait_ms, CAST(read_files AS DOUBLE) AS read_files, CAST(pruned_files AS DOUBLE) AS pruned_files,
    start_time
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND usage_date < :recent_end AND begins AND currency = :currency
    AND execution_status = 'FINISHED' AND shape_hash IS NOT NULL
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND shape_hash IN (SELECT shape_hash FROM moved)
)
SELECT
  shape_hash, workspace_id,
  COUNT_IF(is_recent) AS runs,
  COUNT_IF(NOT is_recent) AS before_runs,
  PERCENTILE(CASE WHEN is_recent THEN total_ms END, 0.95) AS p95_ms,
  PERCENTILE(CASE WHEN NOT is_recent THEN total_ms END, 0.95) AS before_p95_ms,
  PERCENTILE(CASE WHEN is_recent THEN total_ms END, 0.5) AS p50_ms,
  PERCENTILE(CASE WHEN NOT is_recent THEN total_ms END, 0.5) AS before_p50_ms,
  AVG(CASE WHEN is_recent THEN cost END) AS run_cost,
  AVG(CASE WHEN NOT is_recent THEN cost END) AS before_run_cost,
  PERCENTILE(CASE WHEN is_recent THEN cost END, 0.5) AS run_cost_p50,
  PERCENTILE(CASE WHEN NOT is_recent THEN cost END, 0.5) AS before_run_cost_p50,
  AVG(CASE WHEN is_recent THEN read_bytes END) AS run_bytes,
  AVG(CASE WHEN NOT is_recent THEN read_bytes END) AS before_run_bytes,
  AVG(CASE WHEN is_recent THEN spilled_bytes END) AS run_spill,
  AVG(CASE WHEN NOT is_recent THEN spilled_bytes END) AS before_run_spill,
  AVG(CASE WHEN is_recent THEN queue_ms END) AS run_queue_ms,
  AVG(CASE WHEN NOT is_recent THEN queue_ms END) AS before_run_queue_ms,
  AVG(CASE WHEN is_recent THEN compute_wait_ms END) AS run_compute_wait_ms,
  AVG(CASE WHEN NOT is_recent THEN compute_wait_ms END) AS before_run_compute_wait_ms,
  AVG(CASE WHEN is_recent THEN CAST(CASE WHEN cached THEN 1 ELSE 0 END AS DOUBLE) END) AS cached_share,
  AVG(CASE WHEN NOT is_recent THEN CAST(CASE WHEN cached THEN 1 ELSE 0 END AS DOUBLE) END) AS before_cached_share,
  SUM(CASE WHEN is_recent THEN read_files END) AS read_files,
  SUM(CASE WHEN NOT is_recent THEN read_files END) AS before_read_files,
  SUM(CASE WHEN is_recent THEN pruned_files END) AS pruned_files,
  SUM(CASE WHEN NOT is_recent THEN pruned_files END) AS before_pruned_files,
  MAX_BY(CASE WHEN is_recent THEN warehouse_id END, CASE WHEN is_recent THEN start_time END) AS warehouse_id,
  MAX_BY(CASE WHEN NOT is_recent THEN warehouse_id END, CASE WHEN NOT is_recent THEN start_time END) AS before_warehouse_id,
  COUNT(DISTINCT CASE WHEN is_recent THEN warehouse_id END) AS warehouses,
  COUNT(DISTINCT CASE WHEN NOT is_recent THEN warehouse_id END) AS before_warehouses
FROM runs
GROUP BY shape_hash, workspace_id
HAVING COUNT_IF(is_recent) >= 1 AND COUNT_IF(NOT is_recent) >= 5
