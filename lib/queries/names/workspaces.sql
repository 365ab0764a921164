-- The account's workspaces, with those that only the bill still knows.
-- Row: (workspace_id)
-- Params: none
-- Returns: workspace_id STRING, workspace_name STRING, workspace_url STRING, status STRING, created_at TIMESTAMP,
--   cloud STRING, first_usage DATE, last_usage DATE
SELECT workspace_id, workspace_name, workspace_url, status, created_at, cloud, first_usage, last_usage
FROM workspaces
ORDER BY workspace_name, workspace_id
