-- How much each source holds in all, and what tells whether it changed: cheap to ask, whatever the history.
-- Row: (source)
-- Params: none
-- Returns: kind STRING, source STRING, records BIGINT, ingested DATE, newest TIMESTAMP, content STRING
-- Source: kind days: what refresh/days counts day by day, and how far its ingestion has come. kind objects: tables that
--   describe objects, in which a new version of a row has a new time; workspaces_latest has one row a workspace, changed in
--   place and without a time: its content is compared.
SELECT 'days' AS kind, 'usage' AS source, COUNT(usage_date) AS records, MAX(ingestion_date) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.billing.usage
UNION ALL
SELECT 'days' AS kind, 'node_timeline' AS source, COUNT(start_time) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.node_timeline
UNION ALL
SELECT 'days' AS kind, 'runs' AS source, COUNT(period_start_time) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.job_run_timeline
UNION ALL
SELECT 'days' AS kind, 'task_runs' AS source, COUNT(period_start_time) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.job_task_run_timeline
UNION ALL
SELECT 'days' AS kind, 'statements' AS source, COUNT(start_time) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.query.history
UNION ALL
SELECT 'days' AS kind, 'warehouse_events' AS source, COUNT(event_time) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.warehouse_events
UNION ALL
SELECT 'days' AS kind, 'job_spends' AS source, COUNT(usage_date) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM external.databricks_job_spends
UNION ALL
SELECT 'days' AS kind, 'cloud_costs' AS source, COUNT(usage_date) AS records, CAST(NULL AS DATE) AS ingested, CAST(NULL AS TIMESTAMP) AS newest, CAST(NULL AS STRING) AS content
FROM external.cloud_costs
UNION ALL
SELECT 'objects' AS kind, 'system.compute.clusters' AS source, COUNT(*) AS records, CAST(NULL AS DATE) AS ingested, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.clusters
UNION ALL
SELECT 'objects' AS kind, 'system.compute.warehouses' AS source, COUNT(*) AS records, CAST(NULL AS DATE) AS ingested, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.warehouses
UNION ALL
SELECT 'objects' AS kind, 'system.lakeflow.jobs' AS source, COUNT(*) AS records, CAST(NULL AS DATE) AS ingested, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.jobs
UNION ALL
SELECT 'objects' AS kind, 'system.lakeflow.pipelines' AS source, COUNT(*) AS records, CAST(NULL AS DATE) AS ingested, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.pipelines
UNION ALL
SELECT 'objects' AS kind, 'system.access.workspaces_latest' AS source, COUNT(*) AS records, CAST(NULL AS DATE) AS ingested, MAX(create_time) AS newest,
  MD5(ARRAY_JOIN(ARRAY_SORT(COLLECT_LIST(CONCAT(
    COALESCE(workspace_id, ''), '|', COALESCE(workspace_name, ''), '|', COALESCE(workspace_url, ''), '|', COALESCE(status, '')
  ))), ',')) AS content
FROM system.access.workspaces_latest
