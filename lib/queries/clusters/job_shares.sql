-- What jobs used of all-purpose clusters, and what a DBU of theirs would cost on a job's own cluster.
-- Row: (workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING
-- Returns: workspace_id STRING, cluster_id STRING, jobs BIGINT, runs BIGINT, shared_cost DOUBLE, own_price DOUBLE,
--   job_price DOUBLE
-- Source: shares as shared_job_cost estimates them. Prices are means of what the workspace paid for a DBU of each kind,
--   serverless left out; job_price is NULL where no job ran on a cluster of its own.
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
)
SELECT
  s.workspace_id, s.resource_id AS cluster_id, COUNT(DISTINCT s.job_id) AS jobs, COUNT(DISTINCT s.run_id) AS runs,
  SUM(CAST(CASE WHEN :base = 'contract' THEN s.shared_cost ELSE s.shared_list_cost END AS DOUBLE)) AS shared_cost,
  MAX(p.own_price) AS own_price, MAX(p.job_price) AS job_price
FROM shared_job_cost AS s
LEFT JOIN prices AS p ON p.workspace_id = s.workspace_id
WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.currency = :currency
  AND s.resource_kind = 'cluster'
GROUP BY s.workspace_id, s.resource_id
