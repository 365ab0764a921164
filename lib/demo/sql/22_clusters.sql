-- All-purpose clusters: what they are and when they run. Job and pipeline clusters come with their runs.

-- cpu_driver, cpu_worker, memory: mean percentages. since_ago: days before today the cluster was first started (NULL: always).
CREATE TEMP TABLE cluster_plan AS
SELECT * FROM (VALUES
  (1, 1, 'analytics-shared', 20, 'i3.2xlarge', 1, 1, 600, false, 'long', 3, 1, 2.2, 1.6, 22.0, NULL),
  (2, 2, 'ml-dev-scratch', 21, 'r5.4xlarge', 0, 0, 0, false, 'always', 5, 0, 2.6, 1.8, 26.0, 41),
  (3, 1, 'pricing-simulation', 22, 'r5.4xlarge', 4, 4, 45, false, 'half', 2, 3, 9.0, 6.5, 14.0, NULL),
  (4, 1, 'shared-etl', 23, 'm5.4xlarge', 4, 4, 40, true, 'etl', 1, 1, 34.0, 52.0, 61.0, NULL),
  (5, 2, 'pandas-notebooks', 24, 'r5.4xlarge', 2, 2, 60, false, 'half', 5, 0, 82.0, 5.5, 48.0, NULL),
  (6, 1, 'data-engineering', 25, 'i3.4xlarge', 2, 4, 45, true, 'half', 1, 1, 31.0, 44.0, 58.0, NULL),
  (7, 3, 'eu-analytics', 26, 'r5.4xlarge', 1, 2, 60, true, 'half', 7, 2, 28.0, 39.0, 55.0, NULL),
  (8, 5, 'supply-planning', 27, 'Standard_D8ds_v5', 2, 3, 60, false, 'half', 4, 3, 25.0, 37.0, 52.0, NULL),
  (9, 6, 'campaign-lab', 28, 'n2-standard-8', 2, 2, 45, false, 'short', 3, 1, 22.0, 35.0, 50.0, NULL),
  (10, 4, 'dev-playground', 29, 'm5.xlarge', 1, 1, 120, false, 'half', 1, 0, 12.0, 18.0, 41.0, NULL),
  (11, 2, 'gpu-training', 30, 'g5.12xlarge', 0, 0, 90, false, 'short', 5, 4, 57.0, 57.0, 66.0, NULL),
  (12, 8, 'old-migration', 31, 'm5.2xlarge', 2, 2, 60, false, 'half', 8, 0, 21.0, 30.0, 44.0, NULL),
  (13, 1, 'risk-models', 32, 'c5.4xlarge', 2, 2, 60, true, 'half', 6, 1, 61.0, 83.0, 93.0, NULL),
  (14, 1, 'streaming-debug', 33, 'm5d.xlarge', 2, 2, 30, false, 'short', 8, 3, 24.0, 38.0, 49.0, NULL)
) AS t(cl, ws, name, owner, node_type, min_workers, max_workers, auto_stop, photon, profile, team, style, cpu_driver, cpu_worker,
  memory, since_ago)
UNION ALL
SELECT
  100 + k, wk.ws, pick(['explore', 'adhoc', 'interactive', 'team', 'lab'], 'cl-n1', k) || '-' ||
    (SELECT t.name FROM team AS t WHERE t.team = 1 + k % 8) || '-' || k,
  whole('cl-owner', k, 1, getvariable('people')),
  CASE (SELECT w.cloud FROM workspace AS w WHERE w.ws = wk.ws)
    WHEN 'AZURE' THEN pick(['Standard_DS4_v2', 'Standard_E8ds_v4', 'Standard_D8ds_v5'], 'cl-node', k)
    WHEN 'GCP' THEN pick(['n2-standard-4', 'n2-highmem-8'], 'cl-node', k)
    ELSE pick(['m5.2xlarge', 'i3.xlarge', 'r5.xlarge', 'r5.2xlarge', 'm6i.xlarge'], 'cl-node', k) END,
  1, whole('cl-max', k, 1, 6), pick([20, 30, 60, 60, 120, 240], 'cl-stop', k), unit('cl-photon', k) < 0.4,
  pick(['half', 'half', 'short', 'long'], 'cl-profile', k), 1 + k % 8, pick([0, 0, 1, 2, 3, 4], 'cl-style', k),
  8 + 40 * unit('cl-cpu', k), 5 + 60 * unit('cl-cpu2', k), 25 + 55 * unit('cl-mem', k), NULL
