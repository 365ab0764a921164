-- List prices: SKUs by tier and region, with several windows each and a few planted oddities.

-- One row: a SKU of classic compute (one price in all regions) or a regional one, USD.
CREATE TEMP TABLE price AS
WITH classic(family, unit, aws_premium, aws_enterprise, azure, gcp) AS (VALUES
  ('JOBS_COMPUTE', 'DBU', 0.15, 0.20, 0.30, 0.15), ('JOBS_COMPUTE_(PHOTON)', 'DBU', 0.15, 0.20, 0.30, 0.15),
  ('JOBS_LIGHT_COMPUTE', 'DBU', 0.10, 0.13, 0.22, 0.10),
  ('ALL_PURPOSE_COMPUTE', 'DBU', 0.55, 0.65, 0.55, 0.55), ('ALL_PURPOSE_COMPUTE_(PHOTON)', 'DBU', 0.55, 0.65, 0.55, 0.55),
  ('DLT_CORE_COMPUTE', 'DBU', 0.20, 0.20, 0.30, 0.20), ('DLT_CORE_COMPUTE_(PHOTON)', 'DBU', 0.20, 0.20, 0.30, 0.20),
  ('DLT_PRO_COMPUTE', 'DBU', 0.25, 0.25, 0.38, 0.25), ('DLT_PRO_COMPUTE_(PHOTON)', 'DBU', 0.25, 0.25, 0.38, 0.25),
  ('DLT_ADVANCED_COMPUTE', 'DBU', 0.36, 0.36, 0.54, 0.36), ('DLT_ADVANCED_COMPUTE_(PHOTON)', 'DBU', 0.36, 0.36, 0.54, 0.36),
  ('SQL_COMPUTE', 'DBU', 0.22, 0.22, 0.22, 0.22)
),
regional(region, cloud, tier, jobs, interactive, sql_pro, sql_serverless, inference, training, lakebase, storage) AS (VALUES
  ('US_EAST_N_VIRGINIA', 'AWS', 'PREMIUM',    0.35, 0.75, 0.55, 0.70, 0.07,  0.65, 0.40, 0.023),
  ('US_EAST_N_VIRGINIA', 'AWS', 'ENTERPRISE', 0.45, 0.95, 0.55, 0.70, 0.07,  0.65, 0.52, 0.023),
  ('US_WEST_OREGON',     'AWS', 'PREMIUM',    0.35, 0.75, 0.55, 0.70, 0.07,  0.65, 0.40, 0.023),
  ('US_WEST_OREGON',     'AWS', 'ENTERPRISE', 0.45, 0.95, 0.55, 0.70, 0.07,  0.65, 0.52, 0.023),
  ('EUROPE_IRELAND',     'AWS', 'PREMIUM',    0.39, 0.79, 0.72, 0.91, 0.078, 0.78, 0.44, 0.023),
  ('EUROPE_IRELAND',     'AWS', 'ENTERPRISE', 0.50, 1.00, 0.72, 0.91, 0.078, 0.78, 0.57, 0.023),
  ('EUROPE_FRANKFURT',   'AWS', 'ENTERPRISE', 0.50, 1.00, 0.72, 0.91, 0.084, 0.78, 0.63, 0.025),
  ('AP_SYDNEY',          'AWS', 'PREMIUM',    0.39, 0.83, 0.74, 0.95, 0.088, 0.85, 0.48, 0.025),
  ('AP_TOKYO',           'AWS', 'PREMIUM',    0.39, 0.83, 0.78, 1.00, 0.090, 0.85, 0.48, 0.025),
  ('EU_WEST',            'AZURE', 'PREMIUM',  0.50, 1.00, 0.72, 0.91, 0.084, 0.78, 0.63, 0.025),
  ('US_EAST',            'AZURE', 'PREMIUM',  0.45, 0.95, 0.55, 0.70, 0.07,  0.65, 0.52, 0.026),
  ('US_IOWA',            'GCP', 'PREMIUM',    0.35, 0.75, 0.55, 0.70, 0.07,  0.65, 0.40, 0.023),
  ('US_IOWA',            'GCP', 'ENTERPRISE', 0.45, 0.95, 0.55, 0.70, 0.07,  0.65, 0.52, 0.023)
),
by_tier AS (
  SELECT c.cloud, tier, family, unit, price FROM classic,
    LATERAL (VALUES ('AWS', 'PREMIUM', aws_premium), ('AWS', 'ENTERPRISE', aws_enterprise), ('AZURE', 'PREMIUM', azure),
      ('GCP', 'PREMIUM', gcp)) AS c(cloud, tier, price)
),
by_region AS (
  SELECT r.cloud, r.tier, f.family || '_' || r.region AS family, f.unit, f.price FROM regional AS r,
    LATERAL (VALUES
      ('JOBS_SERVERLESS_COMPUTE', 'DBU', r.jobs), ('ALL_PURPOSE_SERVERLESS_COMPUTE', 'DBU', r.interactive),
      ('SQL_PRO_COMPUTE', 'DBU', r.sql_pro), ('SERVERLESS_SQL_COMPUTE', 'DBU', r.sql_serverless),
      ('SERVERLESS_REAL_TIME_INFERENCE', 'DBU', r.inference), ('SERVERLESS_REAL_TIME_INFERENCE_LAUNCH', 'DBU', r.inference),
      ('OPENAI_MODEL_SERVING', 'DBU', 0.07),
      ('ANTHROPIC_MODEL_SERVING', 'DBU', CASE r.cloud WHEN 'AZURE' THEN 0.105 ELSE 0.07 END),
      ('GEMINI_MODEL_SERVING', 'DBU', 0.07), ('MODEL_TRAINING', 'DBU', r.training),
      ('DATABASE_SERVERLESS_COMPUTE', 'DBU', r.lakebase), ('DATABRICKS_STORAGE', 'DSU', r.storage),
      ('INTER_REGION_EGRESS', 'GB', 0.02), ('PUBLIC_CONNECTIVITY_DATA_PROCESSED', 'GB', 0.0),
      ('PRIVATE_CONNECTIVITY', 'GB', 0.01), ('PRIVATE_CONNECTIVITY', 'HOUR', 0.012)
    ) AS f(family, unit, price)
)
SELECT tier || '_' || family AS sku_name, *
FROM (SELECT * FROM by_tier UNION ALL SELECT * FROM by_region) AS p(cloud, tier, family, unit, price);

