-- Each shape now and before: what tells whether and why it became slower or dearer.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, recent_start DATE, recent_end DATE,
--   smallest_ms DOUBLE, smallest_cost DOUBLE, factor DOUBLE, few INT,
--   shapes ARRAY<STRING>
-- Returns: shape_hash STRING, workspace_id STRING, runs BIGINT, before_runs BIGINT, p95_ms DOUBLE, before_p95_ms DOUBLE,
--   p50_ms DOUBLE, before_p50_ms DOUBLE, run_cost DOUBLE, before_run_cost DOUBLE, run_cost_p50 DOUBLE, before_run_cost_p50 DOUBLE,
--   run_bytes DOUBLE, before_run_bytes DOUBLE, run_spill DOUBLE, before_run_spill DOUBLE, run_queue_ms DOUBLE, before_run_queue_ms DOUBLE,
--   run_compute_wait_ms DOUBLE, before_run_compute_wait_ms DOUBLE, cached_share DOUBLE, before_cached_share DOUBLE, read_files DOUBLE,
--   before_read_files DOUBLE, pruned_files DOUBLE, before_pruned_files DOUBLE, warehouse_id STRING, before_warehouse_id STRING,
--   warehouses BIGINT, before_warehouses BIGINT, run_rows DOUBLE, before_run_rows DOUBLE, hour_statements DOUBLE, before_hour_statements DOUBLE
-- Source: before is from start_date to recent_start. Canceled runs are left out, failed ones too: what ended early is not fast.
--   Only what moved by the factor is told. A p95 of fewer than :few runs rests on one or two of them: then the middle run must have moved by
--   half, too; a cost needs five runs. Days are looked at first (moved), runs of those shapes next (exact), the reasons of what is left last.
--   hour_statements: statements that worked on the warehouse in the hour in which a run began, that run among them.
WITH days AS (
  SELECT
    shape_hash, workspace_id, usage_date >= :recent_start AS is_recent, finished_runs, p95_ms,
    LN(GREATEST(p50_ms, 1)) AS ln_p50,
    LN(GREATEST(p95_ms, 1)) AS ln_p95,
    LN(TRY_DIVIDE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, CAST(finished_runs AS DOUBLE))) AS ln_cost
  FROM statement_shape_days
  WHERE usage_date >= :start_date AND usage_date < :end_date AND usage_date < :recent_end AND currency = :currency
    AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), shape_hash))
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
),
-- geometric means of the days: a single day far out hides nothing
sides AS (
  SELECT
    shape_hash, workspace_id,
    SUM(CASE WHEN is_recent THEN finished_runs END) AS runs,
    SUM(CASE WHEN NOT is_recent THEN finished_runs END) AS before_runs,
    MAX(CASE WHEN is_recent THEN p95_ms END) AS worst_ms,
    MAX(CASE WHEN NOT is_recent THEN p95_ms END) AS before_worst_ms,
    EXP(AVG(CASE WHEN is_recent THEN ln_p95 END)) AS p95_ms,
    EXP(AVG(CASE WHEN NOT is_recent THEN ln_p95 END)) AS before_p95_ms,
    EXP(AVG(CASE WHEN is_recent THEN ln_p50 END)) AS p50_ms,
    EXP(AVG(CASE WHEN NOT is_recent THEN ln_p50 END)) AS before_p50_ms,
    EXP(AVG(CASE WHEN is_recent THEN ln_cost END)) AS run_cost,
    EXP(AVG(CASE WHEN NOT is_recent THEN ln_cost END)) AS before_run_cost
  FROM days
  GROUP BY shape_hash, workspace_id
),
moved AS (
  SELECT shape_hash
  FROM sides
  WHERE runs >= 1 AND before_runs >= 5
    AND (
      (runs >= :few AND worst_ms >= before_p95_ms * 1.33 AND worst_ms >= :smallest_ms)
      OR (runs < :few AND p50_ms >= before_p50_ms * 1.33 AND worst_ms >= :smallest_ms)
      OR (runs >= :few AND p95_ms * 1.33 <= before_p95_ms AND before_worst_ms >= :smallest_ms)
      OR (runs < :few AND p50_ms * 1.33 <= before_p50_ms AND before_worst_ms >= :smallest_ms)
      OR (runs >= 5 AND run_cost >= before_run_cost * 1.33 AND run_cost >= :smallest_cost * 0.5)
    )
),
exact AS (
  SELECT
    shape_hash, workspace_id,
    COUNT_IF(usage_date >= :recent_start) AS runs,
    COUNT_IF(usage_date < :recent_start) AS before_runs,
    PERCENTILE(CASE WHEN usage_date >= :recent_start THEN CAST(total_ms AS DOUBLE) END, 0.95) AS p95_ms,
    PERCENTILE(CASE WHEN usage_date < :recent_start THEN CAST(total_ms AS DOUBLE) END, 0.95) AS before_p95_ms,
    PERCENTILE(CASE WHEN usage_date >= :recent_start THEN CAST(total_ms AS DOUBLE) END, 0.5) AS p50_ms,
    PERCENTILE(CASE WHEN usage_date < :recent_start THEN CAST(total_ms AS DOUBLE) END, 0.5) AS before_p50_ms,
    PERCENTILE(CASE WHEN usage_date >= :recent_start THEN CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) END, 0.5)
      AS run_cost_p50,
    PERCENTILE(CASE WHEN usage_date < :recent_start THEN CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) END, 0.5)
      AS before_run_cost_p50
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND usage_date < :recent_end AND begins AND currency = :currency
    AND execution_status = 'FINISHED' AND shape_hash IN (SELECT shape_hash FROM moved)
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  GROUP BY shape_hash, workspace_id
),
told AS (
  SELECT shape_hash
  FROM exact
  WHERE runs >= 1 AND before_runs >= 5
    AND (
      (CASE WHEN runs >= 5 THEN p95_ms ELSE p50_ms END >= before_p95_ms * :factor AND (runs >= :few OR p50_ms >= before_p50_ms * 1.5))
      OR (p95_ms * :factor <= before_p95_ms AND runs >= 5 AND (runs >= :few OR p50_ms * 1.5 <= before_p50_ms))
      OR (runs >= 5 AND run_cost_p50 >= before_run_cost_p50 * :factor AND run_cost_p50 >= :smallest_cost)
    )
),
runs AS (
  SELECT
    shape_hash, workspace_id, usage_date >= :recent_start AS is_recent, warehouse_id, cached,
    CAST(total_ms AS DOUBLE) AS total_ms,
    CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) AS cost,
    CAST(read_bytes AS DOUBLE) AS read_bytes, CAST(read_rows AS DOUBLE) AS read_rows, CAST(spilled_bytes AS DOUBLE) AS spilled_bytes, CAST(queue_ms AS DOUBLE) AS queue_ms,
    CAST(compute_wait_ms AS DOUBLE) AS compute_wait_ms, CAST(read_files AS DOUBLE) AS read_files, CAST(pruned_files AS DOUBLE) AS pruned_files,
    start_time, DATE_TRUNC('HOUR', start_time) AS hour
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND usage_date < :recent_end AND begins AND currency = :currency
    AND execution_status = 'FINISHED' AND shape_hash IS NOT NULL
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND shape_hash IN (SELECT shape_hash FROM told)
),
hours AS (
  SELECT workspace_id, resource_id AS warehouse_id, hour, CAST(statements AS DOUBLE) AS statements
  FROM warehouse_hours
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND resource_kind = 'warehouse'
)
SELECT
  r.shape_hash, r.workspace_id,
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
  MAX_BY(CASE WHEN is_recent THEN r.warehouse_id END, CASE WHEN is_recent THEN start_time END) AS warehouse_id,
  MAX_BY(CASE WHEN NOT is_recent THEN r.warehouse_id END, CASE WHEN NOT is_recent THEN start_time END) AS before_warehouse_id,
  COUNT(DISTINCT CASE WHEN is_recent THEN r.warehouse_id END) AS warehouses,
  COUNT(DISTINCT CASE WHEN NOT is_recent THEN r.warehouse_id END) AS before_warehouses,
  AVG(CASE WHEN is_recent THEN read_rows END) AS run_rows,
  AVG(CASE WHEN NOT is_recent THEN read_rows END) AS before_run_rows,
  AVG(CASE WHEN is_recent THEN h.statements END) AS hour_statements,
  AVG(CASE WHEN NOT is_recent THEN h.statements END) AS before_hour_statements
FROM runs AS r
LEFT JOIN hours AS h ON h.workspace_id <=> r.workspace_id AND h.warehouse_id = r.warehouse_id AND h.hour = r.hour
GROUP BY r.shape_hash, r.workspace_id
HAVING COUNT_IF(is_recent) >= 1 AND COUNT_IF(NOT is_recent) >= 5
