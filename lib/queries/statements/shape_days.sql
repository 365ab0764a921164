-- Cost, runs and times of some shapes on each day.
-- Row: (usage_date, shape_hash, workspace_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>
-- Returns: usage_date DATE, shape_hash STRING, workspace_id STRING, runs BIGINT, failed_runs BIGINT, cost DECIMAL(38,12),
--   total_ms BIGINT, queue_ms BIGINT, read_bytes BIGINT, spilled_bytes BIGINT
SELECT
  usage_date, shape_hash, workspace_id,
  SUM(runs) AS runs, SUM(failed_runs) AS failed_runs,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  SUM(total_ms) AS total_ms, SUM(queue_ms) AS queue_ms, SUM(read_bytes) AS read_bytes, SUM(spilled_bytes) AS spilled_bytes
FROM statements_selected
WHERE shape_hash IS NOT NULL
GROUP BY usage_date, shape_hash, workspace_id
