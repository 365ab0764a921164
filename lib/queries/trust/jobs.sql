-- Jobs and objects of the bill that their own tables do not know, with what they cost.
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: jobs BIGINT, unnamed_jobs BIGINT, unlisted_jobs BIGINT, job_cost DOUBLE, unlisted_job_cost DOUBLE,
--   clusters BIGINT, orphan_clusters BIGINT, warehouses BIGINT, orphan_warehouses BIGINT, workspaces BIGINT,
--   unlisted_workspaces BIGINT, unlisted_workspace_cost DOUBLE, workspaces_with_clusters BIGINT, total_cost DOUBLE
WITH spent_jobs AS (
  SELECT s.workspace_id, s.job_id, n.job_name, n.name_source, s.list_cost
  FROM (
    SELECT workspace_id, job_id, CAST(SUM(list_cost) AS DOUBLE) AS list_cost
    FROM spend_daily
    WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND job_id IS NOT NULL
    GROUP BY workspace_id, job_id
  ) AS s
  LEFT JOIN job_names AS n ON n.workspace_id = s.workspace_id AND n.job_id = s.job_id
),
-- an engine that guesses builds its table of the larger side; a condition that always holds makes it guess fewer of these
spent_clusters AS (
  SELECT workspace_id, cluster_id
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND cluster_id IS NOT NULL
  GROUP BY workspace_id, cluster_id
  HAVING COUNT(*) > 0
),
spent_warehouses AS (
  SELECT s.workspace_id, s.warehouse_id, o.object_name AS warehouse_name
  FROM (
    SELECT DISTINCT workspace_id, warehouse_id
    FROM spend_daily
    WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND warehouse_id IS NOT NULL
  ) AS s
  LEFT JOIN service_names AS o
    ON o.object_kind = 'warehouse' AND o.workspace_id = s.workspace_id AND o.object_id = s.warehouse_id
),
period AS (
  SELECT workspace_id, CAST(SUM(list_cost) AS DOUBLE) AS list_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  GROUP BY workspace_id
),
spent_workspaces AS (
  SELECT s.workspace_id, w.status, s.list_cost
  FROM period AS s
  LEFT JOIN workspaces AS w ON w.workspace_id = s.workspace_id
  WHERE s.workspace_id IS NOT NULL
),
job_counts AS (
  SELECT
    COUNT(*) AS jobs, COUNT_IF(job_name IS NULL) AS unnamed_jobs, COUNT_IF(COALESCE(name_source, '') <> 'jobs') AS unlisted_jobs,
    SUM(list_cost) AS job_cost, SUM(CASE WHEN COALESCE(name_source, '') <> 'jobs' THEN list_cost END) AS unlisted_job_cost
  FROM spent_jobs
),
cluster_counts AS (
  SELECT COUNT(*) AS clusters, COUNT_IF(c.cluster_id IS NULL) AS orphan_clusters
  FROM spent_clusters AS s
  LEFT JOIN cluster_sources AS c ON c.workspace_id = s.workspace_id AND c.cluster_id = s.cluster_id
),
warehouse_counts AS (
  SELECT COUNT(*) AS warehouses, COUNT_IF(warehouse_name IS NULL) AS orphan_warehouses FROM spent_warehouses
),
workspace_counts AS (
  SELECT
    COUNT(*) AS workspaces, COUNT_IF(status = 'NOT LISTED') AS unlisted_workspaces,
    SUM(CASE WHEN status = 'NOT LISTED' THEN list_cost END) AS unlisted_workspace_cost
  FROM spent_workspaces
),
regional AS (
  SELECT COUNT(*) AS workspaces_with_clusters
  FROM spent_workspaces
  WHERE workspace_id IN (SELECT workspace_id FROM cluster_sources)
),
whole AS (
  SELECT SUM(list_cost) AS total_cost FROM period
)
SELECT
  j.jobs, j.unnamed_jobs, j.unlisted_jobs, j.job_cost, j.unlisted_job_cost, c.clusters, c.orphan_clusters, h.warehouses,
  h.orphan_warehouses, w.workspaces, w.unlisted_workspaces, w.unlisted_workspace_cost, r.workspaces_with_clusters,
  t.total_cost
FROM job_counts AS j
CROSS JOIN cluster_counts AS c
CROSS JOIN warehouse_counts AS h
CROSS JOIN workspace_counts AS w
CROSS JOIN regional AS r
CROSS JOIN whole AS t
