-- Jobs, runs, tasks and pipelines as Lakeflow's own tables tell them.

-- One row: a version of a job: created, edited, renamed, tagged anew, deleted. A submit has none.
CREATE TEMP TABLE job_version AS
SELECT j.job, v.change, v.change_s, v.delete_s
FROM job AS j, LATERAL (VALUES
  ('created', j.created_s, NULL::BIGINT, true),
  ('edited', days_ago(70, 480 + j.job % 300), NULL, j.job % 4 = 1),
  ('renamed', days_ago(25, 615), NULL, j.job = 7),
  ('retagged', days_ago(40, 0), NULL, j.job = 31),
  ('edited again', days_ago(9, 480 + j.job % 300), NULL, j.job % 9 = 5),
  ('deleted', j.deleted_s, j.deleted_s, j.job = 22 OR (j.job > 100 AND j.deleted_s < getvariable('now_s')))
) AS v(change, change_s, delete_s, happens)
WHERE v.happens AND v.change_s >= j.created_s AND (v.change_s < j.deleted_s OR v.change = 'deleted') AND j.regional AND NOT j.submit;

INSERT INTO lakeflow.jobs
SELECT
  getvariable('account_id'), j.workspace_id, j.job_id,
  CASE WHEN j.job = 7 AND v.change_s < days_ago(25, 615) THEN 'orders_ingest' ELSE j.name END,
  CASE WHEN j.job % 5 = 0 THEN 'Owned by ' || t.name || '. Runbook: wiki/' || j.job ELSE '' END, o.user_id, g.tags,
  moment(v.change_s), moment(v.delete_s), r.user_id,
  -- these were added to the table later: older versions do not have them
  CASE WHEN v.change_s >= days_ago(280, 0) THEN moment(j.created_s) END, CASE WHEN v.change_s >= days_ago(280, 0) THEN o.name END,
  CASE WHEN v.change_s >= days_ago(280, 0) THEN r.name END, j.deleted_s < getvariable('now_s'),
  CASE WHEN j.job % 4 = 2 THEN 14400 ELSE 0 END, k.trigger_type,
  {
    'file_arrival': CASE k.trigger_type WHEN 'FILE_ARRIVAL' THEN {'url': 's3://northwind-landing/' || j.job || '/',
      'min_time_between_triggers_seconds': 60,
      'wait_after_last_change_seconds': 60} END,
    'periodic': NULL,
    'continuous': CASE k.trigger_type WHEN 'CONTINUOUS' THEN {'enabled': true} END,
    'table_update': NULL,
    'schedule': CASE k.trigger_type WHEN 'CRON' THEN {'quartz_cron_expression': '0 ' || (j.first_minute::BIGINT % 60) || ' ' || (j.first_minute::BIGINT // 60 % 24) || ' * * ?',
      'timezone_id': 'UTC'} END
  },
  CASE WHEN j.job % 6 = 3 THEN [{'metric': 'RUN_DURATION_SECONDS', 'operator': 'GREATER_THAN', 'value': (j.minutes * 180)::BIGINT}] ELSE [] END,
  CASE WHEN j.job % 3 = 0 THEN {'kind': 'BUNDLE', 'metadata_file_path': '/Workspace/bundles/' || j.job || '/metadata.json'} END
FROM job_version AS v JOIN job AS j USING (job) JOIN actor AS o ON o.actor = j.owner JOIN actor AS r ON r.actor = j.run_as
JOIN tag_set AS g ON g.team = CASE WHEN j.job = 31 AND v.change_s >= days_ago(40, 0) THEN 7 ELSE j.team END AND g.style = j.style
  AND g.env = CASE WHEN j.ws = 4 THEN 'dev' ELSE 'prod' END
JOIN team AS t ON t.team = j.team,
LATERAL (SELECT CASE WHEN j.job = 21 THEN 'CONTINUOUS' WHEN j.job > 100 AND unit('job-trigger', j.job) < 0.1 THEN 'FILE_ARRIVAL'
  WHEN j.job > 100 AND unit('job-trigger', j.job) < 0.16 THEN 'ONETIME' ELSE 'CRON' END AS trigger_type) AS k
ORDER BY v.change_s, j.workspace_id, j.job_id;

INSERT INTO lakeflow.job_tasks
SELECT
  getvariable('account_id'), j.workspace_id, j.job_id, k.key, CASE WHEN k.task > 0 AND k.task < 9 THEN [task_key(k.task - 1)] ELSE [] END,
  moment(v.change_s), CASE WHEN k.task = 9 AND v.change <> 'created' THEN moment(v.change_s) ELSE moment(v.delete_s) END, 0, []
FROM job_version AS v JOIN job AS j USING (job),
LATERAL (
  SELECT task, task_key(task) AS key FROM range(4) AS t(task) WHERE task < j.tasks
  UNION ALL SELECT 9, 'obsolete_export' WHERE j.job % 7 = 3 AND v.change IN ('created', 'edited')
) AS k
ORDER BY v.change_s, j.workspace_id, j.job_id, k.key;

CREATE TEMP TABLE run_slice AS
SELECT
  job, run, attempt, s AS begun_s, state, greatest(s, hour * 3600) AS from_s, least(e, (hour + 1) * 3600) AS to_s,
    e <= (hour + 1) * 3600 AS ending, 0 AS child
FROM (SELECT *, unnest(hours_of(s, e)) AS hour FROM attempt)
UNION ALL
SELECT job, run, attempt, s, 'SUCCEEDED', s + 60, s + 60 + (e - s) // 3, true, 1
FROM attempt WHERE job = 6 AND e - s > 240 AND (s + 60) // 3600 = (s + 60 + (e - s) // 3) // 3600
ORDER BY from_s, run, attempt, child;

INSERT INTO lakeflow.job_run_timeline
SELECT
  getvariable('account_id'), j.workspace_id,
  CASE WHEN s.child = 1 THEN number_id(s.run * 16 + 10) WHEN j.submit THEN number_id(s.run * 16 + 13) ELSE j.job_id END,
  number_id(s.run * 16 + CASE s.child WHEN 1 THEN 11 ELSE 15 END), moment(s.from_s), moment(s.to_s),
  CASE WHEN j.job = 21 THEN 'CONTINUOUS' WHEN j.submit OR s.child = 1 THEN 'ONETIME' WHEN j.job > 100 AND unit('job-trigger',
    j.job) < 0.1 THEN 'FILE_ARRIVAL'
    WHEN unit('run-manual', s.run) < 0.03 THEN 'ONETIME' ELSE 'CRON' END,
  CASE WHEN s.child = 1 THEN 'WORKFLOW_RUN' WHEN j.submit THEN 'SUBMIT_RUN' ELSE 'JOB_RUN' END,
  CASE WHEN s.child = 1 THEN 'reconcile_child' WHEN j.submit THEN j.name END,
  CASE WHEN j.kind = 'classic' AND j.job % 4 = 1 AND s.child = 0 AND s.state <> 'SKIPPED' THEN [cluster_id_of(s.begun_s,
    s.run * 2 + s.attempt)] ELSE [] END,
  CASE WHEN s.ending THEN s.state END, CASE WHEN s.ending THEN c.code END, CASE WHEN s.ending THEN c.type END,
  CASE WHEN j.job % 3 = 1 THEN MAP {'run_date': day_of(s.begun_s)::VARCHAR} END,
  CASE WHEN s.child = 1 THEN number_id(s.run * 16 + s.attempt * 8) END, CASE WHEN s.child = 1 THEN number_id(s.run * 16 + s.attempt * 8) END,
  [], 0, 0, 0, 0, 0
FROM run_slice AS s JOIN job AS j USING (job),
LATERAL (SELECT
  CASE s.state WHEN 'SUCCEEDED' THEN 'SUCCESS' WHEN 'CANCELLED' THEN 'USER_CANCELED'
    WHEN 'SKIPPED' THEN 'MAX_CONCURRENT_RUNS_EXCEEDED' WHEN 'TIMED_OUT' THEN 'CANCELED'
    ELSE pick(['RUN_EXECUTION_ERROR', 'RUN_EXECUTION_ERROR', 'RUN_EXECUTION_ERROR', 'LIBRARY_INSTALLATION_ERROR',
      'STORAGE_ACCESS_ERROR', 'DRIVER_ERROR',
      'CLUSTER_ERROR', 'CLOUD_FAILURE'], 'run-code', s.run) END AS code,
  CASE WHEN s.state = 'SUCCEEDED' THEN 'SUCCESS' WHEN code = 'CLOUD_FAILURE' THEN 'CLOUD_FAILURE' WHEN code IN ('DRIVER_ERROR',
    'CLUSTER_ERROR') THEN 'INTERNAL_ERROR'
    ELSE 'CLIENT_ERROR' END AS type) AS c
WHERE j.regional AND s.to_s < getvariable('lakeflow_until');

CREATE TEMP TABLE task_slice AS
SELECT
  t.job, t.run, t.attempt, t.task, t.task_run, t.state, greatest(t.s, hour * 3600) AS from_s, least(t.e, (hour + 1) * 3600) AS to_s,
    t.e <= (hour + 1) * 3600 AS ending, a.s AS begun_s
FROM (SELECT *, unnest(hours_of(s, e)) AS hour FROM task) AS t JOIN attempt AS a ON a.run = t.run AND a.attempt = t.attempt
ORDER BY from_s, t.task_run;

INSERT INTO lakeflow.job_task_run_timeline
SELECT
  getvariable('account_id'), j.workspace_id, CASE WHEN j.submit THEN number_id(s.run * 16 + 13) ELSE j.job_id END, number_id(s.task_run),
  number_id(s.run * 16 + 15), number_id(s.run * 16 + 15), moment(s.from_s), moment(s.to_s), task_key(s.task),
  CASE j.kind WHEN 'classic' THEN [cluster_id_of(s.begun_s, s.run * 2 + s.attempt)] WHEN 'shared' THEN [c.cluster_id]
    WHEN 'warehouse' THEN [w.warehouse_id] ELSE [] END,
  CASE WHEN s.ending THEN s.state END,
  CASE WHEN s.ending THEN CASE s.state WHEN 'SUCCEEDED' THEN 'SUCCESS' WHEN 'CANCELLED' THEN 'USER_CANCELED'
    WHEN 'TIMED_OUT' THEN 'CANCELED' ELSE 'RUN_EXECUTION_ERROR' END END,
  CASE WHEN s.ending THEN CASE s.state WHEN 'SUCCEEDED' THEN 'SUCCESS' ELSE 'CLIENT_ERROR' END END,
  NULL,
  CASE j.kind WHEN 'classic' THEN [{'type': 'CLASSIC_COMPUTE', 'cluster_id': cluster_id_of(s.begun_s, s.run * 2 + s.attempt), 'warehouse_id': NULL}]
    WHEN 'shared' THEN [{'type': 'CLASSIC_COMPUTE', 'cluster_id': c.cluster_id, 'warehouse_id': NULL}]
    WHEN 'warehouse' THEN [{'type': 'WAREHOUSE', 'cluster_id': NULL, 'warehouse_id': w.warehouse_id}]
    ELSE [{'type': 'SERVERLESS_COMPUTE', 'cluster_id': NULL, 'warehouse_id': NULL}] END,
  0, 0, 0
FROM task_slice AS s JOIN job AS j USING (job) LEFT JOIN cluster AS c ON j.kind = 'shared' AND c.cl = j.size LEFT
  JOIN warehouse AS w ON j.kind = 'warehouse' AND w.wh = j.size
WHERE j.regional AND s.to_s < getvariable('lakeflow_until');

INSERT INTO lakeflow.pipelines
SELECT
  getvariable('account_id'), p.workspace_id, p.pipeline_id, p.type, CASE WHEN v.version = 0 AND p.pl = 7 THEN 'gdpr_masking_v1'
    ELSE p.name END, o.name, a.name,
  t.tags,
  {'photon': p.photon, 'development': p.ws = 4, 'continuous': p.every = 0, 'serverless': p.serverless, 'edition': p.edition, 'channel': 'CURRENT'},
  MAP {'pipelines.trigger.interval': coalesce(p.every, 0)::VARCHAR}, moment(v.change_s), NULL,
    moment(getvariable('start_s') - (30 + p.pl % 200) * 86400 + 50000)
FROM pipeline AS p JOIN actor AS a ON a.actor = p.run_as JOIN actor AS o ON o.actor = 100 + 1 + p.pl % 40
JOIN tag_set AS t ON t.team = p.team AND t.style = p.style AND t.env = 'prod',
LATERAL (VALUES (0, getvariable('start_s') - (30 + p.pl % 200) * 86400 + 50000), (1, days_ago(33, 700 + p.pl % 99))) AS v(version, change_s)
WHERE p.regional AND (v.version = 0 OR p.pl % 3 = 1)
ORDER BY v.change_s, p.pipeline_id;

INSERT INTO lakeflow.pipeline_update_timeline
SELECT
  getvariable('account_id'), p.workspace_id, p.pipeline_id, uuid_of('update', u.upd * 2 + u.retry), CASE WHEN unit('pl-full',
    u.upd) < 0.01 THEN 'FULL_REFRESH' ELSE 'REFRESH' END,
  uuid_of('request', u.upd), a.name, CASE WHEN u.task_run IS NOT NULL THEN 'JOB_TASK' WHEN u.retry = 1 THEN 'RETRY_ON_FAILURE'
    WHEN p.product = 'SQL' THEN 'DBSQL_REQUEST' ELSE 'API_CALL' END,
  {'job_task': CASE WHEN u.task_run IS NOT NULL THEN {'job_id': (SELECT job_id FROM job WHERE job = 16),
    'job_task_run_id': number_id(u.task_run), 'performance_target': 'STANDARD'} END},
  CASE WHEN u.e <= (u.hour + 1) * 3600 THEN u.state END,
  {'type': CASE WHEN p.serverless THEN 'SERVERLESS_COMPUTE' ELSE 'CLASSIC_COMPUTE' END, 'cluster_id': CASE
    WHEN NOT p.serverless THEN cluster_id_of(u.s, -(u.upd * 2 + u.retry)) END},
  moment(greatest(u.s, u.hour * 3600)), moment(least(u.e, (u.hour + 1) * 3600)), [], [], []
FROM (SELECT *, unnest(hours_of(s, e)) AS hour FROM pipeline_update) AS u JOIN pipeline AS p USING (pl) JOIN actor AS a ON a.actor = p.run_as
WHERE p.regional AND least(u.e, (u.hour + 1) * 3600) < getvariable('lakeflow_until')
ORDER BY greatest(u.s, u.hour * 3600), u.upd, u.retry;
