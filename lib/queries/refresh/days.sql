-- How much each source holds of each day: what differs from the ledger's own count is to be read again.
-- Row: (source, day)
-- Params: since DATE, ingested_since DATE
-- Returns: source STRING, day DATE, records BIGINT, content DECIMAL(38,18)
-- Source: corrections keep their usage_date and come with a later ingestion_date, so a day is read when anything of it
--   was ingested since; lakeflow, compute and query tables have no ingestion_date: their newest days are read, and
--   refresh/sources tells when an older one changed. Without `since` all days are read.
SELECT 'usage' AS source, usage_date AS day, COUNT(*) AS records, SUM(usage_quantity) AS content
FROM system.billing.usage
WHERE :since IS NULL OR usage_date >= :since
  OR usage_date IN (SELECT usage_date FROM system.billing.usage WHERE ingestion_date >= :ingested_since)
GROUP BY usage_date
UNION ALL
SELECT 'node_timeline' AS source, CAST(start_time AS DATE) AS day, COUNT(*) AS records, CAST(0 AS DECIMAL(38,18)) AS content
FROM system.compute.node_timeline
WHERE :since IS NULL OR start_time >= :since
GROUP BY CAST(start_time AS DATE)
UNION ALL
SELECT 'runs' AS source, CAST(period_start_time AS DATE) AS day, COUNT(*) AS records, CAST(COUNT(result_state) AS DECIMAL(38,18)) AS content
FROM system.lakeflow.job_run_timeline
WHERE :since IS NULL OR period_start_time >= :since
GROUP BY CAST(period_start_time AS DATE)
UNION ALL
SELECT 'task_runs' AS source, CAST(period_start_time AS DATE) AS day, COUNT(*) AS records, CAST(0 AS DECIMAL(38,18)) AS content
FROM system.lakeflow.job_task_run_timeline
WHERE :since IS NULL OR period_start_time >= :since
GROUP BY CAST(period_start_time AS DATE)
UNION ALL
SELECT 'statements' AS source, CAST(start_time AS DATE) AS day, COUNT(*) AS records, CAST(0 AS DECIMAL(38,18)) AS content
FROM system.query.history
WHERE :since IS NULL OR start_time >= :since
GROUP BY CAST(start_time AS DATE)
UNION ALL
SELECT 'warehouse_events' AS source, CAST(event_time AS DATE) AS day, COUNT(*) AS records, CAST(0 AS DECIMAL(38,18)) AS content
FROM system.compute.warehouse_events
WHERE :since IS NULL OR event_time >= :since
GROUP BY CAST(event_time AS DATE)
UNION ALL
SELECT 'job_spends' AS source, usage_date AS day, COUNT(*) AS records, CAST(SUM(COALESCE(ec2_cost, 0) + COALESCE(databricks_cost, 0)) AS DECIMAL(38,18)) AS content
FROM external.databricks_job_spends
WHERE :since IS NULL OR usage_date >= :since
GROUP BY usage_date
UNION ALL
SELECT 'cloud_costs' AS source, usage_date AS day, COUNT(*) AS records, CAST(SUM(cost) AS DECIMAL(38,18)) AS content
FROM external.cloud_costs
WHERE :since IS NULL OR usage_date >= :since
GROUP BY usage_date
