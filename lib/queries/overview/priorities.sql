-- Cost beside performance for each workspace and each person: what to look at first.
-- Row: (kind, key)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING,
--   period_start DATE, period_end DATE
-- Returns: kind STRING, key STRING, name STRING, total_cost DECIMAL(38,12), runs BIGINT, failed_runs BIGINT,
--   failure_cost DECIMAL(38,12), statements BIGINT, failed_statements BIGINT, slow_statements BIGINT,
--   spilling_statements BIGINT, queued_s DOUBLE
-- Source: cost, runs and statements are each brought to one row a workspace or person before they meet, so none
--   repeats another. Slow: over five minutes. Statements are rewritten while they run: the newest row counts.
WITH costs AS (
  SELECT workspace_id, owner, SUM(COALESCE(cost, 0) + COALESCE(vm_cost, 0)) AS total_cost
  FROM spend_selected
  WHERE usage_date >= :period_start AND usage_date < :period_end
  GROUP BY workspace_id, owner
),
runs AS (
  SELECT
    workspace_id, owner,
    COUNT_IF(NOT (COALESCE(final_state, '') IN ('SKIPPED', 'BLOCKED') AND COALESCE(dbu_cost, 0) = 0)) AS runs,
    COUNT_IF(final_state IN ('FAILED', 'ERROR', 'TIMED_OUT')) AS failed_runs,
    SUM(CAST(COALESCE(period_dbu_cost, 0) + COALESCE(period_vm_cost, 0) AS DOUBLE) * failed_share) AS failure_cost
  FROM run_totals
  GROUP BY workspace_id, owner
),
newest_statements AS (
  SELECT
    workspace_id, executed_by, execution_status, total_duration_ms, spilled_local_bytes, waiting_at_capacity_duration_ms
  FROM system.query.history
  WHERE start_time >= :period_start AND start_time < :period_end
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1
),
statements AS (
  SELECT
    workspace_id, executed_by AS owner,
    COUNT(*) AS statements,
    COUNT_IF(execution_status = 'FAILED') AS failed_statements,
    COUNT_IF(total_duration_ms > 300000) AS slow_statements,
    COUNT_IF(spilled_local_bytes > 0) AS spilling_statements,
    SUM(CAST(COALESCE(waiting_at_capacity_duration_ms, 0) AS DOUBLE)) / 1000 AS queued_s
  FROM newest_statements
  GROUP BY workspace_id, executed_by
),
facts AS (
  SELECT
    workspace_id, owner, total_cost, CAST(NULL AS BIGINT) AS runs, CAST(NULL AS BIGINT) AS failed_runs,
    CAST(NULL AS DOUBLE) AS failure_cost, CAST(NULL AS BIGINT) AS statements, CAST(NULL AS BIGINT) AS failed_statements,
    CAST(NULL AS BIGINT) AS slow_statements, CAST(NULL AS BIGINT) AS spilling_statements, CAST(NULL AS DOUBLE) AS queued_s
  FROM costs
  UNION ALL
  SELECT workspace_id, owner, NULL, runs, failed_runs, failure_cost, NULL, NULL, NULL, NULL, NULL FROM runs
  UNION ALL
  SELECT
    workspace_id, owner, NULL, NULL, NULL, NULL, statements, failed_statements, slow_statements, spilling_statements, queued_s
  FROM statements
),
-- each fact once for its workspace and once for its person; relations are read once
kinds AS (
  SELECT
    EXPLODE(ARRAY('workspace', 'owner')) AS kind, workspace_id, owner, total_cost, runs, failed_runs, failure_cost,
    statements, failed_statements, slow_statements, spilling_statements, queued_s
  FROM facts
),
keyed AS (
  SELECT
    kind, CASE WHEN kind = 'workspace' THEN workspace_id ELSE owner END AS key, total_cost, runs, failed_runs, failure_cost,
    statements, failed_statements, slow_statements, spilling_statements, queued_s
  FROM kinds
),
summed AS (
  SELECT
    kind, key,
    SUM(total_cost) AS total_cost,
    CAST(SUM(runs) AS BIGINT) AS runs,
    CAST(SUM(failed_runs) AS BIGINT) AS failed_runs,
    CAST(SUM(failure_cost) AS DECIMAL(38,12)) AS failure_cost,
    CAST(SUM(statements) AS BIGINT) AS statements,
    CAST(SUM(failed_statements) AS BIGINT) AS failed_statements,
    CAST(SUM(slow_statements) AS BIGINT) AS slow_statements,
    CAST(SUM(spilling_statements) AS BIGINT) AS spilling_statements,
    SUM(queued_s) AS queued_s
  FROM keyed
  GROUP BY kind, key
)
SELECT
  s.kind, s.key, w.workspace_name AS name, s.total_cost, s.runs, s.failed_runs, s.failure_cost, s.statements,
  s.failed_statements, s.slow_statements, s.spilling_statements, s.queued_s
FROM summed AS s
LEFT JOIN workspaces AS w ON s.kind = 'workspace' AND w.workspace_id = s.key
