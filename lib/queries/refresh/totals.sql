-- How much each source holds in all, and how far its ingestion has come: cheap to ask, whatever the history.
-- Row: (source)
-- Params: none
-- Returns: source STRING, records BIGINT, ingested DATE
SELECT 'usage' AS source, COUNT(usage_date) AS records, MAX(ingestion_date) AS ingested FROM system.billing.usage
UNION ALL
SELECT 'node_timeline' AS source, COUNT(start_time) AS records, CAST(NULL AS DATE) AS ingested FROM system.compute.node_timeline
UNION ALL
SELECT 'runs' AS source, COUNT(period_start_time) AS records, CAST(NULL AS DATE) AS ingested FROM system.lakeflow.job_run_timeline
UNION ALL
SELECT 'task_runs' AS source, COUNT(period_start_time) AS records, CAST(NULL AS DATE) AS ingested FROM system.lakeflow.job_task_run_timeline
UNION ALL
SELECT 'statements' AS source, COUNT(start_time) AS records, CAST(NULL AS DATE) AS ingested FROM system.query.history
UNION ALL
SELECT 'warehouse_events' AS source, COUNT(event_time) AS records, CAST(NULL AS DATE) AS ingested FROM system.compute.warehouse_events
UNION ALL
SELECT 'job_spends' AS source, COUNT(usage_date) AS records, CAST(NULL AS DATE) AS ingested FROM external.databricks_job_spends
UNION ALL
SELECT 'cloud_costs' AS source, COUNT(usage_date) AS records, CAST(NULL AS DATE) AS ingested FROM external.cloud_costs
