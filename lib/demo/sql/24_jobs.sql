-- Jobs, their runs, attempts and tasks.

-- kind: classic, serverless, warehouse, shared (an all-purpose cluster), pipeline. every: minutes between starts.
-- run_on: all, weekday, week (Mondays). size: workers of classic jobs, DBU an hour of serverless ones. run_as: see actor.
CREATE TEMP TABLE job_plan AS
SELECT * FROM (VALUES
  (1,  1, 'crm_contacts_sync', 'classic', 'm5d.xlarge', 4, false, 22, 240, 35, 'all', 0.42, 0.02, 2, 3, 1, 104, 5),
  (2,  1, 'billing_close_daily', 'classic', 'i3.xlarge', 6, true, 75, 1440, 185, 'all', 0.30, 1.0, 4, 2, 1, 105, 2),
  (3,  1, 'web_events_backfill', 'serverless', NULL, 14, true, 40, 1440, 390, 'all', 0.01, 0.5, 2, 8, 1, 106, 1),
  (4,  2, 'recommendations_feature_refresh', 'serverless', NULL, 12, true, 50, 720, 95, 'all', 0.01, 0.1, 3, 5, 3, 107, 3),
  (5,  1, 'adhoc_exports_nightly', 'classic', 'i3.2xlarge', 6, true, 80, 1440, 60, 'all', 0.02, 0.1, 1, 8, 0, 108, 108),
  (6,  1, 'ledger_reconciliation', 'classic', 'r5.xlarge', 5, true, 55, 720, 130, 'all', 0.02, 0.1, 2, 2, 9, 109, 2),
  (7,  1, 'orders_bronze_ingest', 'serverless', NULL, 16, true, 18, 120, 12, 'all', 0.01, 0.1, 2, 1, 1, 110, 1),
  (8,  1, 'historical_reprocess', 'classic', 'i3.2xlarge', 6, false, 140, 10080, 600, 'week', 0.0, 0.0, 1, 1, 1, 111, 1),
  (9,  1, 'inventory_snapshot', 'serverless', NULL, 6, true, 9, 60, 5, 'all', 0.02, 0.0, 1, 4, 2, 112, 1),
  (10, 3, 'settlement_night_run', 'classic', 'r5.2xlarge', 4, true, 95, 1440, 1400, 'all', 0.02, 0.2, 2, 2, 1, 113, 2),
  (11, 1, 'shared_orders_enrich', 'shared', NULL, 4, true, 0, 0, 0, 'all', 0.02, 0.0, 2, 1, 1, 114, 1),
  (12, 1, 'shared_returns_enrich', 'shared', NULL, 4, true, 0, 0, 0, 'all', 0.02, 0.0, 1, 1, 1, 115, 1),
  (13, 1, 'shared_pricing_enrich', 'shared', NULL, 4, true, 0, 0, 0, 'all', 0.02, 0.0, 1, 2, 1, 116, 1),
  (14, 1, 'dbt_core_models', 'warehouse', NULL, 4, true, 0, 0, 0, 'all', 0.02, 0.0, 3, 1, 3, 117, 1),
  (15, 1, 'bi_extract_refresh', 'warehouse', NULL, 1, true, 0, 0, 0, 'all', 0.01, 0.0, 1, 3, 1, 118, 4),
  (16, 1, 'orders_medallion', 'pipeline', NULL, 12, true, 25, 360, 20, 'all', 0.02, 0.0, 1, 1, 1, 119, 1),
  (17, 1, 'daily_refresh', 'serverless', NULL, 10, true, 24, 1440, 215, 'all', 0.01, 0.1, 1, 3, 3, 120, 120),
  (18, 1, 'daily_refresh', 'classic', 'm5.2xlarge', 3, false, 31, 1440, 245, 'all', 0.01, 0.1, 2, 7, 1, 121, 121),
  (19, 1, 'customer_segments', 'serverless', NULL, 18, true, 30, 720, 320, 'all', 0.01, 0.1, 2, 7, 1, 122, 1),
  (20, 3, 'vat_reporting', 'serverless', NULL, 9, true, 26, 1440, 75, 'all', 0.01, 0.1, 2, 2, 2, 123, 2),
  (21, 1, 'fraud_stream', 'classic', 'm5d.xlarge', 1, false, 10070, 10080, 0, 'week', 0.0, 0.0, 1, 6, 1, 124, 5),
  (22, 1, 'legacy_sap_extract', 'classic', 'm5.2xlarge', 4, false, 45, 720, 150, 'all', 0.03, 0.1, 2, 4, 0, 125, 125),
  (23, 1, '<script>alert("x")</script> & <b>load</b>', 'serverless', NULL, 6, true, 12, 1440, 410, 'all', 0.01, 0, 1, 8, 3, 126, 126),
  (24, 1, 'Robert''); DROP TABLE jobs;--', 'serverless', NULL, 6, true, 12, 1440, 420, 'all', 0.01, 0, 1, 8, 4, 126, 126),
  (25, 1, '100%_done_\_like% ''quoted'' "names"', 'classic', 'm5d.xlarge', 2, false, 14, 1440, 430, 'all', 0.01, 0, 1, 8, 1, 127, 127),
  (26, 1, repeat('very_long_name_of_a_generated_job_', 11) || 'end', 'serverless', NULL, 5, true, 10, 1440, 440, 'all', 0.01, 0, 1, 1, 0, 128, 5),
  (27, 1, '日次売上集計ジョブ', 'serverless', NULL, 8, true, 16, 1440, 450, 'all', 0.01, 0, 1, 2, 1, 129, 129),
  (28, 5, 'تقرير المبيعات اليومي', 'serverless', NULL, 8, true, 15, 1440, 460, 'all', 0.01, 0, 1, 4, 2, 130, 130),
  (29, 3, 'Ежедневная сверка счетов', 'classic', 'm5d.xlarge', 3, true, 22, 1440, 470, 'all', 0.01, 0, 1, 2, 1, 131, 2),
  (30, 4, '=HYPERLINK("http://evil.example","open me")', 'serverless', NULL, 4, true, 8, 1440, 480, 'weekday', 0.02, 0, 1, 8, 0, 132, 132),
  (31, 1, 'loyalty_points_load', 'classic', 'm5.2xlarge', 5, true, 48, 720, 255, 'all', 0.01, 0.1, 2, 3, 1, 133, 1),
  (32, 1, 'airflow: dag_orders.load_partition', 'classic', 'm5d.xlarge', 3, false, 19, 240, 50, 'all', 0.03, 0, 1, 1, 3, 5, 5),
  (33, 2, 'churn_model_scoring', 'serverless', NULL, 22, true, 34, 1440, 500, 'all', 0.01, 0.1, 2, 5, 1, 134, 3),
  (34, 1, 'mainframe_feed_parser', 'classic', 'm5.2xlarge', 4, false, 58, 1440, 100, 'all', 0.02, 0.1, 2, 6, 4, 135, 135),
  (35, 1, 'product_catalog_rebuild', 'classic', 'r5.4xlarge', 5, false, 64, 720, 290, 'all', 0.01, 0.1, 2, 8, 1, 136, 1),
  (36, 7, 'apac_orders_load', 'classic', 'm5d.xlarge', 3, false, 30, 1440, 200, 'all', 0.02, 0.1, 1, 4, 1, 137, 1),
  (37, 7, 'apac_kpis', 'serverless', NULL, 8, true, 15, 1440, 260, 'all', 0.02, 0.1, 1, 3, 0, 138, 1),
  (38, 8, 'migration_copy', 'classic', 'm5.2xlarge', 3, false, 50, 1440, 200, 'all', 0.03, 0.1, 1, 1, 0, 139, 139),
  (39, 8, 'migration_light_checks', 'classic', 'm5d.xlarge', 2, false, 20, 1440, 300, 'all', 0.03, 0.1, 1, 1, 0, 139, 139),
  (40, 1, 'pooled_small_loads', 'classic', 'm5d.xlarge', 2, false, 14, 180, 25, 'all', 0.01, 0.1, 1, 1, 1, 140, 1),
  (41, 1, 'hourly_ping', 'classic', 'm5d.xlarge', 1, false, 5, 60, 40, 'all', 0.01, 0.0, 1, 8, 3, 141, 1),
  (42, 1, 'skewed_sessionization', 'classic', 'c5.4xlarge', 6, true, 70, 1440, 335, 'all', 0.01, 0.1, 1, 8, 1, 142, 1)
) AS t(job, ws, name, kind, node_type, size, photon, minutes, every, first_minute, run_on, fail, repair, tasks, team, style, owner,
  run_as)
