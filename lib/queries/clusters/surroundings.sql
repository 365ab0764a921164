-- What surrounds clusters that people made: jobs that used them, what a DBU would cost on a job's own cluster, and when
-- their owner was last seen doing anything.
-- Row: (workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE, seen_from DATE, currency STRING, base STRING
-- Returns: workspace_id STRING, cluster_id STRING, jobs BIGINT, runs BIGINT, shared_cost DOUBLE, own_price DOUBLE,
--   job_price DOUBLE, owner_seen_at TIMESTAMP, people_seen BIGINT
-- Source: shares as shared_job_cost estimates them. Prices are means of what the workspace paid for a DBU of each kind,
--   serverless left out; job_price is NULL where no job ran on a cluster of its own. The audit log has sign-ins too: an
--   owner who is not in it since seen_from was not seen at all; people_seen is how many are, 0 when nobody reads it.
WITH prices AS (
  SELECT
    workspace_id,
    TRY_DIVIDE(
      SUM(CASE WHEN product = 'ALL_PURPOSE' THEN CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) END),
      SUM(CASE WHEN product = 'ALL_PURPOSE' THEN CAST(usage_quantity AS DOUBLE) END)
    ) AS own_price,
    TRY_DIVIDE(
      SUM(CASE WHEN product = 'JOBS' THEN CAST(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS DOUBLE) END),
      SUM(CASE WHEN product = 'JOBS' THEN CAST(usage_quantity AS DOUBLE) END)
    ) AS job_price
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND usage_unit = 'DBU'
    AND product IN ('ALL_PURPOSE', 'JOBS') AND NOT COALESCE(is_serverless, FALSE) AND list_cost IS NOT NULL
  GROUP BY workspace_id
),
shares AS (
  SELECT
    workspace_id, resource_id AS cluster_id, COUNT(DISTINCT job_id) AS jobs, COUNT(DISTINCT run_id) AS runs,
    SUM(CAST(CASE WHEN :base = 'contract' THEN shared_cost ELSE shared_list_cost END AS DOUBLE)) AS shared_cost
  FROM shared_job_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND resource_kind = 'cluster'
  GROUP BY workspace_id, resource_id
),
people AS (
  SELECT user_identity.email AS person, MAX(event_time) AS last_seen
  FROM system.access.audit
  WHERE event_date >= :seen_from AND event_date < :end_date AND user_identity.email IS NOT NULL
  GROUP BY user_identity.email
),
counted AS (
  SELECT COUNT(*) AS people_seen
  FROM people
)
SELECT
  n.workspace_id, n.cluster_id, s.jobs, s.runs, s.shared_cost, r.own_price, r.job_price, p.last_seen AS owner_seen_at,
  c.people_seen
FROM cluster_now AS n
CROSS JOIN counted AS c
LEFT JOIN shares AS s ON s.workspace_id = n.workspace_id AND s.cluster_id = n.cluster_id
LEFT JOIN prices AS r ON r.workspace_id = n.workspace_id
LEFT JOIN people AS p ON p.person = n.owner
WHERE n.deleted_at IS NULL AND n.source IN ('UI', 'API')
