-- Classic compute as its own tables tell it: cluster versions, nodes, minutes, pools.

-- One row: a version of a cluster.
CREATE TEMP TABLE cluster_version AS
SELECT
  c.ws, c.cluster_id, c.name, 100 + c.owner AS owner, c.created_s, v.change_s, v.delete_s, c.node_type, c.node_type AS driver_type,
  CASE WHEN c.min_workers = c.max_workers THEN c.max_workers END AS workers, CASE
    WHEN c.min_workers < c.max_workers THEN c.min_workers END AS min_workers,
  CASE WHEN c.min_workers < c.max_workers THEN c.max_workers END AS max_workers,
  CASE WHEN v.version = 0 AND c.cl % 4 = 3 THEN 120 ELSE c.auto_stop END AS auto_stop,
  c.team, CASE WHEN v.version = 0 AND c.cl % 4 = 2 THEN 0 ELSE c.style END AS style, CASE WHEN c.cl % 5 = 4 THEN 'API' ELSE 'UI' END AS source,
  CASE WHEN v.version = 0 THEN '14.3.x' ELSE '15.4.x' END || CASE WHEN c.photon THEN '-photon' ELSE '' END || '-scala2.12' AS dbr,
  'ON_DEMAND' AS availability, CASE WHEN c.profile = 'half' THEN 'USER_ISOLATION' WHEN c.cl = 12 THEN 'NONE'
    ELSE 'SINGLE_USER' END AS security, NULL AS pool
FROM cluster AS c, LATERAL (VALUES
  (0, c.created_s, NULL::BIGINT), (1, days_ago(64, 500 + c.cl % 50), NULL), (2, days_ago(23, 700 + c.cl % 50), NULL), (3,
    c.alive_until, c.alive_until)
) AS v(version, change_s, delete_s)
WHERE v.version = 0 OR (v.version = 1 AND c.cl % 3 > 0 AND c.cl <> 2 AND c.ws <> 8) OR (v.version = 2
  AND c.cl % 6 = 1) OR (v.version = 3 AND c.ws = 8)
UNION ALL
SELECT
  j.ws, cluster_id_of(a.s, a.run * 2 + a.attempt), 'job-' || CASE WHEN j.submit THEN number_id(a.run * 16 + 13)
    ELSE j.job_id END || '-run-' || number_id(a.run * 16 + 15),
  j.owner, a.s + 3, v.change_s, v.delete_s, j.node_type, j.node_type,
  CASE WHEN j.job % 3 > 0 THEN j.size END, CASE WHEN j.job % 3 = 0 THEN 1 END, CASE WHEN j.job % 3 = 0 THEN ceil(j.size * 1.4) END,
    0, j.team, j.style, 'JOB',
  CASE WHEN j.job = 34 THEN '9.1.x' ELSE ['14.3.x', '15.4.x', '15.4.x', '16.4.x'][1 + j.job % 4] END || CASE
    WHEN j.photon THEN '-photon' ELSE '' END || '-scala2.12',
  CASE WHEN j.job % 4 = 1 THEN 'ON_DEMAND' ELSE 'SPOT_WITH_FALLBACK' END, 'SINGLE_USER', CASE WHEN j.pooled THEN '0714-090000-pool01' END
FROM attempt AS a JOIN job AS j USING (job), LATERAL (VALUES (a.s + 3, NULL::BIGINT), (a.e + 30, a.e + 30)) AS v(change_s, delete_s)
WHERE j.kind = 'classic' AND a.state <> 'SKIPPED'
UNION ALL
SELECT
  p.ws, cluster_id_of(u.s, -(u.upd * 2 + u.retry)), 'dlt-execution-' || p.pipeline_id, p.run_as, u.s + 3, v.change_s, v.delete_s,
    p.node_type, p.node_type,
  p.size, NULL, NULL, 0, p.team, p.style, 'PIPELINE', 'dlt:15.4' || CASE WHEN p.photon THEN '-photon' ELSE '' END,
    'SPOT_WITH_FALLBACK', 'SINGLE_USER', NULL
