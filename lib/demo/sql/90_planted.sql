-- What is in the account on purpose, so that tests and readers can look for it.

CREATE SCHEMA IF NOT EXISTS meta;
CREATE TABLE meta.planted (fact VARCHAR, kind VARCHAR, entity VARCHAR, workspace_id VARCHAR, since DATE, "until" DATE, detail VARCHAR);

-- Dates: `until` is exclusive; no dates mean the whole range.
CREATE TEMP MACRO date_ago(ago) AS (getvariable('today') - (ago)::INT)::DATE;

INSERT INTO meta.planted
SELECT f.fact, 'cluster', c.cluster_id, c.workspace_id, f.since, f.upto, f.detail
FROM (VALUES
  ('idle_cluster', 1, NULL, NULL, 'CPU stays below 5 % although it runs all day: its auto termination is 600 minutes'),
  ('never_terminating_cluster', 2, date_ago(41), NULL, 'Started once, auto termination 0, never stopped since'),
  ('oversized_cluster', 3, NULL, NULL, 'Four r5.4xlarge workers at 7 % CPU and 15 % memory'),
  ('shared_all_purpose', 4, NULL, NULL, 'Three jobs run on it; their tasks overlap, and it idles between and after them'),
  ('driver_hot_workers_idle', 5, NULL, NULL, 'Driver near 80 % CPU, workers near 5 %: the mean over all nodes hides both'),
  ('memory_pressure_cluster', 13, NULL, NULL, 'Memory above 90 % and swapping'),
  ('stray_cluster_id_on_serving', 5, NULL, NULL, 'MODEL_SERVING usage carries the id of this cluster'),
  ('stray_cluster_id_on_serving', 6, NULL, NULL, 'AI_FUNCTIONS usage carries the id of this cluster'),
  ('scd2_cluster_versions', 7, NULL, NULL, 'Several versions: a join on the id alone multiplies cost'),
  ('minute_rows', 1, NULL, NULL, 'Node rows are minutes of single nodes, not hours')
) AS f(fact, cl, since, upto, detail) JOIN cluster AS c USING (cl);

INSERT INTO meta.planted
SELECT f.fact, 'warehouse', w.warehouse_id, w.workspace_id, f.since, f.upto, f.detail
FROM (VALUES
  ('level_shift', 5, date_ago(35), NULL, 'Resized from SMALL to LARGE: daily cost more than triples and stays'),
  ('resized_warehouse', 5, date_ago(35), NULL, 'The version of this day has another size'),
  ('queueing_warehouse', 2, NULL, NULL, 'At most one cluster: statements wait for capacity, and total duration counts the wait'),
  ('idle_warehouse', 3, NULL, NULL, 'Auto stop after 120 minutes keeps it running long after the last statement'),
  ('never_stopping_warehouse', 13, NULL, NULL, 'Auto stop 0: no STOPPED event in the whole range'),
  ('cold_start_warehouse', 16, NULL, NULL, 'Auto stop after a minute: most bursts wait for the start'),
  ('unused_warehouse', 14, date_ago(44), NULL, 'No event since, not deleted'),
  ('late_rows', 15, date_ago(9), date_ago(6), 'Its usage of these days landed four days late'),
  ('renamed_warehouse', 15, date_ago(50), NULL, 'Was called Customer360 (old)'),
  ('kept_awake_warehouse', 10, NULL, NULL, 'On longer than its statements and its auto stop explain: what other settings would mean is not assessed'),
  ('deleted_warehouse', 12, NULL, NULL, 'Has a delete_time and cost before it'),
  ('shared_warehouse', 1, NULL, NULL, 'Many dashboards and people share it: its cost must be split, not repeated'),
  ('owner_is_not_user', 1, NULL, NULL, 'owned_by is its owner, who hardly runs statements on it'),
  ('scaling_warehouse', 1, NULL, NULL, 'Runs one to three clusters: cluster-hours exceed hours'),
  ('scd2_warehouse_versions', 1, NULL, NULL, 'Several versions: a join on the id alone multiplies cost'),
  ('masked_statement_text', 9, NULL, NULL, 'Customer-managed key: statement texts are empty')
) AS f(fact, wh, since, upto, detail) JOIN warehouse AS w USING (wh);