UNION ALL
SELECT
  100 + k, g.ws,
  pick(['', '', '', '', '[prod] ', 'nightly ', 'v2_'], 'job-n0', k)
    || pick(['orders', 'customers', 'inventory', 'shipments', 'invoices', 'payments', 'web_events', 'campaigns', 'returns', 'prices',
      'suppliers', 'forecast', 'claims', 'loyalty', 'sessions', 'products', 'stores', 'refunds', 'ledger', 'subscriptions',
      'tickets', 'sensors', 'contracts', 'leads'], 'job-n1', k)
    || pick(['_daily_load', '_silver_merge', '_gold_aggregates', '_ingest', '_quality_checks', '_export', '_snapshot', '_feature_build',
      '_scoring', '_dedupe', '_backfill', '_reconcile', '_to_crm', '_kpis'], 'job-n2', k)
    || pick(['', '', '', '_eu', '_us', '_' || (1 + k % 9)], 'job-n3', k),
  CASE WHEN unit('job-kind', k) < 0.52 THEN 'serverless' ELSE 'classic' END,
  CASE (SELECT w.cloud FROM workspace AS w WHERE w.ws = g.ws)
    WHEN 'AZURE' THEN pick(['Standard_DS3_v2', 'Standard_D4ds_v5', 'Standard_E8ds_v4', 'Standard_D8ds_v5'], 'job-node', k)
    WHEN 'GCP' THEN pick(['n2-standard-4', 'n2-highmem-4', 'n1-standard-4'], 'job-node', k)
    ELSE pick(['m5d.xlarge', 'm5d.xlarge', 'i3.xlarge', 'r5d.xlarge', 'm6id.xlarge', 'c5.2xlarge', 'r5.2xlarge', 'i3.2xlarge',
      'm5.2xlarge'], 'job-node', k) END,
  CASE WHEN unit('job-kind', k) < 0.52 THEN least(60, 9 * exp(0.8 * normal('job-size', k))) ELSE whole('job-size', k, 2, 11) END,
  unit('job-photon', k) < 0.45,
  least(g.every * 0.5, 16 * exp(0.8 * normal('job-min', k))), g.every,
  whole('job-first', k, 0, least(g.every, 700) - 1), g.run_on,
  CASE WHEN unit('job-fail', k) < 0.06 THEN 0.09 ELSE 0.012 END, 0.08, whole('job-tasks', k, 1, 4), 1 + k % 8,
  pick([1, 1, 1, 2, 2, 3, 3, 4, 5, 0, 0, 0], 'job-style', k), 100 + whole('job-owner', k, 1, getvariable('people')),
  CASE WHEN unit('job-sp', k) < 0.55 THEN whole('job-sp2', k, 1, 5) ELSE 100 + whole('job-owner', k, 1, getvariable('people')) END
