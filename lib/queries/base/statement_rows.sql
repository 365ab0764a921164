-- Statements as they ended: one row each, with what they ran on, who asked through what, and what they did.
-- Row: (workspace_id, statement_id)
-- Params: start_date DATE, end_date DATE
-- Returns: run_date DATE, workspace_id STRING, statement_id STRING, resource_kind STRING, resource_id STRING,
--   warehouse_id STRING, executed_by STRING, statement_type STRING, execution_status STRING, client_application STRING,
--   source_kind STRING, source_id STRING, job_id STRING, statement_text STRING, start_time TIMESTAMP, end_time TIMESTAMP,
--   total_ms BIGINT, compute_wait_ms BIGINT, queue_ms BIGINT, compile_ms BIGINT, execute_ms BIGINT, fetch_ms BIGINT,
--   task_ms BIGINT, work_ms BIGINT, work_from_ms BIGINT, work_to_ms BIGINT, read_rows BIGINT, read_bytes BIGINT,
--   read_files BIGINT, pruned_files BIGINT, produced_rows BIGINT, spilled_bytes BIGINT, shuffle_bytes BIGINT,
--   written_bytes BIGINT, written_rows BIGINT, written_files BIGINT, cached BOOLEAN, io_cache_percent INT, error_message STRING
-- Source: rows are rewritten while a statement runs: the newest one counts. Work is task, compile and fetch time; waits
--   are none. Two days before the period are read too, for work that reaches into it. query_source is never NULL: test leaves.
SELECT
  CAST(start_time AS DATE) AS run_date,
  workspace_id, statement_id,
  CASE
    WHEN compute.warehouse_id IS NOT NULL THEN 'warehouse'
    WHEN compute.type = 'SERVERLESS_COMPUTE' AND query_source.job_info.job_run_id IS NOT NULL THEN 'job_run'
    WHEN compute.type = 'SERVERLESS_COMPUTE' AND query_source.notebook_id IS NOT NULL THEN 'notebook'
  END AS resource_kind,
  CASE
    WHEN compute.warehouse_id IS NOT NULL THEN compute.warehouse_id
    WHEN compute.type = 'SERVERLESS_COMPUTE'
      THEN COALESCE(query_source.job_info.job_run_id, query_source.notebook_id)
  END AS resource_id,
  compute.warehouse_id AS warehouse_id,
  executed_by, statement_type, execution_status, client_application,
  CASE
    WHEN query_tags['dbt_model'] IS NOT NULL OR LOWER(client_application) LIKE '%dbt%' THEN 'dbt'
    WHEN query_source.job_info.job_id IS NOT NULL THEN 'job'
    WHEN query_source.dashboard_id IS NOT NULL OR query_source.legacy_dashboard_id IS NOT NULL THEN 'dashboard'
    WHEN query_source.genie_space_id IS NOT NULL THEN 'genie'
    WHEN query_source.alert_id IS NOT NULL THEN 'alert'
    WHEN query_source.pipeline_info.pipeline_id IS NOT NULL THEN 'pipeline'
    WHEN query_source.notebook_id IS NOT NULL THEN 'notebook'
    WHEN query_source.sql_query_id IS NOT NULL OR client_application LIKE '%SQL Editor%' THEN 'editor'
    ELSE 'application'
  END AS source_kind,
  CASE
    WHEN query_tags['dbt_model'] IS NOT NULL OR LOWER(client_application) LIKE '%dbt%'
      THEN COALESCE(query_tags['dbt_model'], NULLIF(REGEXP_EXTRACT(statement_text, '"node_id": "([^"]+)"', 1), ''), 'dbt')
    WHEN query_source.job_info.job_id IS NOT NULL THEN query_source.job_info.job_id
    WHEN query_source.dashboard_id IS NOT NULL OR query_source.legacy_dashboard_id IS NOT NULL
      THEN COALESCE(query_source.dashboard_id, query_source.legacy_dashboard_id)
    WHEN query_source.genie_space_id IS NOT NULL THEN query_source.genie_space_id
    WHEN query_source.alert_id IS NOT NULL THEN query_source.alert_id
    WHEN query_source.pipeline_info.pipeline_id IS NOT NULL THEN query_source.pipeline_info.pipeline_id
    WHEN query_source.notebook_id IS NOT NULL THEN query_source.notebook_id
    WHEN query_source.sql_query_id IS NOT NULL THEN query_source.sql_query_id
    ELSE client_application
  END AS source_id,
  query_source.job_info.job_id AS job_id,
  NULLIF(statement_text, '') AS statement_text,
  start_time, end_time,
  COALESCE(total_duration_ms, 0) AS total_ms,
  COALESCE(waiting_for_compute_duration_ms, 0) AS compute_wait_ms,
  COALESCE(waiting_at_capacity_duration_ms, 0) AS queue_ms,
  COALESCE(compilation_duration_ms, 0) AS compile_ms,
  COALESCE(execution_duration_ms, 0) AS execute_ms,
  COALESCE(result_fetch_duration_ms, 0) AS fetch_ms,
  COALESCE(total_task_duration_ms, 0) AS task_ms,
  CASE
    WHEN COALESCE(from_result_cache, FALSE) THEN CAST(0 AS BIGINT)
    ELSE COALESCE(total_task_duration_ms, 0) + COALESCE(compilation_duration_ms, 0) + COALESCE(result_fetch_duration_ms, 0)
  END AS work_ms,
  UNIX_MILLIS(start_time) + COALESCE(waiting_for_compute_duration_ms, 0) + COALESCE(waiting_at_capacity_duration_ms, 0)
    AS work_from_ms,
  GREATEST(
    UNIX_MILLIS(end_time) + COALESCE(result_fetch_duration_ms, 0),
    UNIX_MILLIS(start_time) + COALESCE(waiting_for_compute_duration_ms, 0) + COALESCE(waiting_at_capacity_duration_ms, 0) + 1
  ) AS work_to_ms,
  COALESCE(read_rows, 0) AS read_rows,
  COALESCE(read_bytes, 0) AS read_bytes,
  COALESCE(read_files, 0) AS read_files,
  COALESCE(pruned_files, 0) AS pruned_files,
  COALESCE(produced_rows, 0) AS produced_rows,
  COALESCE(spilled_local_bytes, 0) AS spilled_bytes,
  COALESCE(shuffle_read_bytes, 0) AS shuffle_bytes,
  COALESCE(written_bytes, 0) AS written_bytes,
  COALESCE(written_rows, 0) AS written_rows,
  COALESCE(written_files, 0) AS written_files,
  COALESCE(from_result_cache, FALSE) AS cached,
  read_io_cache_percent AS io_cache_percent,
  error_message
FROM system.query.history
WHERE start_time >= DATE_SUB(:start_date, 2) AND start_time < :end_date
QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1