INSERT INTO meta.planted
SELECT f.fact, 'job', j.job_id, j.workspace_id, f.since, f.upto, f.detail
FROM (VALUES
  ('failing_job', 1, NULL, NULL, 'More than a third of its runs fail'),
  ('spend_spike', 3, date_ago(20), date_ago(19), 'One run cost hundreds of times the usual'),
  ('slow_drift', 4, NULL, NULL, 'Cost per run grows about 1 % a day'),
  ('untagged_usage', 5, NULL, NULL, 'No user tags, only the default ones'),
  ('mistagged_usage', 6, NULL, NULL, 'team is misspelt: finnance-analitics'),
  ('tag_case_variants', 9, NULL, NULL, 'Tags are Team, costcenter, Environment instead of team, CostCenter, env'),
  ('multi_tag_usage', 2, NULL, NULL, 'Three user tags a row: exploding tags counts it three times'),
  ('retagged_job', 31, date_ago(40), NULL, 'Another team from this day on; older usage keeps the old tags'),
  ('retraction_restatement', 6, date_ago(15), date_ago(14), 'All usage of the day was retracted and restated 20 % lower, six days later'),
  ('lone_retraction', 18, date_ago(18), date_ago(17), 'All usage of the day was retracted, nothing replaced it'),
  ('renamed_job', 7, date_ago(25), NULL, 'Was called orders_ingest'),
  ('same_name_jobs', 17, NULL, NULL, 'Two jobs of this workspace are called daily_refresh'),
  ('same_name_jobs', 18, NULL, NULL, 'Two jobs of this workspace are called daily_refresh'),
  ('shared_job_id', 19, NULL, NULL, 'The same number is another job in another workspace'),
  ('shared_job_id', 20, NULL, NULL, 'The same number is another job in another workspace'),
  ('continuous_job', 21, NULL, NULL, 'Runs for a week at a time: cost per day, not per run'),
  ('deleted_job', 22, date_ago(30), NULL, 'Deleted; its cost before stays'),
  ('job_name_hostile', 23, NULL, NULL, 'Markup in the name'), ('job_name_hostile', 24, NULL, NULL, 'SQL in the name'),
  ('job_name_hostile', 25, NULL, NULL, 'Per cent, underscore, backslash and quotes in the name'),
  ('job_name_hostile', 26, NULL, NULL, 'A very long name'), ('job_name_hostile', 27, NULL, NULL, 'A Japanese name'),
  ('job_name_hostile', 28, NULL, NULL, 'An Arabic name, right to left'), ('job_name_hostile', 29, NULL, NULL, 'A Cyrillic name'),
  ('job_name_hostile', 30, NULL, NULL, 'A spreadsheet formula as name'),
  ('run_over_midnight', 10, NULL, NULL, 'Every run begins before midnight and ends after it: its cost falls on two dates'),
  ('shared_all_purpose_job', 11, NULL, NULL, 'Runs on the shared all-purpose cluster'),
  ('shared_all_purpose_job', 12, NULL, NULL, 'Runs on the shared all-purpose cluster'),
  ('shared_all_purpose_job', 13, NULL, NULL, 'Runs on the shared all-purpose cluster'),
  ('warehouse_task_job', 14, NULL, NULL, 'Its tasks run on a SQL warehouse: no job_id in billing, job_info in query.history'),
  ('pipeline_task_job', 16, NULL, NULL, 'Its task updates a pipeline: billed as DLT, without job_id'),
  ('old_runtime_job', 34, NULL, NULL, 'Databricks Runtime 9.1'),
  ('oversized_job_cluster', 35, NULL, NULL, 'Six r5.4xlarge nodes at 7 % CPU'),
  ('short_run_job', 41, NULL, NULL, 'Its nodes live less than ten minutes: billed, but not in node_timeline'),
  ('pooled_job', 40, NULL, NULL, 'Takes its nodes from an instance pool'),
  ('generated_cluster_names', 2, NULL, NULL, 'Every run has its own cluster and cluster name'),
  ('serverless_job', 7, NULL, NULL, 'Its price includes the virtual machines: no VM estimate belongs to it'),
  ('skipping_job', 9, NULL, NULL, 'A tenth of its runs is skipped'),
  ('hourly_slices', 8, NULL, NULL, 'Runs of more than an hour have several rows, only the last one carries a result'),
  ('scd2_job_versions', 9, NULL, NULL, 'Several versions: a join on the id alone multiplies cost')
) AS f(fact, job, since, upto, detail) JOIN job AS j USING (job);

