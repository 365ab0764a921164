-- Pipelines and their updates.

-- every: minutes between updates, 0 for continuous, NULL when a job starts them. size: workers when classic, DBU an hour when not.
CREATE TEMP TABLE pipeline_plan AS
SELECT * FROM (VALUES
  (1, 1, 'orders_medallion_classic', 'ETL_PIPELINE', 'DLT', false, 'ADVANCED', true, 'i3.xlarge', 4, 240, 26, 0.05, 1, 1),
  (2, 1, 'clickstream_streaming', 'ETL_PIPELINE', 'DLT', true, 'ADVANCED', true, NULL, 4.5, 0, 1425, 0.0, 8, 1),
  (3, 5, 'iot_telemetry', 'ETL_PIPELINE', 'DLT', false, 'PRO', false, 'Standard_DS3_v2', 3, 120, 24, 0.04, 4, 3),
  (4, 1, 'salesforce_ingest', 'INGESTION_PIPELINE', 'LAKEFLOW_CONNECT', true, NULL, true, NULL, 6, 360, 14, 0.03, 3, 3),
  (5, 1, 'mv_daily_sales', 'MATERIALIZED_VIEW', 'SQL', true, NULL, true, NULL, 9, 720, 11, 0.02, 3, 0),
  (6, 1, 'customer_profile_flow', 'ETL_PIPELINE', 'DLT', true, 'ADVANCED', true, NULL, 16, 360, 22, 0.02, 7, 1),
  (7, 3, 'gdpr_masking', 'ETL_PIPELINE', 'DLT', false, 'CORE', false, 'm5.xlarge', 2, 1440, 40, 0.03, 6, 1),
  (8, 3, 'eu_ledger_stream', 'STREAMING_TABLE', 'SQL', true, NULL, true, NULL, 7, 480, 16, 0.02, 2, 0),
  (9, 2, 'experiment_events', 'ETL_PIPELINE', 'DLT', true, 'PRO', true, NULL, 11, 360, 19, 0.38, 5, 2),
  (10, 1, 'online_customer_features', 'ETL_PIPELINE', 'ONLINE_TABLES', true, NULL, NULL, NULL, 5, 720, 12, 0.01, 7, 0),
  (11, 6, 'campaign_attribution', 'ETL_PIPELINE', 'DLT', false, 'PRO', true, 'n2-standard-4', 2, 720, 33, 0.04, 3, 1),
  (12, 1, 'orders_medallion', 'ETL_PIPELINE', 'DLT', true, 'ADVANCED', true, NULL, 14, NULL, 0, 0.02, 1, 3)
) AS t(pl, ws, name, type, product, serverless, edition, photon, node_type, size, every, minutes, fail, team, style)
UNION ALL
SELECT
  100 + k, g.ws, pick(['bronze_', 'silver_', 'gold_', ''], 'pl-n1', k)
    || pick(['orders', 'events', 'telemetry', 'payments', 'support', 'catalog', 'partners', 'claims'], 'pl-n2', k) || '_flow_' || k,
  'ETL_PIPELINE', 'DLT', unit('pl-sl', k) < 0.65, pick(['CORE', 'PRO', 'ADVANCED', 'ADVANCED'], 'pl-ed', k), unit('pl-ph', k) < 0.6,
  CASE (SELECT w.cloud FROM workspace AS w WHERE w.ws = g.ws) WHEN 'AZURE' THEN 'Standard_DS3_v2' WHEN 'GCP' THEN 'n2-standard-4'
    ELSE pick(['m5d.xlarge', 'i3.xlarge'], 'pl-node', k) END,
  whole('pl-size', k, 2, 8), pick([120, 240, 360, 720, 1440], 'pl-every', k), 10 + 25 * unit('pl-min', k), 0.04, 1 + k % 8,
  pick([0, 1, 2, 3], 'pl-style', k)
FROM (
  SELECT k, (SELECT ws FROM workspace_slot WHERE slot = whole('pl-ws', k, 0, 99)) AS ws
  FROM range(objects(greatest(0, 12 * (1 - 0.8 / getvariable('scale'))))) AS t(k)
) AS g;

CREATE TEMP TABLE pipeline AS
SELECT
  p.*, uuid_of('pipeline', p.pl) AS pipeline_id, w.workspace_id, w.cloud, w.region, w.tier, w.regional,
  CASE WHEN p.serverless THEN NULL ELSE m.rate * CASE WHEN p.photon THEN m.photon_jobs ELSE 1 END END AS rate,
  1 + p.pl % 5 AS run_as
FROM pipeline_plan AS p JOIN workspace AS w USING (ws) LEFT JOIN machine AS m USING (node_type);

-- One row: an update. A failed one is retried once: the retry shares its request.
CREATE TEMP TABLE pipeline_update AS
WITH planned AS (
  SELECT
    p.pl, c.n, (c.n * 16384 + p.pl) * 64 + s.slot AS upd, NULL::BIGINT AS task_run,
    c.day_s + s.slot * p.every * 60 + 300 + (p.pl * 137) % 2400 + floor(90 * unit('pl-jit', upd))::BIGINT AS s,
    greatest(60, floor(p.minutes * 60 * c.batch * exp(0.3 * normal('pl-len', upd))))::BIGINT AS seconds
  FROM pipeline AS p CROSS JOIN calendar AS c, unnest(range(1440 // p.every)) AS s(slot)
  WHERE p.every > 0
  UNION ALL
  SELECT p.pl, c.n, (c.n * 16384 + p.pl) * 64, NULL, c.day_s + 60, (p.minutes * 60)::BIGINT
  FROM pipeline AS p CROSS JOIN calendar AS c WHERE p.every = 0
  UNION ALL
  SELECT 12, t.n, (t.n * 16384 + 12) * 64 + (t.run % 64), t.task_run, t.s + 20, t.e - t.s - 35
  FROM task AS t WHERE t.job = 16 AND t.attempt = 0
),
judged AS (
  SELECT *, CASE WHEN unit('pl-fail', upd) < fail THEN 'FAILED' WHEN unit('pl-fail', upd) > 0.995 THEN 'CANCELED' ELSE 'COMPLETED' END AS state
  FROM planned JOIN (SELECT pl, fail FROM pipeline) USING (pl)
)
SELECT pl, n, upd, 0 AS retry, task_run, s, s + CASE state WHEN 'FAILED' THEN seconds // 2 ELSE seconds END AS e, state
FROM judged WHERE s < getvariable('lakeflow_until')
UNION ALL
SELECT pl, n, upd, 1, NULL, s + seconds // 2 + 45, s + seconds // 2 + 45 + seconds,
  CASE WHEN unit('pl-fail2', upd) < 0.1 THEN 'FAILED' ELSE 'COMPLETED' END
FROM judged WHERE state = 'FAILED' AND task_run IS NULL AND s + seconds // 2 + 45 < getvariable('lakeflow_until');