-- Boundaries of the planted price windows: all fall on the month before today's.
SET VARIABLE price_change_s = epoch(date_trunc('month', getvariable('today') - INTERVAL 1 MONTH))::BIGINT + 14 * 86400;
SET VARIABLE price_gap_s = getvariable('price_change_s') - 5 * 86400;
SET VARIABLE promotion_s = getvariable('today_s') - 30 * 86400;
SET VARIABLE old_list_s = epoch(date_trunc('month', getvariable('today') - (getvariable('days') + 400)::INT))::BIGINT;

-- gap: the window ends one millisecond early, on ...:59.999.
CREATE TEMP TABLE price_window AS
WITH changed(sku_name, changes_s, before, gap) AS (VALUES
  ('PREMIUM_JOBS_SERVERLESS_COMPUTE_US_EAST_N_VIRGINIA', getvariable('price_change_s'), 0.39, false),
  ('PREMIUM_SQL_PRO_COMPUTE_US_EAST_N_VIRGINIA', getvariable('price_gap_s'), 0.57, true)
)
SELECT sku_name, cloud, unit, 'USD' AS currency, 0 AS from_s, getvariable('old_list_s') AS to_s, false AS gap,
  round(price * 1.08, 3) AS price, NULL::DOUBLE AS promotion
FROM price
UNION ALL
SELECT p.sku_name, cloud, unit, 'USD', getvariable('old_list_s'), c.changes_s, coalesce(c.gap, false),
  coalesce(c.before, p.price), NULL
FROM price AS p LEFT JOIN changed AS c USING (sku_name)
UNION ALL
SELECT p.sku_name, cloud, unit, 'USD', c.changes_s, NULL, false, p.price, NULL
FROM price AS p JOIN changed AS c USING (sku_name);

-- A promotion: the list price stands, effective_list is lower for a while.
UPDATE price_window SET to_s = getvariable('promotion_s')
WHERE sku_name = 'PREMIUM_ALL_PURPOSE_SERVERLESS_COMPUTE_US_WEST_OREGON' AND to_s IS NULL;
INSERT INTO price_window
SELECT sku_name, cloud, unit, 'USD', getvariable('promotion_s'), NULL, false, price, round(price * 0.8, 3)
FROM price WHERE sku_name = 'PREMIUM_ALL_PURPOSE_SERVERLESS_COMPUTE_US_WEST_OREGON';

-- A SKU that was retired with the workspace that used it, never replaced.
UPDATE price_window SET to_s = (SELECT alive_until FROM workspace WHERE ws = 8)
WHERE sku_name = 'PREMIUM_JOBS_LIGHT_COMPUTE' AND cloud = 'AWS' AND to_s IS NULL;

-- A second currency for some SKUs, and one SKU that has no other.
INSERT INTO price_window
SELECT sku_name, cloud, unit, 'EUR', from_s, to_s, gap, round(price * 0.92, 4), NULL
FROM price_window
WHERE sku_name IN ('ENTERPRISE_SERVERLESS_SQL_COMPUTE_EUROPE_IRELAND', 'ENTERPRISE_JOBS_COMPUTE',
  'PREMIUM_SERVERLESS_SQL_COMPUTE_EU_WEST') AND from_s > 0;
INSERT INTO price_window
VALUES ('ENTERPRISE_CLEAN_ROOMS_COLLABORATOR_EUROPE_IRELAND', 'AWS', 'DBU', 'EUR', getvariable('old_list_s'), NULL, false, 0.5, NULL);

INSERT INTO billing.list_prices
SELECT
  getvariable('account_id'),
  CASE WHEN from_s = 0 THEN moment(getvariable('old_list_s') - 1000 * 86400) ELSE moment(from_s) END,
  CASE WHEN gap THEN moment(to_s) - INTERVAL 1 MILLISECOND ELSE moment(to_s) END,
  sku_name, cloud, currency, unit,
  {'default': price, 'promotional': {'default': promotion}, 'effective_list': {'default': coalesce(promotion, price)}}
FROM price_window ORDER BY sku_name, cloud, currency, unit, from_s;
