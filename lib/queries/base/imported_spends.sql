-- Job spend from a databricks_job_spends table, for an account whose usage table was not given; else no rows.
-- Row: (usage_date, cluster_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE
-- Returns: usage_date DATE, cluster_id STRING, job_id STRING, run_id STRING, databricks_cost DECIMAL(38,12),
--   vm_cost DECIMAL(38,12)
-- Source: ec2_cost is a cluster's cost on a day: when several runs repeat one figure it is that figure once, split by
--   what the runs cost at Databricks; when the figures differ, each is the run's own.
WITH spends AS (
  SELECT
    usage_date, cluster_id, job_id, run_id,
    SUM(databricks_cost) AS databricks_cost,
    SUM(ec2_cost) AS ec2_cost
  FROM external.databricks_job_spends
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND (SELECT COUNT(*) FROM system.billing.usage) = 0
  GROUP BY usage_date, cluster_id, job_id, run_id
),
weighed AS (
  SELECT
    usage_date, cluster_id, job_id, run_id, databricks_cost, ec2_cost,
    COUNT(*) OVER (PARTITION BY usage_date, cluster_id) AS cluster_rows,
    MIN(ec2_cost) OVER (PARTITION BY usage_date, cluster_id) AS least,
    MAX(ec2_cost) OVER (PARTITION BY usage_date, cluster_id) AS most,
    SUM(databricks_cost) OVER (PARTITION BY usage_date, cluster_id) AS cluster_databricks_cost
  FROM spends
)
SELECT
  usage_date, cluster_id, job_id, run_id,
  CAST(databricks_cost AS DECIMAL(38,12)) AS databricks_cost,
  CAST(CASE
    WHEN cluster_rows = 1 OR least <> most OR cluster_id IS NULL THEN CAST(ec2_cost AS DOUBLE)
    WHEN cluster_databricks_cost > 0
      THEN CAST(most AS DOUBLE) * CAST(databricks_cost AS DOUBLE) / CAST(cluster_databricks_cost AS DOUBLE)
    ELSE CAST(most AS DOUBLE) / cluster_rows
  END AS DECIMAL(38,12)) AS vm_cost
FROM weighed
