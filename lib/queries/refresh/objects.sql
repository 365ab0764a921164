-- What tells whether the tables that describe objects have changed: a new version of a row has a new time.
-- Row: (table_name)
-- Params: none
-- Returns: table_name STRING, records BIGINT, newest TIMESTAMP, content STRING
-- Source: workspaces_latest has one row a workspace, changed in place and without a time: its content is compared.
SELECT 'system.compute.clusters' AS table_name, COUNT(*) AS records, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.clusters
UNION ALL
SELECT 'system.compute.warehouses' AS table_name, COUNT(*) AS records, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.compute.warehouses
UNION ALL
SELECT 'system.lakeflow.jobs' AS table_name, COUNT(*) AS records, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.jobs
UNION ALL
SELECT 'system.lakeflow.pipelines' AS table_name, COUNT(*) AS records, MAX(change_time) AS newest, CAST(NULL AS STRING) AS content
FROM system.lakeflow.pipelines
UNION ALL
SELECT 'system.access.workspaces_latest' AS table_name, COUNT(*) AS records, MAX(create_time) AS newest, MD5(ARRAY_JOIN(ARRAY_SORT(COLLECT_LIST(CONCAT(
    COALESCE(workspace_id, ''), '|', COALESCE(workspace_name, ''), '|', COALESCE(workspace_url, ''), '|', COALESCE(status, '')
  ))), ',')) AS content
FROM system.access.workspaces_latest
