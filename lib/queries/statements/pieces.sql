-- How the cost of one statement was worked out, hour by hour.
-- Row: (workspace_id, hour, resource_kind, resource_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, statement_id STRING
-- Returns: workspace_id STRING, hour TIMESTAMP, resource_kind STRING, resource_id STRING, state STRING, hour_cost DECIMAL(38,12),
--   used_share DOUBLE, work DOUBLE, hour_work DOUBLE, cost DECIMAL(38,12)
SELECT
  s.workspace_id, s.hour, s.resource_kind, s.resource_id, s.state,
  CASE WHEN :base = 'contract' THEN h.cost ELSE h.list_cost END AS hour_cost,
  s.used_share, s.work, s.hour_work,
  CASE WHEN :base = 'contract' THEN s.cost ELSE s.list_cost END AS cost
FROM statement_hours AS s
INNER JOIN warehouse_hours AS h
  ON h.usage_date = s.usage_date AND h.hour = s.hour AND h.currency = s.currency AND h.workspace_id <=> s.workspace_id
  AND h.resource_kind = s.resource_kind AND h.resource_id = s.resource_id
WHERE s.statement_id = :statement_id AND s.currency = :currency
  AND s.usage_date >= :start_date AND s.usage_date < :end_date
  AND (:workspace_id IS NULL OR s.workspace_id = :workspace_id)
