-- What Databricks itself attributes to statements, by hour; empty in accounts that do not have the table.
-- Row: (workspace_id, warehouse_id, statement_id, hour)
-- Params: start_date DATE, end_date DATE
-- Returns: hour TIMESTAMP, workspace_id STRING, warehouse_id STRING, statement_id STRING, active_quantity DOUBLE
-- Source: system.billing.attributed_usage, active_usage_quantity by statement; the warehouse's usage less their sum is idle.
SELECT
  DATE_TRUNC('HOUR', start_time) AS hour, workspace_id,
  usage_metadata.warehouse_id AS warehouse_id,
  usage_metadata.dbsql_statement_id AS statement_id,
  CAST(SUM(active_usage_quantity) AS DOUBLE) AS active_quantity
FROM system.billing.attributed_usage
WHERE usage_date >= :start_date AND usage_date < :end_date
  AND usage_metadata.warehouse_id IS NOT NULL AND usage_metadata.dbsql_statement_id IS NOT NULL
GROUP BY DATE_TRUNC('HOUR', start_time), workspace_id, usage_metadata.warehouse_id, usage_metadata.dbsql_statement_id
HAVING SUM(active_usage_quantity) > 0
