-- What a job is: names, owner, workspace.
-- Row: (workspace_id, job_id)
-- Params: workspace_id STRING, job_id STRING
-- Returns: workspace_id STRING, workspace_name STRING, workspace_url STRING, job_id STRING, job_name STRING,
--   name_source STRING, names BIGINT, run_as STRING, creator STRING, is_deleted BOOLEAN, description STRING
-- Narrows: job
SELECT
  n.workspace_id, w.workspace_name, w.workspace_url, n.job_id, n.job_name, n.name_source, n.names, n.run_as, n.creator,
  n.is_deleted, n.description
FROM job_names AS n
LEFT JOIN workspaces AS w ON w.workspace_id = n.workspace_id
WHERE n.workspace_id = :workspace_id AND n.job_id = :job_id