FROM (
  SELECT k, (SELECT ws FROM workspace_slot WHERE slot = whole('cl-ws', k, 0, 99)) AS ws
  FROM range(objects(greatest(0, 14 * (1 - 1 / getvariable('scale'))))) AS t(k)
) AS wk;

CREATE TEMP TABLE cluster AS
SELECT
  *, cluster_id_of(created_s, cl) AS cluster_id
FROM (
  SELECT
    p.*, w.workspace_id, w.cloud, w.region, w.tier, w.office_hour, w.regional, w.alive_until, m.rate, m.cores, m.memory_gib,
    CASE WHEN since_ago IS NULL THEN getvariable('start_s') - (15 + p.cl % 200) * 86400 + 30000 + p.cl * 61
      ELSE days_ago(since_ago, 640) END AS created_s
  FROM cluster_plan AS p JOIN workspace AS w USING (ws) JOIN machine AS m USING (node_type)
);

CREATE TEMP TABLE cluster_slot AS
SELECT * FROM (VALUES
  ('long', 1, 0, 690, 20, 1.0, 0.0), ('half', 1, 30, 170, 60, 0.85, 0.08), ('half', 2, 280, 150, 60, 0.75, 0.05),
  ('short', 1, 120, 150, 100, 0.55, 0.04), ('etl', 1, -120, 290, 4, 1.0, 0.0)
) AS t(profile, slot, from_minute, minutes, jitter, weekday_chance, weekend_chance);

-- One row: an all-purpose cluster from start to termination, with as many nodes as it had then.
CREATE TEMP TABLE cluster_session AS
SELECT
  cl, n, session, start_s, start_s + work_s AS last_work_s, start_s + work_s + auto_stop * 60 AS end_s,
  min_workers + floor((max_workers - min_workers + 1) * unit('cl-workers', session))::INT AS workers
FROM (
  SELECT
    k.cl, c.n, k.auto_stop, k.min_workers, k.max_workers, k.alive_until, k.profile,
    (c.n * 8 + s.slot) * 4096 + k.cl AS session,
    CASE WHEN c.weekend THEN s.weekend_chance ELSE least(1.0, s.weekday_chance * (0.7 + 0.3 * c.office)) END AS chance,
    c.day_s + (k.office_hour * 60 + s.from_minute) * 60 + floor(unit('cl-from', session) * s.jitter * 30)::BIGINT AS start_s,
    floor(s.minutes * 60 * (0.75 + 0.25 * unit('cl-len', session)))::BIGINT
      - CASE WHEN k.auto_stop > 240 THEN s.minutes * 30 ELSE 0 END AS work_s
  FROM cluster AS k JOIN cluster_slot AS s USING (profile) CROSS JOIN calendar AS c
)
WHERE (unit('cl-on', session) < chance) AND start_s < alive_until AND start_s < getvariable('compute_until')
UNION ALL
SELECT cl, 0, cl, created_s + 240, created_s + 7200, getvariable('now_s') + 86400, min_workers
FROM cluster WHERE profile = 'always';

-- The idle cluster: its auto stop is so long that it idles from afternoon to the next morning's first use.
UPDATE cluster_session AS s SET end_s = least(end_s, next_s - 300)
FROM (SELECT session, lead(start_s, 1, 99999999999) OVER (PARTITION BY cl ORDER BY start_s) AS next_s FROM cluster_session) AS l
WHERE l.session = s.session;
