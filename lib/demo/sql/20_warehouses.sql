-- SQL warehouses: what they are, when they run, with how many clusters.

-- size_after: the size from `resized_ago` days before today on. profile: see warehouse_slot. per_hour: statements an hour.
CREATE TEMP TABLE warehouse_plan AS
SELECT * FROM (VALUES
  (1, 1, 'BI Production', 'SERVERLESS', 'LARGE', NULL, NULL, 1, 4, 10, 'bi', 9, 1, 1, 122.0),
  (2, 1, 'Finance Reporting', 'PRO', 'SMALL', NULL, NULL, 1, 1, 30, 'bi', 2, 2, 1, 73.0),
  (3, 1, 'Analyst Ad Hoc', 'SERVERLESS', 'MEDIUM', NULL, NULL, 1, 2, 120, 'adhoc', 3, 3, 0, 12.0),
  (4, 1, 'ETL Serverless', 'SERVERLESS', 'MEDIUM', NULL, NULL, 1, 2, 5, 'etl', 4, 1, 3, 20.0),
  (5, 3, 'EU Reporting', 'SERVERLESS', 'SMALL', 'LARGE', 35, 1, 2, 15, 'bi', 5, 7, 1, 73.0),
  (6, 2, 'DS Exploration', 'SERVERLESS', 'SMALL', NULL, NULL, 1, 1, 10, 'dev', 6, 5, 0, 22.0),
  (7, 4, 'Dev', 'SERVERLESS', '2X_SMALL', NULL, NULL, 1, 1, 10, 'dev', 7, 1, 0, 18.0),
  (8, 5, 'Supply Planning', 'PRO', 'MEDIUM', NULL, NULL, 1, 2, 30, 'adhoc', 8, 4, 2, 56.0),
  (9, 6, 'Marketing', 'SERVERLESS', 'SMALL', NULL, NULL, 1, 2, 15, 'bi', 10, 3, 2, 56.0),
  (10, 1, 'Legacy Extracts', 'CLASSIC', 'X_SMALL', NULL, NULL, 1, 1, 20, 'etl', 11, 2, 0, 8.0),
  (11, 7, 'APAC Pilot', 'SERVERLESS', 'X_SMALL', NULL, NULL, 1, 1, 10, 'adhoc', 12, 8, 0, 0.0),
  (12, 8, 'Decommissioned', 'SERVERLESS', 'SMALL', NULL, NULL, 1, 1, 10, 'adhoc', 13, 8, 0, 14.0),
  (13, 1, 'Gateway Always On', 'PRO', '2X_SMALL', NULL, NULL, 1, 1, 0, 'always', 14, 8, 0, 3.0),
  (14, 4, 'Forgotten POC', 'SERVERLESS', 'SMALL', NULL, NULL, 1, 1, 10, 'dev', 15, 6, 0, 6.0),
  (15, 1, 'Customer 360', 'SERVERLESS', 'MEDIUM', NULL, NULL, 1, 3, 10, 'bi', 16, 7, 1, 80.0),
  (16, 1, 'Nightly Bursts', 'PRO', 'SMALL', NULL, NULL, 1, 1, 1, 'burst', 17, 1, 1, 60.0)
) AS t(wh, ws, name, type, size, size_after, resized_ago, min_clusters, max_clusters, auto_stop, profile, owner, team, style,
  per_hour)
UNION ALL
SELECT
  100 + k, (SELECT ws FROM workspace_slot WHERE slot = whole('wh-ws', k, 0, 99)),
  pick(['Analytics', 'Reporting', 'Dashboards', 'Exploration', 'Extracts', 'Self Service', 'Planning', 'Experimentation'],
    'wh-n1', k) || ' ' || (SELECT t.name FROM team AS t WHERE t.team = 1 + k % 8) || ' ' || k,
  pick(['SERVERLESS', 'SERVERLESS', 'SERVERLESS', 'PRO'], 'wh-type', k),
  pick(['2X_SMALL', 'X_SMALL', 'SMALL', 'SMALL', 'MEDIUM', 'MEDIUM', 'LARGE'], 'wh-size', k), NULL, NULL,
  1, pick([1, 1, 2, 3], 'wh-max', k), pick([5, 10, 10, 15, 30, 45], 'wh-stop', k),
  pick(['bi', 'adhoc', 'adhoc', 'dev', 'etl'], 'wh-profile', k),
  whole('wh-owner', k, 1, getvariable('people')), 1 + k % 8, pick([0, 0, 0, 1, 2, 3, 4], 'wh-style', k),
  10 + 40 * unit('wh-rate', k)
FROM range(objects(greatest(0, 14 * (1 - 0.9 / getvariable('scale'))))) AS t(k);

CREATE TEMP TABLE warehouse_rate AS
SELECT * FROM (VALUES ('2X_SMALL', 4, 1, 2), ('X_SMALL', 6, 2, 2), ('SMALL', 12, 4, 4), ('MEDIUM', 24, 8, 8), ('LARGE', 40, 16, 8),
  ('X_LARGE', 80, 32, 16), ('2X_LARGE', 144, 64, 16)) AS t(size, dbu_per_hour, workers, driver_factor);

