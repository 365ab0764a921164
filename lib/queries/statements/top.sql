-- Single statements of a period: the longest, the most expensive, the most wasteful, those that spilled most, or the newest.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, owners ARRAY<STRING>,
--   warehouse_id STRING, source_kind STRING, shapes ARRAY<STRING>, order STRING, page_size INT, period_start DATE, period_end DATE
-- Returns: workspace_id STRING, statement_id STRING, usage_date DATE, warehouse_id STRING, shape_hash STRING, statement_type STRING,
--   executed_by STRING, execution_status STRING, source_kind STRING, source_id STRING, client_application STRING,
--   start_time TIMESTAMP, cached BOOLEAN, total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT,
--   execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT, read_bytes BIGINT, spilled_bytes BIGINT, state STRING, cost DECIMAL(38,12),
--   period_cost DECIMAL(38,12)
-- Source: statements that began in the period, and those that began before and still cost something in it. From start_date to end_date is
--   read more than the period: cost is the whole cost, period_cost what of it fell into the period: these add up to the bill.
--   order is time, cost, waste (failed and canceled), spill or new.
WITH later AS (
  SELECT
    workspace_id AS later_workspace, statement_id AS later_statement,
    CASE WHEN COUNT_IF(state = 'pending') > 0 THEN 'pending' ELSE MAX(state) END AS later_state,
    COUNT_IF(usage_date >= :period_start AND usage_date < :period_end) > 0 AS reaches_in,
    -- 30 digits: a sum of two with 38 would lose decimals
    CAST(SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS DECIMAL(30,12)) AS later_cost,
    CAST(SUM(
      CASE WHEN usage_date >= :period_start AND usage_date < :period_end THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END END
    ) AS DECIMAL(30,12)) AS later_period_cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND NOT begins AND currency = :currency
  GROUP BY workspace_id, statement_id
),
chosen AS (
  SELECT
    workspace_id, statement_id, usage_date, warehouse_id, shape_hash, statement_type, executed_by, execution_status, source_kind,
    source_id, client_application, start_time, cached, total_ms, compute_wait_ms, queue_ms, compile_ms, execute_ms, fetch_ms, task_ms,
    read_bytes, spilled_bytes, state, later_state, later_cost, later_period_cost,
    CASE WHEN currency = :currency THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END END AS first_cost,
    CASE
      WHEN currency = :currency AND usage_date >= :period_start AND usage_date < :period_end
        THEN CASE WHEN :base = 'contract' THEN cost ELSE list_cost END
    END AS first_period_cost
  FROM statement_cost
  LEFT JOIN later ON later_workspace <=> workspace_id AND later_statement = statement_id
  WHERE usage_date >= :start_date AND usage_date < :end_date AND begins
    AND ((usage_date >= :period_start AND usage_date < :period_end) OR reaches_in)
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(executed_by, '')))
    AND (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
    AND (:source_kind IS NULL OR source_kind = :source_kind)
    AND (:shapes IS NULL OR ARRAY_CONTAINS(CAST(:shapes AS ARRAY<STRING>), COALESCE(shape_hash, '')))
    AND (COALESCE(:order, 'cost') <> 'waste' OR execution_status IN ('FAILED', 'CANCELED'))
    AND (COALESCE(:order, 'cost') <> 'spill' OR spilled_bytes > 0)
),
whole AS (
  SELECT
    workspace_id, statement_id, usage_date, warehouse_id, shape_hash, statement_type, executed_by, execution_status, source_kind,
    source_id, client_application, start_time, cached, total_ms, compute_wait_ms, queue_ms, compile_ms, execute_ms, fetch_ms, task_ms,
    read_bytes, spilled_bytes,
    CASE WHEN later_state = 'pending' THEN 'pending' ELSE COALESCE(state, later_state) END AS state,
    COALESCE(later_cost + CAST(first_cost AS DECIMAL(30,12)), later_cost, first_cost) AS cost,
    COALESCE(later_period_cost + CAST(first_period_cost AS DECIMAL(30,12)), later_period_cost, first_period_cost) AS period_cost
  FROM chosen
)
SELECT
  workspace_id, statement_id, usage_date, warehouse_id, shape_hash, statement_type, executed_by, execution_status, source_kind, source_id,
  client_application, start_time, cached, total_ms, compute_wait_ms, queue_ms, compile_ms, execute_ms, fetch_ms, task_ms, read_bytes,
  spilled_bytes, state, cost, period_cost
FROM whole
ORDER BY
  CASE WHEN COALESCE(:order, 'cost') IN ('cost', 'waste') THEN cost END DESC NULLS LAST,
  CASE :order WHEN 'time' THEN total_ms WHEN 'spill' THEN spilled_bytes WHEN 'new' THEN UNIX_MILLIS(start_time) END DESC NULLS LAST,
  total_ms DESC, workspace_id, statement_id
LIMIT :page_size
