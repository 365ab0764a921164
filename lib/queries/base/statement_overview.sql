-- Statements by day, person and source, all shapes together: what the overview of queries is made of.
-- Row: (usage_date, currency, workspace_id, warehouse_id, statement_type, executed_by, source_kind, source_id, client_application)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, warehouse_id STRING, statement_type STRING,
--   executed_by STRING, source_kind STRING, source_id STRING, client_application STRING, runs BIGINT,
--   failed_runs BIGINT, canceled_runs BIGINT, cached_runs BIGINT, queued_runs BIGINT, spilled_runs BIGINT, pending_runs BIGINT,
--   list_cost DECIMAL(38,12), cost DECIMAL(38,12), wasted_list_cost DECIMAL(38,12), wasted_cost DECIMAL(38,12),
--   total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT,
--   read_bytes BIGINT, spilled_bytes BIGINT
-- Source: see statement_cost_daily.
SELECT
  usage_date, currency, workspace_id, warehouse_id, statement_type, executed_by, source_kind, source_id, client_application,
  SUM(runs) AS runs, SUM(failed_runs) AS failed_runs, SUM(canceled_runs) AS canceled_runs, SUM(cached_runs) AS cached_runs,
  SUM(queued_runs) AS queued_runs, SUM(spilled_runs) AS spilled_runs, SUM(pending_runs) AS pending_runs,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  CAST(SUM(wasted_list_cost) AS DECIMAL(38,12)) AS wasted_list_cost,
  CAST(SUM(wasted_cost) AS DECIMAL(38,12)) AS wasted_cost,
  SUM(total_ms) AS total_ms, SUM(compute_wait_ms) AS compute_wait_ms, SUM(queue_ms) AS queue_ms, SUM(compile_ms) AS compile_ms,
  SUM(execute_ms) AS execute_ms, SUM(fetch_ms) AS fetch_ms, SUM(task_ms) AS task_ms, SUM(read_bytes) AS read_bytes,
  SUM(spilled_bytes) AS spilled_bytes
FROM statement_cost_daily
WHERE usage_date >= :start_date AND usage_date < :end_date
GROUP BY usage_date, currency, workspace_id, warehouse_id, statement_type, executed_by, source_kind, source_id, client_application