FROM pipeline_update AS u JOIN pipeline AS p USING (pl), LATERAL (VALUES (u.s + 3, NULL::BIGINT), (u.e + 30, u.e + 30)) AS v(change_s, delete_s)
WHERE NOT p.serverless
ORDER BY 6, 2;

INSERT INTO compute.clusters
SELECT
  getvariable('account_id'), w.workspace_id, v.cluster_id, v.name, a.name, moment(v.created_s), moment(v.delete_s), v.driver_type, v.node_type,
  v.workers, v.min_workers, v.max_workers, v.auto_stop, v.source <> 'UI', t.tags, v.source,
  CASE WHEN v.source = 'JOB' AND v.team = 6 THEN ['/Volumes/main/platform/init/certificates.sh'] ELSE [] END,
  CASE WHEN w.cloud = 'AWS' THEN {'first_on_demand': 1, 'availability': v.availability, 'zone_id': w.cloud_region || 'a',
    'instance_profile_arn': NULL,
    'spot_bid_price_percent': 100, 'ebs_volume_type': 'GENERAL_PURPOSE_SSD', 'ebs_volume_count': 1, 'ebs_volume_size': 100, 'ebs_volume_iops': NULL,
    'ebs_volume_throughput': NULL} END,
  CASE WHEN w.cloud = 'AZURE' THEN {'first_on_demand': 1, 'availability': v.availability || '_AZURE', 'spot_bid_max_price': -1.0} END,
  CASE WHEN w.cloud = 'GCP' THEN {'use_preemptible_executors': v.availability <> 'ON_DEMAND', 'google_service_account': NULL, 'boot_disk_size': 100,
    'availability': CASE WHEN v.availability = 'ON_DEMAND' THEN 'ON_DEMAND_GCP' ELSE 'PREEMPTIBLE_WITH_FALLBACK_GCP' END,
      'zone_id': w.cloud_region || '-a', 'local_ssd_count': 0} END,
  v.pool, v.pool, v.dbr, moment(v.change_s), day_of(v.change_s), v.security, CASE WHEN v.source = 'JOB' THEN 'policy-jobs-' || v.team
    WHEN v.name IN ('shared-etl', 'data-engineering', 'risk-models') AND v.pool IS NULL THEN 'policy-shared' END
FROM cluster_version AS v JOIN workspace AS w USING (ws) JOIN actor AS a ON a.actor = v.owner
JOIN tag_set AS t ON t.team = v.team AND t.style = v.style AND t.env = 'prod'
WHERE w.regional AND v.change_s < getvariable('compute_until');

INSERT INTO compute.instance_pools
SELECT
  getvariable('account_id'), (SELECT workspace_id FROM workspace WHERE ws = 1), '0714-090000-pool01', v.name, moment(v.change_s),
  moment(getvariable('start_s') - 250 * 86400), NULL, MAP {'team': 'data-platform', 'CostCenter': 'CC-1001'}, 'm5d.xlarge', 3, 20,
    v.idle_minutes, true,
  {'disk_type': 'GENERAL_PURPOSE_SSD', 'disk_count': 1, 'disk_size': 100}, [], '15.4.x-scala2.12',
  {'availability': 'ON_DEMAND', 'zone_id': 'us-east-1a', 'spot_bid_price_percent': 100}, NULL, NULL
FROM (VALUES ('small loads (old name)', getvariable('start_s') - 250 * 86400, 60), ('small-loads-pool', getvariable('start_s') - 30 * 86400, 240))
  AS v(name, change_s, idle_minutes) ORDER BY v.change_s;

