-- Everything else that is metered by the hour: endpoints, apps, databases, storage, network, platform services.

-- ws NULL: an item of the account. pattern: always, office, night, daily, rare, requests. quantity: per hour, in `unit`.
CREATE TEMP TABLE service_plan AS
SELECT * FROM (VALUES
  (1, 2, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'GPU_TIME', 'always', 20.0, NULL, 'GPU_MODEL', 'fraud-scorer-gpu', 6, 1),
  (2, 1, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'COMPUTE_TIME', 'always', 16.0, NULL, 'MODEL', 'recommender-cpu', 5, 1),
  (3, 2, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'GPU_TIME', 'office', 112.0, NULL, 'GPU_MODEL', 'support-llm-finetuned', 5, 3),
  (4, 2, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'TOKEN', 'office', 90.0, NULL, 'FOUNDATION_MODEL',
    'databricks-meta-llama-3-3-70b-instruct', 5, 0),
  (5, 1, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'TOKEN', 'requests', 0.0, NULL, 'FOUNDATION_MODEL',
    'databricks-gpt-oss-120b', 7, 0),
  (6, 1, 'MODEL_SERVING', 'ANTHROPIC_MODEL_SERVING', 'DBU', 'TOKEN', 'office', 70.0, NULL, 'FOUNDATION_MODEL', 'claude-sonnet-assistant', 7, 1),
  (7, 3, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'COMPUTE_TIME', 'always', 3.0, NULL, 'FEATURE', 'customer-features', 7, 0),
  (8, 1, 'AI_FUNCTIONS', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'TOKEN', 'night', 160.0, NULL, 'FOUNDATION_MODEL', 'ai-query-batch', 3, 0),
  (9, 2, 'VECTOR_SEARCH', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'COMPUTE_TIME', 'always', 8.0, NULL, NULL, 'product-index', 8, 0),
  (10, 2, 'VECTOR_SEARCH', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'night', 2.5, true, NULL, 'product-index', 8, 0),
  (11, 1, 'AI_GATEWAY', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'TOKEN', 'office', 12.0, NULL, NULL, 'claude-sonnet-assistant', 7, 0),
  (12, 1, 'DATABASE', 'DATABASE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 4.0, NULL, NULL, 'orders-lakebase', 8, 1),
  (13, 3, 'DATABASE', 'DATABASE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 1.5, NULL, NULL, 'eu-session-store', 8, 0),
  (14, 1, 'DATABASE', 'DATABRICKS_STORAGE', 'DSU', 'STORAGE_SPACE', 'daily', 130.0, NULL, NULL, 'orders-lakebase', 8, 1),
  (15, 1, 'APPS', 'ALL_PURPOSE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 1.0, true, NULL, 'store-planner', 4, 0),
  (16, 1, 'APPS', 'ALL_PURPOSE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 0.5, true, NULL, 'returns-desk', 7, 1),
  (17, 3, 'APPS', 'ALL_PURPOSE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 0.5, true, NULL, 'invoice-helper', 2, 0),
  (18, 1, 'GENIE', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'ANSWER', 'office', 62.0, NULL, NULL, 'sales-genie', 3, 0),
  (19, 1, 'PREDICTIVE_OPTIMIZATION', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'night', 12.0, true, NULL, NULL, 1, 0),
  (20, 3, 'PREDICTIVE_OPTIMIZATION', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'night', 5.0, true, NULL, NULL, 1, 0),
  (21, 5, 'PREDICTIVE_OPTIMIZATION', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'night', 3.0, true, NULL, NULL, 1, 0),
  (22, 1, 'LAKEHOUSE_MONITORING', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'night', 4.0, true, NULL, NULL, 1, 0),
  (23, 1, 'DATA_QUALITY_MONITORING', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'daily', 4.0, true, NULL, NULL, 1, 0),
  (24, 1, 'DATA_CLASSIFICATION', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'daily', 8.0, true, NULL, NULL, 1, 0),
  (25, NULL, 'DEFAULT_STORAGE', 'DATABRICKS_STORAGE', 'DSU', 'STORAGE_SPACE', 'daily', 700.0, NULL, NULL, NULL, 1, 0),
  (26, 1, 'DEFAULT_STORAGE', 'DATABRICKS_STORAGE', 'DSU', 'STORAGE_SPACE', 'daily', 900.0, NULL, NULL, NULL, 1, 0),
  (27, 1, 'DEFAULT_STORAGE', 'DATABRICKS_STORAGE', 'DSU', 'API_OPERATION', 'office', 20.0, NULL, NULL, NULL, 1, 0),
  (28, 1, 'DEFAULT_STORAGE', 'DATABRICKS_STORAGE', 'DSU', 'API_OPERATION', 'night', 9.0, NULL, NULL, NULL, 1, 0),
  (29, 1, 'NETWORKING', 'INTER_REGION_EGRESS', 'GB', 'NETWORK_BYTE', 'always', 28.0, NULL, NULL, NULL, 1, 0),
  (30, 1, 'NETWORKING', 'PUBLIC_CONNECTIVITY_DATA_PROCESSED', 'GB', 'NETWORK_BYTE', 'office', 240.0, NULL, NULL, NULL, 1, 0),
  (31, 3, 'NETWORKING', 'PRIVATE_CONNECTIVITY', 'GB', 'NETWORK_BYTE', 'office', 60.0, NULL, NULL, NULL, 1, 0),
  (32, 3, 'NETWORKING', 'PRIVATE_CONNECTIVITY', 'HOUR', 'NETWORK_HOUR', 'always', 1.0, NULL, NULL, NULL, 1, 0),
  (33, 1, 'FINE_GRAINED_ACCESS_CONTROL', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'office', 1.4, true, NULL, NULL, 6, 0),
  (34, 2, 'AGENT_BRICKS', 'AGENT_BRICKS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'office', 9.0, NULL, NULL, 'contract-reader', 6, 0),
  (35, 2, 'AI_RUNTIME', 'MODEL_TRAINING', 'DBU', 'GPU_TIME', 'rare', 30.0, true, NULL, 'embedding-tuning', 5, 1),
  (36, 2, 'FOUNDATION_MODEL_TRAINING', 'MODEL_TRAINING', 'DBU', 'COMPUTE_TIME', 'rare', 44.0, true, NULL, 'llama-support-ft', 5, 1),
  (37, 3, 'CLEAN_ROOM', 'CLEAN_ROOMS_COLLABORATOR', 'DBU', 'COMPUTE_TIME', 'daily', 1.5, NULL, NULL, NULL, 3, 0),
  (38, 1, 'SHARED_SERVERLESS_COMPUTE', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 0.25, true, NULL, NULL, 1, 0),
  (39, 2, 'AGENT_EVALUATION', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'TOKEN', 'office', 6.0, NULL, NULL, NULL, 5, 0),
  (40, 2, 'BASE_ENVIRONMENTS', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'daily', 1.0, true, NULL, NULL, 5, 0),
  (41, 1, 'DATA_SHARING', 'JOBS_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'daily', 2.0, true, NULL, NULL, 1, 0),
  (42, 6, 'APPS', 'ALL_PURPOSE_SERVERLESS_COMPUTE', 'DBU', 'COMPUTE_TIME', 'always', 0.5, true, NULL, 'campaign-board', 3, 0),
  (43, 5, 'MODEL_SERVING', 'OPENAI_MODEL_SERVING', 'DBU', 'TOKEN', 'office', 40.0, NULL, 'FOUNDATION_MODEL', 'gpt-freight-notes', 4, 2),
  (44, 4, 'MODEL_SERVING', 'SERVERLESS_REAL_TIME_INFERENCE', 'DBU', 'COMPUTE_TIME', 'always', 8.0, NULL, 'MODEL', 'poc-sentiment', 8, 0)
) AS t(sv, ws, product, family, unit, usage_type, pattern, quantity, serverless, serving_type, name, team, style)
UNION ALL
SELECT
  100 + k, (SELECT ws FROM workspace_slot WHERE slot = whole('sv-ws', k, 0, 99)), shape.product, shape.family,
  shape.unit, shape.usage_type, shape.pattern, shape.quantity, shape.serverless, shape.serving_type, shape.stem || '-' || k,
    1 + k % 8, pick([0, 0, 0, 1, 2], 'sv-style', k)
FROM (
  SELECT k, pick([
      {'product': 'MODEL_SERVING', 'family': 'SERVERLESS_REAL_TIME_INFERENCE', 'unit': 'DBU', 'usage_type': 'COMPUTE_TIME', 'pattern': 'always',
       'quantity': 8.0, 'serverless': NULL::BOOLEAN, 'serving_type': 'MODEL', 'stem': 'model'},
      {'product': 'MODEL_SERVING', 'family': 'SERVERLESS_REAL_TIME_INFERENCE', 'unit': 'DBU', 'usage_type': 'GPU_TIME', 'pattern': 'office',
       'quantity': 20.0, 'serverless': NULL, 'serving_type': 'GPU_MODEL', 'stem': 'gpu-model'},
      {'product': 'MODEL_SERVING', 'family': 'SERVERLESS_REAL_TIME_INFERENCE', 'unit': 'DBU', 'usage_type': 'TOKEN', 'pattern': 'office',
       'quantity': 30.0, 'serverless': NULL, 'serving_type': 'FOUNDATION_MODEL', 'stem': 'assistant'},
      {'product': 'APPS', 'family': 'ALL_PURPOSE_SERVERLESS_COMPUTE', 'unit': 'DBU', 'usage_type': 'COMPUTE_TIME', 'pattern': 'always',
       'quantity': 0.5, 'serverless': true, 'serving_type': NULL, 'stem': 'app'},
      {'product': 'DATABASE', 'family': 'DATABASE_SERVERLESS_COMPUTE', 'unit': 'DBU', 'usage_type': 'COMPUTE_TIME', 'pattern': 'always',
       'quantity': 1.0, 'serverless': NULL, 'serving_type': NULL, 'stem': 'lakebase'}
    ], 'sv-shape', k) AS shape
  FROM range(objects(greatest(0, 30 * (1 - 1 / getvariable('scale'))))) AS t(k)
);

CREATE TEMP TABLE service AS
SELECT
  p.*, w.workspace_id, coalesce(w.cloud, 'AWS') AS cloud, coalesce(w.region, 'US_EAST_N_VIRGINIA') AS region,
  coalesce(w.tier, 'PREMIUM') AS tier, coalesce(w.office_hour, 0) AS office_hour,
  hex32_of('object', p.name) AS object_id
FROM service_plan AS p LEFT JOIN workspace AS w USING (ws)
-- a small account does without the second of a kind
WHERE getvariable('scale') >= 0.5 OR p.sv NOT IN (1, 7, 13, 16, 17, 42);

-- Requests of one endpoint: what it bills is the sum of their tokens.
CREATE TEMP TABLE model_request AS
SELECT
  request, 5 AS sv, n, 1 + request % 40 AS person,
  day_s + 13 * 3600 + floor(39600 * unit('rq-at', request))::BIGINT AS s,
  floor(3200 * exp(0.9 * normal('rq-in', request)))::BIGINT AS input_tokens,
  CASE WHEN unit('rq-st', request) < 0.015 THEN 0 ELSE floor(700 * exp(0.7 * normal('rq-out', request)))::BIGINT END AS output_tokens,
  CASE WHEN unit('rq-st', request) < 0.01 THEN 429 WHEN unit('rq-st', request) < 0.015 THEN 500 ELSE 200 END AS status
FROM (
  SELECT c.n * 1000 + k AS request, c.n, c.day_s
  FROM calendar AS c, unnest(range((120 * c.office * least(1.0, sqrt(getvariable('scale'))))::BIGINT)) AS t(k)
);
