-- Cost of usage that carries no tag of anybody's own (the platform's tags do not count).
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, serverless BOOLEAN
-- Returns: total_cost DECIMAL(38,12)
SELECT SUM(COALESCE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, 0) + COALESCE(vm_cost, 0)) AS total_cost
FROM spend_overview
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND NOT is_tagged
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
  AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(product, '')))
  AND (:serverless IS NULL OR COALESCE(is_serverless, TRUE) = :serverless)