INSERT INTO meta.planted
SELECT f.fact, 'run', number_id(f.run * 16 + 15), j.workspace_id, day_of(f.s), day_of(f.s) + 1, f.detail
FROM (
  SELECT 'repaired_run' AS fact, job, max(run) AS run, arg_max(s, run) AS s,
    'The first attempt failed, the repair succeeded: two ending rows, one run' AS detail
  FROM attempt WHERE attempt = 1 AND job = 2 AND n % 3 <> 0 AND n < getvariable('days') - 2 GROUP BY job
  UNION ALL
  SELECT 'repaired_run_with_gap', job, max(run), arg_max(s, run),
    'Five hours lie between the attempts: last end minus first start is not its duration'
  FROM attempt WHERE attempt = 1 AND job = 2 AND n % 3 = 0 AND n < getvariable('days') - 2 GROUP BY job
  UNION ALL
  SELECT 'run_26_hours', job, run, start_s, 'Ran 26 hours: slices on two dates or more' FROM run WHERE job = 8 AND seconds > 90000
  UNION ALL
  SELECT 'skipped_run', job, max(run), arg_max(start_s, run), 'Start equals end, no cost' FROM run WHERE job = 9 AND state = 'SKIPPED' GROUP BY job
  UNION ALL
  SELECT 'outlier_run', job, max(run), arg_max(start_s, run), 'Forty times the cost of its siblings' FROM run WHERE job = 33
    AND load = 40 GROUP BY job
  UNION ALL
  SELECT 'task_run_is_not_job_run', job, max(run), arg_max(start_s, run), 'Its tasks have run ids of their own' FROM run
    WHERE job = 19 AND state = 'SUCCEEDED' AND n < getvariable('days') - 2 GROUP BY job
) AS f JOIN job AS j USING (job)
UNION ALL
SELECT 'submit_run', 'run', number_id(max(run) * 16 + 15), any_value(workspace_id), NULL, NULL,
  'A one-time submit: a job_id without a row in lakeflow.jobs' FROM run JOIN job USING (job) WHERE job = 32 AND state = 'SUCCEEDED'
  AND n < getvariable('days') - 2
UNION ALL
SELECT 'workflow_run', 'run', number_id(max(run) * 16 + 11), any_value(workspace_id), NULL, NULL,
  'A notebook called by a notebook: no usage of its own' FROM run_slice JOIN job USING (job) WHERE child = 1;

-- A statement of each shape that is there to be found: the last one that ran.
INSERT INTO meta.planted
SELECT f.fact, 'statement', uuid_of('statement', s.key), w.workspace_id, f.since, NULL, f.detail
FROM (VALUES
  ('query_regression', 4, 1, date_ago(14), 'From this day on its shape reads five times more and takes six times longer'),
  ('select_star_wide', 5, 1, NULL, 'SELECT * on a wide table: nothing pruned, gigabytes returned'),
  ('spilling_query', 6, 1, NULL, 'Spills tens of gigabytes'),
  ('poor_pruning_query', 7, 1, NULL, 'Reads nearly all files: a cast on the column defeats pruning'),
  ('small_files_query', 7, 1, NULL, 'Reads tens of thousands of files of less than a megabyte'),
  ('failing_statement', 23, 1, NULL, 'Two of three executions fail'),
  ('tiny_insert_loop', 34, 1, NULL, 'Inserts one row at a time: tiny files'),
  ('metadata_statement', 12, 1, NULL, 'No task time: costs nothing of the warehouse'),
  ('dlt_pipeline_statement', 70, 1, NULL, 'CLASSIC_COMPUTE or SERVERLESS_COMPUTE, with pipeline_info')
) AS f(fact, shape, ws, since, detail)
JOIN (SELECT shape, ws, max(key) AS key FROM (
        SELECT shape, ws, key, row_number() OVER (PARTITION BY shape, ws ORDER BY at_ms DESC, key) AS nth FROM statement_done
          WHERE NOT cached AND part = 4
          AND (shape <> 23 OR status = 'FAILED') AND (shape = 23 OR status = 'FINISHED') AND (shape <> 6 OR spilled > 1)
      ) WHERE nth = 1 GROUP BY shape, ws) AS s USING (shape, ws)