FROM (
  SELECT
    k, (SELECT ws FROM workspace_slot WHERE slot = whole('job-ws', k, 0, 99)) AS ws,
    CASE WHEN u < 0.60 THEN 1440 WHEN u < 0.68 THEN 720 WHEN u < 0.77 THEN 240 WHEN u < 0.81 THEN 60 WHEN u < 0.93 THEN 1440 ELSE 10080 END
      AS every,
    CASE WHEN u < 0.81 THEN 'all' WHEN u < 0.93 THEN 'weekday' ELSE 'week' END AS run_on
  FROM (SELECT k, unit('job-every', k) AS u FROM range(objects(150)) AS t(k))
) AS g;

-- created_s, deleted_s: most jobs are older than the range; some begin or end in it.
CREATE TEMP TABLE job AS
SELECT
  p.*, w.workspace_id, w.cloud, w.region, w.tier, w.regional, w.alive_until,
  -- the same number in two workspaces: ids are unique only within one
  number_id(CASE p.job WHEN 20 THEN 19 ELSE p.job END * 500009 + 12) AS job_id,
  p.job = 32 AS submit, p.job = 40 AS pooled,
  m.rate * CASE WHEN p.photon THEN m.photon_jobs ELSE 1 END AS rate,
  CASE WHEN p.job > 100 AND unit('job-target', p.job) < 0.2 THEN 'STANDARD' ELSE 'PERFORMANCE_OPTIMIZED' END AS target,
  CASE WHEN p.job > 100 AND unit('job-new', p.job) < 0.12
    THEN days_ago(whole('job-new2', p.job, 3, getvariable('days') - 2), 555)
    ELSE getvariable('start_s') - (20 + p.job % 400) * 86400 + 40000 END AS created_s,
  CASE WHEN p.job = 22 THEN days_ago(30, 700)
    WHEN p.job > 100 AND unit('job-gone', p.job) < 0.05 THEN days_ago(whole('job-gone2', p.job, 1, getvariable('days') - 2), 810)
    ELSE w.alive_until END AS deleted_s
