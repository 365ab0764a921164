-- What to call a job: its newest name, else what its usage or its runs called it; deleted jobs keep theirs.
-- Row: (workspace_id, job_id)
-- Params: none
-- Returns: workspace_id STRING, job_id STRING, job_name STRING, name_source STRING, names BIGINT, run_as STRING,
--   creator STRING, is_deleted BOOLEAN, description STRING
-- Source: system.lakeflow.jobs has a row a change and none for one-time submits; ids are unique in a workspace only.
WITH newest AS (
  SELECT
    workspace_id, job_id, name, run_as_user_name, run_as, creator_user_name, delete_time, description,
    ROW_NUMBER() OVER (PARTITION BY workspace_id, job_id ORDER BY change_time DESC, name) AS age,
    MIN(name) OVER (PARTITION BY workspace_id, job_id) AS first_name,
    MAX(name) OVER (PARTITION BY workspace_id, job_id) AS last_name
  FROM system.lakeflow.jobs
  -- narrowed to job: WHERE workspace_id = :workspace_id AND job_id = :job_id
),
defined AS (
  SELECT
    workspace_id, job_id, name,
    CAST(CASE WHEN first_name <> last_name THEN 2 ELSE 1 END AS BIGINT) AS names,
    COALESCE(run_as_user_name, run_as) AS run_as, creator_user_name AS creator,
    delete_time IS NOT NULL AS is_deleted, description
  FROM newest
  WHERE age = 1
),
-- only a job that has no name of its own is called what its usage or its runs call it
named AS (
  SELECT workspace_id, job_id FROM defined WHERE name IS NOT NULL
),
billed AS (
  SELECT
    u.workspace_id, u.usage_metadata.job_id AS job_id,
    MAX_BY(COALESCE(usage_metadata.job_name, usage_metadata.run_name), STRUCT(usage_start_time, COALESCE(usage_metadata.job_name, usage_metadata.run_name))) AS name
  FROM system.billing.usage AS u
  LEFT JOIN named AS d ON d.workspace_id = u.workspace_id AND d.job_id = u.usage_metadata.job_id
  WHERE billing_origin_product = 'JOBS' AND usage_metadata.job_id IS NOT NULL
    AND d.job_id IS NULL
    AND COALESCE(usage_metadata.job_name, usage_metadata.run_name) IS NOT NULL
    -- narrowed to job: AND u.workspace_id = :workspace_id AND u.usage_metadata.job_id = :job_id
  GROUP BY u.workspace_id, u.usage_metadata.job_id
),
ran AS (
  SELECT t.workspace_id, t.job_id, MAX_BY(run_name, STRUCT(period_start_time, run_name)) AS name
  FROM system.lakeflow.job_run_timeline AS t
  LEFT JOIN named AS d ON d.workspace_id = t.workspace_id AND d.job_id = t.job_id
  WHERE run_name IS NOT NULL AND t.job_id IS NOT NULL
    AND d.job_id IS NULL
    -- narrowed to job: AND t.workspace_id = :workspace_id AND t.job_id = :job_id
  GROUP BY t.workspace_id, t.job_id
),
known AS (
  SELECT workspace_id, job_id FROM defined
  UNION
  SELECT workspace_id, job_id FROM billed
  UNION
  SELECT workspace_id, job_id FROM ran
)
SELECT
  k.workspace_id, k.job_id,
  COALESCE(d.name, b.name, r.name) AS job_name,
  CASE
    WHEN d.name IS NOT NULL THEN 'jobs'
    WHEN b.name IS NOT NULL THEN 'usage'
    ELSE 'runs'
  END AS name_source,
  COALESCE(d.names, CAST(1 AS BIGINT)) AS names,
  d.run_as, d.creator, COALESCE(d.is_deleted, FALSE) AS is_deleted, d.description
FROM known AS k
LEFT JOIN defined AS d ON d.workspace_id = k.workspace_id AND d.job_id = k.job_id
LEFT JOIN billed AS b ON b.workspace_id = k.workspace_id AND b.job_id = k.job_id
LEFT JOIN ran AS r ON r.workspace_id = k.workspace_id AND r.job_id = k.job_id
