-- Queries that could cost less, by what was measured of them: one line a shape and workspace, with every reason that holds.
-- Row: (workspace_id, shape_hash)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: workspace_id STRING, workspace_name STRING, shape_hash STRING, shape_text STRING, statement_type STRING, runs BIGINT,
--   users BIGINT, list_cost DECIMAL(38,12), cost DECIMAL(38,12), mean_s DOUBLE, is_long BOOLEAN, spills BOOLEAN, prunes_poorly BOOLEAN,
--   queues BOOLEAN, compiles_long BOOLEAN, is_fetch_bound BOOLEAN, writes_small_files BOOLEAN, fails_often BOOLEAN, reasons BIGINT
-- Source: limits as in lib/statements/thresholds.yaml. Findings from the text need the parser: `python -m lib findings`.
WITH summed AS (
  SELECT
    workspace_id, shape_hash,
    MAX(statement_type) AS statement_type,
    SUM(runs) AS runs,
    COUNT(DISTINCT executed_by) AS users,
    SUM(list_cost) AS list_cost, SUM(cost) AS cost,
    CAST(SUM(total_ms) AS DOUBLE) AS total_ms, CAST(SUM(queue_ms) AS DOUBLE) AS queue_ms, CAST(SUM(compute_wait_ms) AS DOUBLE) AS wait_ms,
    CAST(SUM(compile_ms) AS DOUBLE) AS compile_ms, CAST(SUM(fetch_ms) AS DOUBLE) AS fetch_ms,
    CAST(SUM(read_bytes) AS DOUBLE) AS read_bytes, CAST(SUM(spilled_bytes) AS DOUBLE) AS spilled_bytes,
    CAST(SUM(read_files) AS DOUBLE) AS read_files, CAST(SUM(pruned_files) AS DOUBLE) AS pruned_files,
    CAST(SUM(written_bytes) AS DOUBLE) AS written_bytes, CAST(SUM(written_files) AS DOUBLE) AS written_files,
    CAST(SUM(failed_runs + canceled_runs) AS DOUBLE) AS lost_runs
  FROM statement_cost_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND shape_hash IS NOT NULL
  GROUP BY workspace_id, shape_hash
),
judged AS (
  SELECT
    workspace_id, shape_hash, statement_type, runs, users, list_cost, cost,
    TRY_DIVIDE(total_ms, CAST(runs AS DOUBLE)) / 1000 AS mean_s,
    COALESCE(TRY_DIVIDE(total_ms, CAST(runs AS DOUBLE)) >= 300000, FALSE) AS is_long,
    COALESCE(
      spilled_bytes > 0 AND (TRY_DIVIDE(spilled_bytes, CAST(runs AS DOUBLE)) >= 10737418240 OR TRY_DIVIDE(spilled_bytes, read_bytes) > 0.2), FALSE
    ) AS spills,
    COALESCE(
      TRY_DIVIDE(read_bytes, CAST(runs AS DOUBLE)) >= 1073741824 AND TRY_DIVIDE(pruned_files, pruned_files + read_files) < 0.3
      AND statement_type NOT IN ('OPTIMIZE', 'ANALYZE', 'VACUUM', 'REFRESH'), FALSE
    ) AS prunes_poorly,
    COALESCE(TRY_DIVIDE(queue_ms, total_ms) > 0.1 AND queue_ms >= 60000, FALSE) AS queues,
    COALESCE(runs >= 50 AND TRY_DIVIDE(compile_ms, total_ms - queue_ms - wait_ms) > 0.5, FALSE) AS compiles_long,
    COALESCE(TRY_DIVIDE(fetch_ms, total_ms + fetch_ms) > 0.3 AND fetch_ms >= 60000, FALSE) AS is_fetch_bound,
    COALESCE(written_files >= 1000 AND TRY_DIVIDE(written_bytes, written_files) < 16777216, FALSE) AS writes_small_files,
    COALESCE(lost_runs >= 5 AND TRY_DIVIDE(lost_runs, CAST(runs AS DOUBLE)) >= 0.1, FALSE) AS fails_often
  FROM summed
),
counted AS (
  SELECT
    *,
    CAST(
      CASE WHEN is_long THEN 1 ELSE 0 END + CASE WHEN spills THEN 1 ELSE 0 END + CASE WHEN prunes_poorly THEN 1 ELSE 0 END
      + CASE WHEN queues THEN 1 ELSE 0 END + CASE WHEN compiles_long THEN 1 ELSE 0 END + CASE WHEN is_fetch_bound THEN 1 ELSE 0 END
      + CASE WHEN writes_small_files THEN 1 ELSE 0 END + CASE WHEN fails_often THEN 1 ELSE 0 END AS BIGINT
    ) AS reasons
  FROM judged
),
texts AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY shape_hash
)
SELECT
  c.workspace_id, w.workspace_name, c.shape_hash, t.shape_text, c.statement_type, c.runs, c.users,
  CAST(c.list_cost AS DECIMAL(38,12)) AS list_cost,
  CAST(c.cost AS DECIMAL(38,12)) AS cost,
  c.mean_s, c.is_long, c.spills, c.prunes_poorly, c.queues, c.compiles_long, c.is_fetch_bound, c.writes_small_files, c.fails_often, c.reasons
FROM counted AS c
LEFT JOIN texts AS t ON t.shape_hash = c.shape_hash
LEFT JOIN workspaces AS w ON w.workspace_id = c.workspace_id
WHERE c.reasons > 0
