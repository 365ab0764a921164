-- Statements with their cost: one row for the day they began, and one for each later day on which they cost something.
-- Row: (usage_date, currency, workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, statement_id STRING, begins BOOLEAN, warehouse_id STRING,
--   shape_hash STRING, text_hash STRING, statement_type STRING, executed_by STRING, execution_status STRING, source_kind STRING, source_id STRING,
--   client_application STRING, start_time TIMESTAMP, cached BOOLEAN, total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT,
--   compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT, task_ms BIGINT, read_rows BIGINT, read_bytes BIGINT, read_files BIGINT,
--   pruned_files BIGINT, produced_rows BIGINT, spilled_bytes BIGINT, shuffle_bytes BIGINT, written_bytes BIGINT,
--   written_files BIGINT, state STRING, list_cost DECIMAL(38,12), cost DECIMAL(38,12)
-- Source: begins: what a statement did counts in this row only: that of the day it began, in the asked currency; it is there also when
--   the statement only waited until midnight. See statement_hours.
--   What Databricks attributes to a statement that the history does not know has a row without anything else.
WITH pieces AS (
  SELECT usage_date, currency, workspace_id, statement_id, state, list_cost, cost FROM statement_hours
  UNION ALL
  SELECT
    run_date AS usage_date, :currency AS currency, workspace_id, statement_id, CAST(NULL AS STRING) AS state,
    CAST(NULL AS DECIMAL(38,12)) AS list_cost, CAST(NULL AS DECIMAL(38,12)) AS cost
  FROM statement_rows
),
costs AS (
  SELECT
    usage_date, currency, workspace_id, statement_id,
    CASE WHEN COUNT_IF(state = 'pending') > 0 THEN 'pending' ELSE MAX(state) END AS state,
    CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS cost
  FROM pieces
  GROUP BY usage_date, currency, workspace_id, statement_id
),
joined AS (
  SELECT
    c.usage_date, c.currency,
    s.statement_id IS NOT NULL AND c.usage_date = s.run_date AND c.currency = :currency AS begins,
    c.state, c.list_cost, c.cost, c.workspace_id, c.statement_id, s.warehouse_id, s.statement_text, s.statement_type, s.executed_by, s.execution_status,
    s.source_kind, s.source_id, s.client_application, s.start_time, s.cached, s.total_ms, s.compute_wait_ms, s.queue_ms, s.compile_ms,
    s.execute_ms, s.fetch_ms, s.task_ms, s.read_rows, s.read_bytes, s.read_files, s.pruned_files, s.produced_rows, s.spilled_bytes,
    s.shuffle_bytes, s.written_bytes, s.written_files
  FROM costs AS c
  LEFT JOIN statement_rows AS s ON s.workspace_id <=> c.workspace_id AND s.statement_id = c.statement_id
)
SELECT
  j.usage_date, j.currency, j.workspace_id, j.statement_id, j.begins, j.warehouse_id, t.shape_hash, t.text_hash, j.statement_type, j.executed_by,
  j.execution_status, j.source_kind, j.source_id, j.client_application, j.start_time, j.cached, j.total_ms, j.compute_wait_ms,
  j.queue_ms, j.compile_ms, j.execute_ms, j.fetch_ms, j.task_ms, j.read_rows, j.read_bytes, j.read_files, j.pruned_files,
  j.produced_rows, j.spilled_bytes, j.shuffle_bytes, j.written_bytes, j.written_files, j.state, j.list_cost, j.cost
FROM joined AS j
LEFT JOIN statement_texts AS t ON t.statement_text = j.statement_text
WHERE j.usage_date >= :start_date AND j.usage_date < :end_date
