-- Shapes of statements in a period, the most expensive and the most frequent: what they cost, did and read.
-- Row: (shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>, most INT
-- Returns: shape_hash STRING, workspace_id STRING, shape_text STRING, statement_type STRING, runs BIGINT, failed_runs BIGINT,
--   canceled_runs BIGINT, cached_runs BIGINT, queued_runs BIGINT, spilled_runs BIGINT, users BIGINT, main_user STRING,
--   main_source STRING, main_warehouse STRING, cost DECIMAL(38,12), wasted_cost DECIMAL(38,12), total_ms BIGINT,
--   compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT, read_rows BIGINT,
--   read_bytes BIGINT, read_files BIGINT, pruned_files BIGINT, produced_rows BIGINT, spilled_bytes BIGINT, shuffle_bytes BIGINT,
--   written_bytes BIGINT, written_files BIGINT, max_ms BIGINT, first_day DATE, last_day DATE, all_shapes BIGINT, all_runs BIGINT, all_cost DECIMAL(38,12)
-- Source: see statement_cost_daily; the first :most by cost, and as many by time: those are found first, and only they are summed in full.
--   Statements without text have no shape and are left out. all_: of all shapes, also of those that are not listed.
WITH light AS (
  SELECT shape_hash, workspace_id, SUM(runs) AS runs, SUM(cost) AS cost, SUM(total_ms) AS total_ms
  FROM statements_selected
  WHERE shape_hash IS NOT NULL
  GROUP BY shape_hash, workspace_id
),
ranked AS (
  SELECT
    shape_hash, workspace_id,
    ROW_NUMBER() OVER (ORDER BY cost DESC NULLS LAST, shape_hash, workspace_id) AS by_cost,
    ROW_NUMBER() OVER (ORDER BY total_ms DESC, shape_hash, workspace_id) AS by_time,
    COUNT(*) OVER () AS all_shapes,
    SUM(runs) OVER () AS all_runs,
    SUM(cost) OVER () AS all_cost
  FROM light
),
chosen AS (
  SELECT shape_hash, workspace_id, all_shapes, all_runs, CAST(all_cost AS DECIMAL(38,12)) AS all_cost
  FROM ranked
  WHERE by_cost <= :most OR by_time <= :most
),
summed AS (
  SELECT
    s.shape_hash, s.workspace_id,
    MAX(statement_type) AS statement_type,
    SUM(runs) AS runs, SUM(failed_runs) AS failed_runs, SUM(canceled_runs) AS canceled_runs, SUM(cached_runs) AS cached_runs,
    SUM(queued_runs) AS queued_runs, SUM(spilled_runs) AS spilled_runs,
    COUNT(DISTINCT executed_by) AS users,
    MAX_BY(executed_by, STRUCT(runs, executed_by)) AS main_user,
    MAX_BY(source_kind, STRUCT(runs, source_kind)) AS main_source,
    MAX_BY(warehouse_id, STRUCT(runs, warehouse_id)) AS main_warehouse,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
    CAST(SUM(wasted_cost) AS DECIMAL(38,12)) AS wasted_cost,
    SUM(total_ms) AS total_ms, SUM(compute_wait_ms) AS compute_wait_ms, SUM(queue_ms) AS queue_ms, SUM(compile_ms) AS compile_ms,
    SUM(execute_ms) AS execute_ms, SUM(fetch_ms) AS fetch_ms, SUM(task_ms) AS task_ms, SUM(read_rows) AS read_rows,
    SUM(read_bytes) AS read_bytes, SUM(read_files) AS read_files, SUM(pruned_files) AS pruned_files, SUM(produced_rows) AS produced_rows,
    SUM(spilled_bytes) AS spilled_bytes, SUM(shuffle_bytes) AS shuffle_bytes, SUM(written_bytes) AS written_bytes,
    SUM(written_files) AS written_files, MAX(max_ms) AS max_ms,
    MIN(usage_date) AS first_day, MAX(usage_date) AS last_day,
    MAX(c.all_shapes) AS all_shapes, MAX(c.all_runs) AS all_runs, MAX(c.all_cost) AS all_cost
  FROM statements_selected AS s
  INNER JOIN chosen AS c ON c.shape_hash = s.shape_hash AND c.workspace_id <=> s.workspace_id
  GROUP BY s.shape_hash, s.workspace_id
),
texts AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  WHERE usage_date >= :start_date AND usage_date < :end_date AND shape_hash IN (SELECT shape_hash FROM chosen)
  GROUP BY shape_hash
)
SELECT
  r.shape_hash, r.workspace_id, t.shape_text, r.statement_type, r.runs, r.failed_runs, r.canceled_runs, r.cached_runs, r.queued_runs,
  r.spilled_runs, r.users, r.main_user, r.main_source, r.main_warehouse, r.cost, r.wasted_cost, r.total_ms, r.compute_wait_ms, r.queue_ms,
  r.compile_ms, r.execute_ms, r.fetch_ms, r.task_ms, r.read_rows, r.read_bytes, r.read_files, r.pruned_files, r.produced_rows,
  r.spilled_bytes, r.shuffle_bytes, r.written_bytes, r.written_files, r.max_ms, r.first_day, r.last_day,
  r.all_shapes, r.all_runs, r.all_cost
FROM summed AS r
LEFT JOIN texts AS t ON t.shape_hash = r.shape_hash