CREATE TEMP TABLE warehouse AS
SELECT
  p.*, hex_of('warehouse', p.wh, 16) AS warehouse_id, w.workspace_id, w.cloud, w.region, w.tier, w.office_hour, w.regional,
  w.alive_until, r.dbu_per_hour AS rate,
  coalesce((SELECT dbu_per_hour FROM warehouse_rate WHERE size = p.size_after), r.dbu_per_hour) AS rate_after,
  coalesce(days_ago(p.resized_ago, 0), 99999999999) AS resized_s,
  r.workers,
  -- Statements take so much longer than their shapes say that about so many (wanted) work at a time: else it would only idle.
  CASE WHEN l.wanted IS NULL OR p.wh = 3 THEN sqrt(24.0 / r.dbu_per_hour)
    ELSE least(12.0, l.wanted * 3600000 / (greatest(1, p.per_hour) * 0.62 * l.ms)) END AS heaviness
FROM warehouse_plan AS p JOIN workspace AS w USING (ws) JOIN warehouse_rate AS r USING (size)
LEFT JOIN (VALUES ('bi', 0.8, 4500), ('adhoc', 0.9, 9000), ('etl', 0.6, 33000), ('dev', 0.6, 2600)) AS l(profile, wanted, ms) USING (profile);

-- When warehouses of a profile run. office: minutes count from the office hour of the workspace, else from midnight UTC.
CREATE TEMP TABLE warehouse_slot AS
SELECT * FROM (VALUES
  ('bi', 1, true, 0, 75, 20, 1.0, 0.4), ('bi', 2, false, 250, 60, 25, 1.0, 1.0), ('bi', 3, true, 130, 80, 20, 1.0, 0.4),
  ('bi', 4, true, 265, 75, 20, 1.0, 0.4), ('bi', 5, true, 395, 80, 20, 1.0, 0.4), ('bi', 6, true, 530, 75, 20, 1.0, 0.4),
  ('adhoc', 1, true, 30, 90, 60, 0.95, 0.12), ('adhoc', 2, true, 260, 95, 60, 0.95, 0.1), ('adhoc', 3, true, 500, 60, 60, 0.6, 0.0),
  ('etl', 1, false, 62, 48, 12, 1.0, 1.0), ('etl', 2, false, 302, 34, 12, 1.0, 1.0), ('etl', 3, false, 542, 38, 12, 1.0, 1.0),
  ('etl', 4, false, 782, 34, 12, 1.0, 1.0), ('etl', 5, false, 1022, 36, 12, 1.0, 1.0), ('etl', 6, false, 1262, 30, 12, 1.0, 1.0),
  ('dev', 1, true, 60, 60, 50, 0.7, 0.06), ('dev', 2, true, 330, 80, 70, 0.7, 0.08)
) AS t(profile, slot, office, from_minute, minutes, jitter, weekday_chance, weekend_chance)
UNION ALL
SELECT 'burst', k, true, 30 + k * 30, 4, 12, 0.9, 0.0 FROM range(1, 19) AS t(k);

-- One row: a warehouse from STARTING to STOPPED. Sessions of a warehouse never touch: each stays inside its slot.
-- An idle tail follows the last statement (idle_s = auto stop).
CREATE TEMP TABLE warehouse_session AS
WITH planned AS (
  SELECT
    w.wh, c.n, s.slot, w.max_clusters, w.alive_until, w.profile,
    (c.n * 512 + s.slot) * 4096 + w.wh AS session,
    CASE WHEN c.weekend THEN s.weekend_chance ELSE least(1.0, s.weekday_chance * (0.75 + 0.25 * c.office)) END AS chance,
    c.day_s + (CASE WHEN s.office THEN w.office_hour * 60 ELSE 0 END + s.from_minute) * 60
      + floor(unit('wh-from', session) * s.jitter * 30)::BIGINT AS start_s,
    greatest(150, floor(60 * s.minutes * (0.75 + 0.25 * c.office) * (0.8 + 0.2 * unit('wh-len', session))
      * CASE WHEN c.weekend AND s.office THEN 0.5 ELSE 1 END)::BIGINT) AS work_s,
    w.auto_stop * 60 AS idle_s,
    CASE w.type WHEN 'SERVERLESS' THEN 4 + floor(6 * unit('wh-boot', session)) ELSE 150 + floor(160 * unit('wh-boot', session)) END::BIGINT
      AS boot_s
  FROM warehouse AS w JOIN warehouse_slot AS s USING (profile) CROSS JOIN calendar AS c
)
SELECT
  session, wh, n, slot, start_s, boot_s, work_s, idle_s, start_s + boot_s AS running_s,
  start_s + boot_s + work_s AS last_work_s,
  -- a long auto stop is cut short by the next session
  least(start_s + boot_s + work_s + idle_s,
    coalesce(lead(start_s) OVER (PARTITION BY wh ORDER BY start_s) - 60, 99999999999)) AS end_s,
  max_clusters