JOIN workspace AS w USING (ws)
UNION ALL
SELECT 'duplicate_statement', 'statement', uuid_of('statement', key), workspace_id, NULL, NULL,
  'Two rows with one statement_id: the newer update_time counts'
FROM (SELECT key, ws FROM statement_done WHERE part = 2 AND ws = 1 ORDER BY at_ms DESC, key LIMIT 1) JOIN workspace USING (ws)
UNION ALL
SELECT 'job_info_never_null', 'statement', uuid_of('statement', key), workspace_id, NULL, NULL,
  'Not from a job, yet query_source.job_info is a struct: test its job_id'
FROM (SELECT key, ws FROM statement_done WHERE client = 'dashboard' AND ws = 1 ORDER BY at_ms DESC, key LIMIT 1) JOIN workspace USING (ws)
UNION ALL
SELECT 'result_cache_hit', 'statement', uuid_of('statement', key), workspace_id, NULL, NULL, 'From the result cache: next to no compute'
FROM (SELECT key, ws FROM statement_done WHERE cached AND ws = 1 ORDER BY at_ms DESC, key LIMIT 1) JOIN workspace USING (ws);

INSERT INTO meta.planted
SELECT f.fact, 'pipeline', p.pipeline_id, p.workspace_id, NULL, NULL, f.detail
FROM (VALUES
  ('serverless_pipeline_untagged', 6, 'Its usage has no tags; the pipeline itself has'),
  ('failing_pipeline', 9, 'More than a third of its updates fail'),
  ('pipeline_retry', 9, 'A failed update and its retry share a request_id'),
  ('continuous_pipeline', 2, 'One update a day, all day long'),
  ('renamed_pipeline', 7, 'Was called gdpr_masking_v1'),
  ('dlt_pipeline_id_on_sql', 5, 'A materialized view: product SQL on a JOBS_SERVERLESS SKU, with dlt_pipeline_id'),
  ('dlt_pipeline_id_on_connect', 4, 'Lakeflow Connect usage with dlt_pipeline_id'),
  ('dlt_pipeline_id_on_online_table', 10, 'Online table usage with dlt_pipeline_id')
) AS f(fact, pl, detail) JOIN pipeline AS p USING (pl);