-- One row: a node of a classic cluster while it was up, in the time node metrics are kept. Some all-purpose clusters have all
-- their nodes here and the others those of the last weeks, so do some jobs' clusters; what lived less than ten minutes is missing, as in life.
CREATE TEMP TABLE node AS
WITH up AS (
  SELECT c.ws, c.cluster_id, c.node_type, c.memory_gib, c.cpu_driver, c.cpu_worker, c.memory, s.session AS key, s.workers,
    s.start_s AS up_s, s.last_work_s AS busy_s, s.end_s AS down_s,
    c.profile = 'always' AS forever, 'ON_DEMAND' AS availability, NULL::BIGINT AS pool_day
  FROM cluster_session AS s JOIN cluster AS c USING (cl)
  WHERE c.cl IN (1, 2, 3, 4, 5, 13) OR (c.cl < 150 AND getvariable('scale') >= 0.5 AND s.end_s > days_ago(35, 0))
  UNION ALL
  SELECT j.ws, cluster_id_of(a.s, a.run * 2 + a.attempt), j.node_type, m.memory_gib,
    CASE j.job WHEN 35 THEN 5 WHEN 42 THEN 14 ELSE 18 + 20 * unit('job-cpu', j.job) END, CASE j.job WHEN 35 THEN 7 WHEN 42 THEN 71
      ELSE 22 + 50 * unit('job-cpu2', j.job) END,
    CASE j.job WHEN 35 THEN 17 WHEN 42 THEN 91 ELSE 38 + 35 * unit('job-mem', j.job) END, a.run * 2 + a.attempt, a.workers, a.up_s,
      a.down_s, a.down_s, false,
    CASE WHEN j.job % 4 = 1 OR j.pooled THEN 'ON_DEMAND' WHEN j.cloud = 'GCP' THEN 'PREEMPTIBLE' ELSE 'SPOT' END, CASE WHEN j.pooled THEN a.n END
  FROM attempt AS a JOIN job AS j USING (job) JOIN machine AS m USING (node_type)
  WHERE j.kind = 'classic' AND (j.job IN (2, 35, 40, 42) OR (j.job BETWEEN 101 AND 400 AND j.every >= 1440 AND unit('job-metrics',
    j.job) < 0.08)) AND a.down_s - a.up_s >= 600
  UNION ALL
  SELECT p.ws, cluster_id_of(u.s, -(u.upd * 2 + u.retry)), p.node_type, m.memory_gib, 17, 36, 52, -(u.upd * 2 + u.retry), p.size,
    u.s, u.e, u.e, false, 'SPOT', NULL
  FROM pipeline_update AS u JOIN pipeline AS p USING (pl) JOIN machine AS m USING (node_type)
  WHERE p.pl IN (7, 11) AND u.e - u.s >= 600
)
SELECT
  row_number() OVER (ORDER BY u.up_s, u.cluster_id, u.idx) AS node, w.workspace_id, u.cluster_id, u.node_type, u.idx = 0 AS driver, u.key,
  greatest(u.up_s, getvariable('nodes_from')) AS up_s, u.busy_s, least(u.down_s, getvariable('compute_until')) AS down_s,
    u.down_s AS ended_s, u.forever, u.up_s AS launched_s,
  CASE WHEN u.idx = 0 THEN u.cpu_driver ELSE u.cpu_worker * (0.9 + 0.2 * unit('nd-cpu', u.key * 64 + u.idx)) END AS cpu, u.memory AS memory,
  CASE WHEN w.cloud = 'AWS' THEN 'i-0' || CASE WHEN u.pool_day IS NULL THEN hex_of('node', u.key * 64 + u.idx, 16)
    ELSE hex_of('pool node', u.pool_day * 64 + u.idx, 16) END
    WHEN w.cloud = 'AZURE' THEN hex32_of('node', u.key * 64 + u.idx)
    ELSE (1000000000000000000 + (hash(u.key, u.idx) % 8000000000000000000)::BIGINT)::VARCHAR END AS instance_id,
  MAP {'/': 60000000000 + u.idx * 1000000, '/local_disk0': (u.memory_gib * 2)::BIGINT * 1000000000} AS disks,
  '10.' || (u.key % 120 + 120) % 120 || '.' || (u.key // 120 % 250 + 250) % 250 || '.' || (10 + u.idx) AS ip,
  CASE WHEN u.idx = 0 THEN 'ON_DEMAND' ELSE u.availability END AS availability, u.pool_day, u.idx
FROM (SELECT *, unnest(range(workers::BIGINT + 1)) AS idx FROM up) AS u JOIN workspace AS w USING (ws)
WHERE w.regional AND u.down_s > getvariable('nodes_from') AND u.up_s < getvariable('compute_until');

CREATE TEMP TABLE node_minute AS
SELECT node, unnest(range(up_s, down_s, 60)) AS s FROM node WHERE down_s > up_s ORDER BY s, node;

INSERT INTO compute.node_timeline
SELECT
  getvariable('account_id'), n.workspace_id, n.cluster_id, n.instance_id, moment(m.s), moment(least(m.s + 60, n.down_s)), n.driver,
  round(m.busy * 0.86, 1), round(m.busy * 0.14, 1), round(m.busy * 0.06 * m.noise, 1),
  round(least(99.5, CASE WHEN m.s < n.busy_s THEN n.memory ELSE n.memory * 0.62 END * (0.94 + 0.12 * m.noise)), 1), CASE
    WHEN n.memory > 88 THEN round(4 * m.noise, 1) ELSE 0 END,
  (m.busy * 90000)::BIGINT * 10, (m.busy * 110000)::BIGINT * 10, n.disks, n.node_type, n.ip
FROM (
  SELECT k.node, k.s, noise, greatest(0.4, least(99, CASE WHEN n.forever OR k.s < n.busy_s THEN n.cpu * (0.7 + 0.6 * noise)
    ELSE 1.1 + noise END)) AS busy
  FROM (SELECT node, s, unit('nd-noise', s // 60 * 1048576 + node) AS noise FROM node_minute) AS k JOIN node AS n USING (node)
) AS m JOIN node AS n USING (node);
DROP TABLE node_minute;

INSERT INTO compute.instance_events
WITH nodes AS (SELECT * FROM node WHERE pool_day IS NULL AND launched_s >= getvariable('nodes_from')),
pooled AS (SELECT * FROM node WHERE pool_day IS NOT NULL),
pool_day AS (SELECT DISTINCT pool_day, idx, instance_id, workspace_id, node_type, pool_day * 86400 + getvariable('start_s') AS day_s FROM pooled),
event AS (
  SELECT workspace_id, instance_id, node_type, availability, launched_s - 150 AS at_s, 'INSTANCE_LAUNCHING' AS state, NULL AS pool,
    NULL AS cluster_id FROM nodes
  UNION ALL SELECT workspace_id, instance_id, node_type, availability, launched_s - 20, 'INSTANCE_PLACED', NULL, cluster_id FROM nodes
  UNION ALL SELECT workspace_id, instance_id, node_type, availability, ended_s + 5, 'INSTANCE_TERMINATED', NULL, NULL FROM nodes
  UNION ALL SELECT workspace_id, instance_id, node_type, 'ON_DEMAND', day_s + 300, 'INSTANCE_LAUNCHING', '0714-090000-pool01', NULL FROM pool_day
  UNION ALL SELECT workspace_id, instance_id, node_type, 'ON_DEMAND', day_s + 480, 'INSTANCE_READY', '0714-090000-pool01', NULL FROM pool_day
  UNION ALL SELECT workspace_id, instance_id, node_type, 'ON_DEMAND', launched_s - 20, 'INSTANCE_PLACED', '0714-090000-pool01', cluster_id FROM pooled
  UNION ALL SELECT workspace_id, instance_id, node_type, 'ON_DEMAND', ended_s + 5, 'INSTANCE_READY', '0714-090000-pool01', NULL FROM pooled
  UNION ALL SELECT workspace_id, instance_id, node_type, 'ON_DEMAND', day_s + 86100, 'INSTANCE_TERMINATED', '0714-090000-pool01', NULL FROM pool_day
)
SELECT
  getvariable('account_id'), workspace_id, instance_id, moment(at_s), CASE
    WHEN state = 'INSTANCE_LAUNCHING' THEN 'INSTANCE_LAUNCHING' ELSE 'STATE_TRANSITION' END,
  pool, cluster_id, node_type, state, availability
FROM event WHERE at_s < getvariable('compute_until')
ORDER BY at_s, instance_id, state;
