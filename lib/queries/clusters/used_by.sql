-- Jobs whose tasks ran on clusters, people who started them, and notebooks that were attached to them.
-- Row: (workspace_id, cluster_id, kind, key)
-- Params: start_date DATE, end_date DATE, cluster_id STRING, sources ARRAY<STRING>
-- Returns: workspace_id STRING, cluster_id STRING, kind STRING, key STRING, name STRING, times BIGINT,
--   work_minutes DOUBLE, last_time TIMESTAMP
-- Source: jobs: task slices that name the cluster. People: starts in the audit log. Notebooks: attachNotebook in the audit
--   log; key is the path, else the id; what ran in them, and for how long, no system table says.
-- Narrows: sources
WITH slices AS (
  SELECT workspace_id, job_id, job_run_id, period_start_time, period_end_time, EXPLODE(compute_ids) AS cluster_id
  FROM system.lakeflow.job_task_run_timeline
  WHERE period_start_time >= :start_date AND period_start_time < :end_date
),
chosen AS (
  SELECT workspace_id, cluster_id
  FROM cluster_now
  WHERE (:cluster_id IS NULL OR cluster_id = :cluster_id)
    AND (:sources IS NULL OR ARRAY_CONTAINS(CAST(:sources AS ARRAY<STRING>), source))
),
by_job AS (
  SELECT
    s.workspace_id, s.cluster_id, s.job_id,
    COUNT(DISTINCT s.job_run_id) AS times,
    SUM(CAST(UNIX_MILLIS(s.period_end_time) - UNIX_MILLIS(s.period_start_time) AS DOUBLE)) / 60000 AS work_minutes,
    MAX(s.period_end_time) AS last_time
  FROM slices AS s
  INNER JOIN chosen AS c ON c.workspace_id = s.workspace_id AND c.cluster_id = s.cluster_id
  GROUP BY s.workspace_id, s.cluster_id, s.job_id
),
by_person AS (
  SELECT
    a.workspace_id, TRY_ELEMENT_AT(a.request_params, 'cluster_id') AS cluster_id, a.user_identity.email AS person,
    COUNT(*) AS times, MAX(a.event_time) AS last_time
  FROM system.access.audit AS a
  WHERE a.event_date >= :start_date AND a.event_date < :end_date AND a.service_name = 'clusters'
    AND a.action_name IN ('start', 'restart') AND a.user_identity.email IS NOT NULL
  GROUP BY a.workspace_id, TRY_ELEMENT_AT(a.request_params, 'cluster_id'), a.user_identity.email
),
by_notebook AS (
  SELECT
    a.workspace_id, TRY_ELEMENT_AT(a.request_params, 'clusterId') AS cluster_id,
    COALESCE(TRY_ELEMENT_AT(a.request_params, 'path'), TRY_ELEMENT_AT(a.request_params, 'notebookId')) AS notebook,
    COUNT(*) AS times, MAX(a.event_time) AS last_time
  FROM system.access.audit AS a
  WHERE a.event_date >= :start_date AND a.event_date < :end_date AND a.service_name = 'notebook'
    AND a.action_name = 'attachNotebook'
  GROUP BY a.workspace_id, TRY_ELEMENT_AT(a.request_params, 'clusterId'),
    COALESCE(TRY_ELEMENT_AT(a.request_params, 'path'), TRY_ELEMENT_AT(a.request_params, 'notebookId'))
)
SELECT
  b.workspace_id, b.cluster_id, 'job' AS kind, b.job_id AS key, j.job_name AS name, b.times, b.work_minutes, b.last_time
FROM by_job AS b
LEFT JOIN job_names AS j ON j.workspace_id = b.workspace_id AND j.job_id = b.job_id
UNION ALL
SELECT
  p.workspace_id, p.cluster_id, 'person' AS kind, p.person AS key, p.person AS name, p.times, NULL AS work_minutes,
  p.last_time
FROM by_person AS p
INNER JOIN chosen AS c ON c.workspace_id = p.workspace_id AND c.cluster_id = p.cluster_id
UNION ALL
SELECT
  k.workspace_id, k.cluster_id, 'notebook' AS kind, k.notebook AS key, k.notebook AS name, k.times, NULL AS work_minutes,
  k.last_time
FROM by_notebook AS k
INNER JOIN chosen AS c ON c.workspace_id = k.workspace_id AND c.cluster_id = k.cluster_id
WHERE k.notebook IS NOT NULL
