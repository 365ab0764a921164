-- What each classic cluster was made by: a person (UI, API), a job or a pipeline.
-- Row: (workspace_id, cluster_id)
-- Params: none
-- Returns: workspace_id STRING, cluster_id STRING, cluster_name STRING, cluster_source STRING, owner STRING,
--   is_deleted BOOLEAN
-- Source: newest version of system.compute.clusters; earlier versions would repeat every cost joined to them. Versions
--   that share the newest time are one.
WITH newest AS (
  SELECT workspace_id, cluster_id, MAX(change_time) AS change_time
  FROM system.compute.clusters
  WHERE TRUE
    -- narrowed to job: AND workspace_id <=> :workspace_id
    -- narrowed to people: AND cluster_id IN (SELECT cluster_id FROM system.compute.clusters WHERE cluster_source IN ('UI', 'API'))
  GROUP BY workspace_id, cluster_id
)
SELECT
  c.workspace_id, c.cluster_id,
  MIN(c.cluster_name) AS cluster_name,
  MIN(c.cluster_source) AS cluster_source,
  MIN(c.owned_by) AS owner,
  MAX(c.delete_time IS NOT NULL) AS is_deleted
FROM system.compute.clusters AS c
INNER JOIN newest AS n
  ON n.workspace_id <=> c.workspace_id AND n.cluster_id <=> c.cluster_id AND n.change_time <=> c.change_time
WHERE TRUE
  -- narrowed to job: AND c.workspace_id <=> :workspace_id
  -- narrowed to people: AND c.cluster_id IN (SELECT cluster_id FROM system.compute.clusters WHERE cluster_source IN ('UI', 'API'))
GROUP BY c.workspace_id, c.cluster_id