INSERT INTO meta.planted
SELECT f.fact, 'sku', f.sku, NULL, f.since, f.upto, f.detail
FROM (VALUES
  ('price_change_mid_month', 'PREMIUM_JOBS_SERVERLESS_COMPUTE_US_EAST_N_VIRGINIA', day_of(getvariable('price_change_s')), NULL,
    '0.39 before, 0.35 from this day on; some usage starts exactly on the boundary'),
  ('price_gap_59_999', 'PREMIUM_SQL_PRO_COMPUTE_US_EAST_N_VIRGINIA', day_of(getvariable('price_gap_s')), NULL,
    'The window before ends on ...:59.999, and one usage row starts after that'),
  ('promotional_price', 'PREMIUM_ALL_PURPOSE_SERVERLESS_COMPUTE_US_WEST_OREGON', date_ago(30), NULL, 'default stays 0.75, effective_list is 0.60'),
  ('retired_sku', 'PREMIUM_JOBS_LIGHT_COMPUTE', NULL, (SELECT day_of(alive_until) FROM workspace WHERE ws = 8),
    'Its last price window is closed and none follows'),
  ('unpriced_sku', 'PREMIUM_AGENT_BRICKS_COMPUTE_US_WEST_OREGON', NULL, NULL, 'Used every day, in no price list'),
  ('sku_only_in_eur', 'ENTERPRISE_CLEAN_ROOMS_COLLABORATOR_EUROPE_IRELAND', NULL, NULL, 'Priced in EUR only'),
  ('sku_in_two_currencies', 'ENTERPRISE_SERVERLESS_SQL_COMPUTE_EUROPE_IRELAND', NULL, NULL,
    'Priced in USD and EUR: a join without currency doubles its cost'),
  ('sku_in_two_units', 'ENTERPRISE_PRIVATE_CONNECTIVITY_EUROPE_IRELAND', NULL, NULL, 'Priced per GB and per HOUR'),
  ('free_sku_zero_price', 'PREMIUM_PUBLIC_CONNECTIVITY_DATA_PROCESSED_US_EAST_N_VIRGINIA', NULL, NULL, 'Its price is 0: free, not unpriced'),
  ('several_price_windows', 'PREMIUM_JOBS_COMPUTE', NULL, NULL, 'Several windows and clouds: a join on sku_name alone multiplies cost'),
  ('sku_used_by_many_products', 'PREMIUM_JOBS_SERVERLESS_COMPUTE_US_EAST_N_VIRGINIA', NULL, NULL,
    'Jobs, pipelines, optimisation and monitoring share it: the SKU does not tell the product'),
  ('serverless_without_the_word', 'PREMIUM_ANTHROPIC_MODEL_SERVING_US_EAST_N_VIRGINIA', NULL, NULL,
    'Serverless only, though the name does not say so')
) AS f(fact, sku, since, upto, detail);

INSERT INTO meta.planted
SELECT 'deleted_workspace', 'workspace', workspace_id, workspace_id, NULL, day_of(alive_until),
  'Usage until this day, no row in workspaces_latest' FROM workspace WHERE ws = 8
UNION ALL
SELECT 'workspace_outside_region', 'workspace', workspace_id, workspace_id, NULL, NULL,
  'Billed and named, but in none of the regional tables' FROM workspace WHERE ws = 7
UNION ALL
SELECT 'null_workspace_usage', 'product', 'DEFAULT_STORAGE', NULL, NULL, NULL, 'Items of the account: workspace_id is NULL'
UNION ALL
SELECT 'mixed_units', 'product', 'NETWORKING', NULL, NULL, NULL, 'DBU, DSU, GB and HOUR: quantities are never added'
UNION ALL
SELECT 'is_serverless_null', 'product', 'MODEL_SERVING', NULL, NULL, NULL, 'A product without a classic variant: the flag is NULL, not false'
UNION ALL
SELECT 'po_estimate_differs', 'product', 'PREDICTIVE_OPTIMIZATION', workspace_id, NULL, NULL,
  'The operations table holds estimates: they do not add up to the bill' FROM workspace WHERE ws = 1
UNION ALL
SELECT 'partial_yesterday', 'account', getvariable('account_id'), NULL, date_ago(1), getvariable('today'),
  'Billing lags 10 to 16 hours: yesterday is incomplete, today has nothing; other tables know more'
UNION ALL
SELECT 'unused_endpoint', 'endpoint', object_id, workspace_id, NULL, NULL, 'Billed by the hour, no request' FROM service WHERE sv = 44
UNION ALL
SELECT 'token_endpoint', 'endpoint', object_id, workspace_id, NULL, NULL, 'Pays per token: usage is the sum of its requests' FROM service WHERE sv = 5
UNION ALL
SELECT 'stale_table', 'table', full_name, NULL, date_ago(50), NULL, 'Written every day, read by nobody since' FROM lake_table WHERE tbl IN (29, 30)
UNION ALL
SELECT 'pool_idle', 'instance_pool', '0714-090000-pool01', workspace_id, NULL, NULL,
  'Instances wait in the pool: VM cost without DBU' FROM workspace WHERE ws = 1
UNION ALL
SELECT 'apostrophe_in_name', 'person', email, NULL, NULL, NULL, 'An address with an apostrophe' FROM person WHERE person = 1;
