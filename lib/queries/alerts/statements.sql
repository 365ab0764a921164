-- Statements that took long or cost much, also those that run now, for alerts and for the list of what stands out now.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>, cost_min DECIMAL(38,12),
--   seconds_min DOUBLE
-- Returns: run_date DATE, workspace_id STRING, statement_id STRING, warehouse_id STRING, warehouse_name STRING, executed_by STRING,
--   statement_type STRING, execution_status STRING, source_kind STRING, start_time TIMESTAMP, total_ms BIGINT, dbus DOUBLE,
--   cost DECIMAL(38,12)
-- Source: a statement that runs is in the history with what it did so far. dbus is its share of the billed hours' quantity.
WITH billed AS (
  SELECT
    s.workspace_id, s.statement_id,
    SUM(CAST(h.usage_quantity AS DOUBLE) * s.used_share * TRY_DIVIDE(s.work, s.hour_work)) AS dbus,
    CAST(SUM(CASE WHEN :base = 'contract' THEN s.cost ELSE s.list_cost END) AS DECIMAL(38,12)) AS cost
  FROM statement_hours AS s
  INNER JOIN warehouse_hours AS h
    ON h.usage_date = s.usage_date AND h.hour = s.hour AND h.currency = s.currency AND h.workspace_id <=> s.workspace_id
    AND h.resource_kind = s.resource_kind AND h.resource_id = s.resource_id
  WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.currency = :currency
  GROUP BY s.workspace_id, s.statement_id
)
SELECT
  s.run_date, s.workspace_id, s.statement_id, s.warehouse_id, o.object_name AS warehouse_name, s.executed_by, s.statement_type,
  s.execution_status, s.source_kind, s.start_time, s.total_ms, b.dbus, b.cost
FROM statement_rows AS s
LEFT JOIN billed AS b ON b.workspace_id <=> s.workspace_id AND b.statement_id = s.statement_id
LEFT JOIN object_names AS o ON o.object_kind = 'warehouse' AND o.workspace_id = s.workspace_id AND o.object_id = s.warehouse_id
WHERE s.run_date >= :start_date AND s.run_date < :end_date
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(s.workspace_id, '')))
  AND (
    (:cost_min IS NOT NULL AND b.cost >= :cost_min)
    OR (:seconds_min IS NOT NULL AND CAST(s.total_ms AS DOUBLE) / 1000 >= :seconds_min)
  )
