-- Where a statement is: its workspace, day and shape.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING, statement_id STRING, workspace_id STRING
-- Returns: workspace_id STRING, statement_id STRING, usage_date DATE, shape_hash STRING
SELECT workspace_id, statement_id, usage_date, shape_hash
FROM statement_cost
WHERE usage_date >= :start_date AND usage_date < :end_date AND begins AND statement_id = :statement_id AND currency = :currency
  AND (:workspace_id IS NULL OR workspace_id = :workspace_id)
