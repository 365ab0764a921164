-- Classic clusters that did nothing for a while, by day, with what those hours cost.
-- Row: (usage_date, workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>
-- Returns: usage_date DATE, workspace_id STRING, cluster_id STRING, cluster_name STRING, owner STRING, quiet_minutes BIGINT,
--   up_minutes BIGINT, cluster_cost DECIMAL(38,12)
-- Source: cluster_cost is the cluster's whole cost of the day, DBUs and machines; NULL where nothing was priced.
WITH costs AS (
  SELECT
    usage_date, workspace_id, cluster_id, MAX(owner) AS owner,
    SUM(CASE
      WHEN cost IS NULL AND list_cost IS NULL AND vm_cost IS NULL THEN NULL
      ELSE COALESCE(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END, 0) + COALESCE(vm_cost, 0)
    END) AS cluster_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND cluster_id IS NOT NULL
  GROUP BY usage_date, workspace_id, cluster_id
)
SELECT
  i.usage_date, i.workspace_id, i.cluster_id, o.object_name AS cluster_name, c.owner, i.quiet_minutes, i.up_minutes,
  c.cluster_cost
FROM cluster_idle AS i
LEFT JOIN costs AS c
  ON c.usage_date = i.usage_date AND c.workspace_id <=> i.workspace_id AND c.cluster_id = i.cluster_id
LEFT JOIN object_names AS o
  ON o.object_kind = 'cluster' AND o.workspace_id <=> i.workspace_id AND o.object_id = i.cluster_id
WHERE i.usage_date >= :start_date AND i.usage_date < :end_date AND i.quiet_minutes > 0
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), i.workspace_id))
