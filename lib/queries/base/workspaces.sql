-- Workspaces of the account, with those that only the bill still knows (deleted ones keep their id as name).
-- Row: (workspace_id)
-- Params: none
-- Returns: workspace_id STRING, workspace_name STRING, workspace_url STRING, status STRING, created_at TIMESTAMP,
--   cloud STRING, first_usage DATE, last_usage DATE
-- Source: system.access.workspaces_latest has no row for a deleted workspace; an inner join would drop its cost.
WITH listed AS (
  SELECT workspace_id, workspace_name, workspace_url, status, create_time
  FROM system.access.workspaces_latest
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id ORDER BY create_time DESC, workspace_name) = 1
),
billed AS (
  SELECT workspace_id, MAX(cloud) AS cloud, MIN(usage_date) AS first_usage, MAX(usage_date) AS last_usage
  FROM system.billing.usage
  WHERE workspace_id IS NOT NULL
    -- narrowed to job: AND workspace_id = :workspace_id
  GROUP BY workspace_id
)
SELECT
  COALESCE(l.workspace_id, b.workspace_id) AS workspace_id,
  COALESCE(l.workspace_name, l.workspace_id, b.workspace_id) AS workspace_name,
  l.workspace_url,
  COALESCE(l.status, 'NOT LISTED') AS status,
  l.create_time AS created_at,
  b.cloud, b.first_usage, b.last_usage
FROM listed AS l
FULL OUTER JOIN billed AS b ON b.workspace_id = l.workspace_id
