-- Every statement of the last 90 days with its time, what it read, and its cost; texts without the values of literals.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, workspace_id STRING, workspace_name STRING, warehouse_id STRING, warehouse_name STRING,
--   statement_id STRING, executed_by STRING, statement_type STRING, execution_status STRING, source_kind STRING, source_id STRING,
--   client_application STRING, start_time TIMESTAMP, total_s DOUBLE, queue_s DOUBLE, compile_s DOUBLE, execute_s DOUBLE, fetch_s DOUBLE,
--   read_rows BIGINT, read_bytes BIGINT, pruned_share DOUBLE, spilled_bytes BIGINT, written_bytes BIGINT, from_cache BOOLEAN,
--   cost_state STRING, list_cost DECIMAL(38,12), cost DECIMAL(38,12), shape_hash STRING, shape_text STRING
-- Source: names are joined one to one, so no cost is repeated. Cost is that of all days on which it worked, filed under the first one.
WITH texts AS (
  SELECT shape_hash, MAX(shape_text) AS shape_text
  FROM statement_shapes
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY shape_hash
),
later AS (
  SELECT
    workspace_id, statement_id, MAX(state) AS state,
    -- 30 digits: a sum of two with 38 would lose decimals
    CAST(COALESCE(SUM(list_cost), 0) AS DECIMAL(30,12)) AS list_cost,
    CAST(COALESCE(SUM(cost), 0) AS DECIMAL(30,12)) AS cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND NOT begins AND currency = :currency
  GROUP BY workspace_id, statement_id
)
SELECT
  s.usage_date, s.workspace_id, w.workspace_name, s.warehouse_id, o.object_name AS warehouse_name, s.statement_id, s.executed_by,
  s.statement_type, s.execution_status, s.source_kind, s.source_id, s.client_application, s.start_time,
  CAST(s.total_ms AS DOUBLE) / 1000 AS total_s,
  CAST(s.queue_ms AS DOUBLE) / 1000 AS queue_s,
  CAST(s.compile_ms AS DOUBLE) / 1000 AS compile_s,
  CAST(s.execute_ms AS DOUBLE) / 1000 AS execute_s,
  CAST(s.fetch_ms AS DOUBLE) / 1000 AS fetch_s,
  s.read_rows, s.read_bytes,
  TRY_DIVIDE(CAST(s.pruned_files AS DOUBLE), CAST(s.pruned_files + s.read_files AS DOUBLE)) AS pruned_share,
  s.spilled_bytes, s.written_bytes, s.cached AS from_cache, COALESCE(s.state, l.state) AS cost_state,
  CASE WHEN l.statement_id IS NULL THEN s.list_cost ELSE l.list_cost + CAST(COALESCE(s.list_cost, 0) AS DECIMAL(30,12)) END AS list_cost,
  CASE WHEN l.statement_id IS NULL THEN s.cost ELSE l.cost + CAST(COALESCE(s.cost, 0) AS DECIMAL(30,12)) END AS cost,
  s.shape_hash, t.shape_text
FROM statement_cost AS s
LEFT JOIN later AS l ON l.workspace_id <=> s.workspace_id AND l.statement_id = s.statement_id
LEFT JOIN texts AS t ON t.shape_hash = s.shape_hash
LEFT JOIN workspaces AS w ON w.workspace_id = s.workspace_id
LEFT JOIN object_names AS o ON o.object_kind = 'warehouse' AND o.workspace_id = s.workspace_id AND o.object_id = s.warehouse_id
WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.begins AND s.currency = :currency
