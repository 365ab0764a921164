-- How much each source holds and how fresh it is.
-- Row: (table_name)
-- Params: none
-- Returns: table_name STRING, records BIGINT, first_time TIMESTAMP, last_time TIMESTAMP
SELECT 'system.billing.usage' AS table_name, COUNT(*) AS records, MIN(usage_start_time) AS first_time, MAX(usage_start_time) AS last_time
FROM system.billing.usage
UNION ALL
SELECT 'system.billing.list_prices' AS table_name, COUNT(*) AS records, MIN(price_start_time) AS first_time, MAX(price_start_time) AS last_time
FROM system.billing.list_prices
UNION ALL
SELECT 'system.lakeflow.jobs' AS table_name, COUNT(*) AS records, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.lakeflow.jobs
UNION ALL
SELECT 'system.lakeflow.job_run_timeline' AS table_name, COUNT(*) AS records, MIN(period_start_time) AS first_time, MAX(period_end_time) AS last_time
FROM system.lakeflow.job_run_timeline
UNION ALL
SELECT 'system.lakeflow.job_task_run_timeline' AS table_name, COUNT(*) AS records, MIN(period_start_time) AS first_time, MAX(period_end_time) AS last_time
FROM system.lakeflow.job_task_run_timeline
UNION ALL
SELECT 'system.compute.clusters' AS table_name, COUNT(*) AS records, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.compute.clusters
UNION ALL
SELECT 'system.compute.node_timeline' AS table_name, COUNT(*) AS records, MIN(start_time) AS first_time, MAX(end_time) AS last_time
FROM system.compute.node_timeline
UNION ALL
SELECT 'system.compute.warehouses' AS table_name, COUNT(*) AS records, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.compute.warehouses
UNION ALL
SELECT 'system.compute.warehouse_events' AS table_name, COUNT(*) AS records, MIN(event_time) AS first_time, MAX(event_time) AS last_time
FROM system.compute.warehouse_events
UNION ALL
SELECT 'system.query.history' AS table_name, COUNT(*) AS records, MIN(start_time) AS first_time, MAX(start_time) AS last_time
FROM system.query.history
UNION ALL
SELECT 'system.access.workspaces_latest' AS table_name, COUNT(*) AS records, MIN(create_time) AS first_time, MAX(create_time) AS last_time
FROM system.access.workspaces_latest
UNION ALL
SELECT 'external.databricks_job_spends' AS table_name, COUNT(*) AS records, CAST(MIN(usage_date) AS TIMESTAMP) AS first_time, CAST(MAX(usage_date) AS TIMESTAMP) AS last_time
FROM external.databricks_job_spends