FROM planned
WHERE unit('wh-on', session) < chance AND start_s < alive_until AND start_s < getvariable('compute_until')
  AND NOT (wh = 14 AND n > getvariable('days') - 44)
UNION ALL
SELECT
  wh, wh, 0, 0, getvariable('start_s') - 86400 * 3, 200, getvariable('now_s') - getvariable('start_s') + 86400 * 3, 0,
  getvariable('start_s') - 86400 * 3 + 200, getvariable('now_s'), getvariable('now_s') + 86400, 1
FROM warehouse WHERE profile = 'always';

-- One row: a stretch of a session with one cluster count. Long sessions of scalable warehouses scale up and down again.
CREATE TEMP TABLE warehouse_span AS
WITH steps AS (
  SELECT
    session, wh, clusters,
    running_s + floor((end_s - running_s) * share_from)::BIGINT AS from_s,
    CASE WHEN share_to = 1 THEN end_s ELSE running_s + floor((end_s - running_s) * share_to)::BIGINT END AS to_s, step
  FROM warehouse_session,
    LATERAL (VALUES
      (0, 1, 1, 0.0, CASE WHEN max_clusters > 1 AND work_s > 2700 THEN 0.1 + 0.06 * unit('wh-up', session) ELSE 1 END),
      (1, 2, 2, 0.1 + 0.06 * unit('wh-up', session), 0.28), (2, 3, 3, 0.28, 0.62 + 0.08 * unit('wh-dn', session)),
      (3, 2, 2, 0.62 + 0.08 * unit('wh-dn', session), 0.84), (4, 1, 2, 0.84, 1.0)
    ) AS s(step, clusters, needs, share_from, share_to)
  WHERE step = 0 OR (max_clusters >= 2 AND work_s > 2700)
)
SELECT s.session, s.wh, step, least(clusters, w.max_clusters) AS clusters, from_s, to_s
FROM steps AS s JOIN warehouse AS w USING (wh);

INSERT INTO compute.warehouse_events
SELECT getvariable('account_id'), w.workspace_id, w.warehouse_id, e.event_type, e.clusters, moment(e.at_s)
FROM (
  SELECT wh, 'STARTING' AS event_type, 0 AS clusters, start_s AS at_s FROM warehouse_session
  UNION ALL
  SELECT wh, 'RUNNING', 1, running_s FROM warehouse_session
  UNION ALL
  SELECT wh, CASE WHEN clusters > before THEN 'SCALED_UP' ELSE 'SCALED_DOWN' END, clusters, from_s
  FROM (SELECT *, lag(clusters) OVER (PARTITION BY session ORDER BY step) AS before FROM warehouse_span)
  WHERE before IS NOT NULL AND clusters <> before
  UNION ALL
  SELECT wh, 'STOPPED', 0, end_s FROM warehouse_session
) AS e JOIN warehouse AS w USING (wh)
WHERE w.regional AND e.at_s < getvariable('compute_until')
ORDER BY e.at_s, w.warehouse_id, e.clusters DESC;

-- All versions of the warehouses: created before the range, some edited, resized, renamed or deleted in it.
CREATE TEMP TABLE warehouse_version AS
SELECT wh, 'created' AS change, name, size, auto_stop, getvariable('start_s') - (40 + wh % 300) * 86400 + 36000 AS change_s,
  NULL::BIGINT AS delete_s FROM warehouse
UNION ALL
SELECT wh, 'tuned', name, size, auto_stop, days_ago(50, 600 + wh % 60), NULL FROM warehouse WHERE (wh % 3 = 1 OR wh = 15) AND ws <> 8
UNION ALL
SELECT wh, 'resized', name, size_after, auto_stop, resized_s, NULL FROM warehouse WHERE size_after IS NOT NULL
UNION ALL
SELECT wh, 'deleted', name, size, auto_stop, alive_until, alive_until FROM warehouse WHERE ws = 8;

INSERT INTO compute.warehouses
SELECT
  getvariable('account_id'), w.workspace_id, w.warehouse_id,
  CASE WHEN v.change = 'created' AND w.wh = 15 THEN 'Customer360 (old)' ELSE v.name END,
  w.type, CASE WHEN w.wh % 9 = 6 THEN 'PREVIEW' ELSE 'CURRENT' END, v.size, w.min_clusters,
  CASE WHEN v.change = 'created' AND (w.wh % 3 = 1) THEN w.min_clusters ELSE w.max_clusters END, v.auto_stop,
  t.tags, moment(v.change_s), moment(v.delete_s), a.name
FROM warehouse_version AS v JOIN warehouse AS w USING (wh)
JOIN actor AS a ON a.actor = 100 + w.owner
JOIN tag_set AS t ON t.team = w.team AND t.style = w.style AND t.env = 'prod'
WHERE w.regional
ORDER BY v.change_s, w.warehouse_id;