FROM job_plan AS p JOIN workspace AS w USING (ws) LEFT JOIN machine AS m USING (node_type);

-- One row: a run. load: how much it costs against an ordinary one of its job.
CREATE TEMP TABLE run AS
WITH scheduled AS (
  SELECT
    j.job, c.n, s.slot, (c.n * 16384 + j.job) * 128 + s.slot AS run, c.batch, j.minutes, j.every,
    c.day_s + (j.first_minute + s.slot * j.every) * 60 + floor(unit('run-jitter', run) * 45)::BIGINT AS start_s,
    exp(0.28 * normal('run-len', run))
      * CASE WHEN unit('run-tail', run) < 0.003 THEN 3 + 9 * unit('run-tail2', run) ELSE 1 END AS stretch
  FROM job AS j CROSS JOIN calendar AS c, unnest(range(greatest(1, 1440 // nullif(j.every, 0)))) AS s(slot)
  WHERE j.kind IN ('classic', 'serverless', 'pipeline')
    AND (j.run_on = 'all' OR (j.run_on = 'weekday' AND NOT c.weekend) OR (j.run_on = 'week' AND c.weekday = 1)
      OR (j.job = 8 AND c.n = getvariable('days') - 12))
),
timed AS (
  SELECT
    job, n, run, start_s, batch,
    CASE
      WHEN job = 8 AND n = getvariable('days') - 12 THEN 26 * 3600
      WHEN job = 21 THEN minutes * 60
      WHEN job = 3 AND n = getvariable('days') - 20 THEN 9 * 3600
      ELSE greatest(40, floor(least(minutes * 60 * stretch * (0.85 + 0.15 * batch), every * 54))) END::BIGINT AS seconds
  FROM scheduled
  UNION ALL
  SELECT j.job, s.n, (s.n * 16384 + j.job) * 128 + s.slot, s.running_s + 5 + floor(s.work_s * 0.01)::BIGINT, 1.0,
    floor(s.work_s * 0.9)::BIGINT
  FROM job AS j JOIN warehouse_session AS s ON s.wh = j.size
  WHERE j.kind = 'warehouse' AND (j.job = 14 OR s.slot = 2)
  UNION ALL
  SELECT j.job, s.n, (s.n * 16384 + j.job) * 128, s.start_s + floor((s.last_work_s - s.start_s) * share.from_share)::BIGINT, 1.0,
    floor((s.last_work_s - s.start_s) * (share.to_share - share.from_share))::BIGINT
  FROM job AS j JOIN cluster_session AS s ON s.cl = j.size
  JOIN (VALUES (11, 0.03, 0.45), (12, 0.20, 0.55), (13, 0.62, 0.96)) AS share(job, from_share, to_share) USING (job)
  WHERE j.kind = 'shared'
),
judged AS (
  SELECT
    t.*, j.kind, j.fail, j.repair, j.created_s, j.deleted_s, j.every, unit('run-state', t.run) AS u,
    CASE
      WHEN j.job = 3 AND t.n = getvariable('days') - 20 THEN 20
      WHEN j.job = 33 AND t.n = getvariable('days') - 26 THEN 40
      WHEN j.job = 4 THEN exp(0.011 * t.n)
      ELSE exp(0.15 * normal('run-load', t.run)) END AS load
  FROM timed AS t JOIN job AS j USING (job)
)
SELECT
  job, n, run, start_s, load, repair,
  CASE WHEN job = 8 AND seconds > 90000 THEN 'SUCCEEDED' WHEN u < fail THEN 'FAILED' WHEN u < fail + 0.0015 THEN 'CANCELLED'
    WHEN u < fail + 0.0022 THEN 'TIMED_OUT' WHEN u > 1 - CASE job WHEN 9 THEN 0.1 ELSE 0.0008 END THEN 'SKIPPED'
    ELSE 'SUCCEEDED' END AS state,
  CASE WHEN state = 'SKIPPED' THEN 0 WHEN state IN ('FAILED', 'CANCELLED') THEN greatest(30,
    floor(seconds * (0.3 + 0.6 * unit('run-cut', run))))::BIGINT
    ELSE seconds END AS seconds
FROM judged
WHERE start_s >= created_s AND start_s < deleted_s AND start_s < getvariable('lakeflow_until') AND start_s >= getvariable('start_s');

-- One row: an attempt of a run: the first, or a repair. final: nothing follows. up_s, down_s: when its compute is paid for.
CREATE TEMP TABLE attempt AS
WITH repaired AS (
  SELECT *, state = 'FAILED' AND unit('run-repair', run) < repair AS again,
    start_s + seconds + CASE WHEN job = 2 AND n % 3 = 0 THEN 5 * 3600 ELSE 900 + floor(2700 * unit('run-gap', run))::BIGINT END AS again_s,
    greatest(60, floor(seconds * 0.7))::BIGINT AS again_seconds
  FROM run
),
tried AS (
  SELECT job, n, run, 0 AS attempt, start_s AS s, start_s + seconds AS e, state, load, NOT again AS final FROM repaired
  UNION ALL
  SELECT job, n, run, 1, again_s, again_s + again_seconds, 'SUCCEEDED', load, true
  FROM repaired WHERE again AND again_s < getvariable('lakeflow_until')
)
SELECT
  t.*,
  CASE WHEN j.kind <> 'classic' THEN NULL WHEN j.job % 3 = 0 THEN greatest(1, round(j.size * (0.6 + 0.8 * unit('run-nodes', t.run))))
    ELSE j.size END::BIGINT AS workers,
  CASE WHEN t.state = 'SKIPPED' THEN t.e WHEN j.kind = 'classic' THEN least(t.s + 110 + floor(150 * unit('run-boot', t.run))::BIGINT, t.e - 10)
    ELSE t.s + 15 END AS up_s,
  CASE WHEN t.state = 'SKIPPED' THEN t.e WHEN j.kind = 'classic' THEN t.e + 20 ELSE t.e END AS down_s
FROM tried AS t JOIN job AS j USING (job);

-- One row: a task of an attempt. A failing attempt fails in its last task, and a repair runs only that one.
CREATE TEMP TABLE task AS
SELECT
  a.job, a.n, a.run, a.attempt, k.task, run * 16 + attempt * 8 + k.task AS task_run,
  CASE WHEN a.attempt = 1 THEN a.s + 8 ELSE a.s + ((a.e - a.s) * k.task) // j.tasks + 4 END AS s,
  CASE WHEN a.attempt = 1 THEN a.e - 3 ELSE a.s + ((a.e - a.s) * (k.task + 1)) // j.tasks - 2 END AS e,
  CASE WHEN k.task = j.tasks - 1 THEN a.state ELSE 'SUCCEEDED' END AS state
FROM attempt AS a JOIN job AS j USING (job), unnest(range(j.tasks)) AS k(task)
WHERE a.state <> 'SKIPPED' AND (a.attempt = 0 OR k.task = j.tasks - 1);
