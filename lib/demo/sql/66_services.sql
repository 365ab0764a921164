-- Serving, storage and MLflow.

INSERT INTO serving.served_entities
SELECT
  hex32_of('entity', s.sv), getvariable('account_id'), s.workspace_id, a.name, s.name, s.object_id, s.name || '-' || (v.version + 1),
  CASE s.serving_type WHEN 'FOUNDATION_MODEL' THEN CASE WHEN s.family LIKE '%MODEL_SERVING' THEN 'EXTERNAL_MODEL'
    ELSE 'FOUNDATION_MODEL' END WHEN 'FEATURE' THEN 'FEATURE_SPEC' ELSE 'CUSTOM_MODEL' END,
  CASE s.serving_type WHEN 'FOUNDATION_MODEL' THEN 'system.ai.' || replace(s.name, '-', '_') ELSE 'main.ml.' || replace(s.name, '-',
    '_') END, (v.version + 1)::VARCHAR, v.version + 1,
  CASE s.serving_type WHEN 'FOUNDATION_MODEL' THEN 'llm/v1/chat' END, CASE
    WHEN s.family LIKE '%MODEL_SERVING' THEN {'provider': lower(split_part(s.family, '_', 1))} END, NULL,
  CASE WHEN s.serving_type IN ('MODEL', 'GPU_MODEL') THEN {'min_concurrency': 4, 'max_concurrency': 8,
    'compute_type': CASE s.serving_type WHEN 'MODEL' THEN 'CPU' ELSE 'GPU_MEDIUM' END} END, NULL,
  moment(v.change_s), NULL
FROM service AS s JOIN actor AS a ON a.actor = 100 + 1 + s.sv % 40,
LATERAL (VALUES (0, getvariable('start_s') - 40 * 86400), (1, days_ago(44, 660 + s.sv % 60))) AS v(version, change_s)
WHERE s.product = 'MODEL_SERVING' AND (v.version = 0 OR s.sv % 2 = 1)
ORDER BY v.change_s, s.sv;

INSERT INTO serving.endpoint_usage
SELECT
  getvariable('account_id'), s.workspace_id, NULL, uuid_of('model request', r.request), p.email, r.status, moment(r.s),
    r.input_tokens, r.output_tokens, r.input_tokens * 4, r.output_tokens * 4,
  MAP {'project': CASE WHEN r.person % 3 = 0 THEN 'returns' ELSE 'planning' END}, r.request % 4 = 0, hex32_of('entity', r.sv)
FROM model_request AS r JOIN service AS s USING (sv) JOIN person AS p USING (person)
WHERE r.s BETWEEN getvariable('nodes_from') AND getvariable('compute_until')
ORDER BY r.s, r.request;

INSERT INTO ai_gateway.usage
SELECT
  getvariable('account_id'), s.workspace_id, uuid_of('gateway request', r.request), s.object_id, s.name,
    MAP {'team': 'customer-360'}, moment(r.s), 300 + r.output_tokens * 9, 180 + r.input_tokens // 40,
  'EXTERNAL_MODEL', s.name, s.object_id, 'claude-sonnet', p.email, 'USER', 'llm/v1/chat', MAP {'feature': CASE
    WHEN r.request % 3 = 0 THEN 'summaries' ELSE 'chat' END}, r.input_tokens, r.output_tokens,
  r.input_tokens + r.output_tokens, {'cache_read_input_tokens': r.input_tokens // 5, 'cache_creation_input_tokens': 0,
    'output_reasoning_tokens': 0}, r.status,
  {'attempts': 1 + (r.status = 429)::INT, 'destination_id': s.object_id}, NULL, NULL
FROM model_request AS r JOIN service AS s ON s.sv = 11 JOIN person AS p USING (person)
WHERE r.request % 2 = 0 AND r.s < getvariable('compute_until')
ORDER BY r.s, r.request;

-- Estimates of what was billed: the sums differ, as the source says they do.
INSERT INTO storage.predictive_optimization_operations_history
SELECT
  getvariable('account_id'), w.workspace_id, moment(c.day_s + 7200 + k.k * 400),
    moment(c.day_s + 7200 + k.k * 400 + 120 + key % 600), 'northwind', getvariable('metastore_id'), t.catalog, t.schema,
  uuid_of('table', t.tbl), t.name, pick(['COMPACTION', 'COMPACTION', 'VACUUM', 'ANALYZE', 'CLUSTERING',
    'AUTO_CLUSTERING_COLUMN_SELECTION'], 'po-op', key), uuid_of('operation', key),
  CASE WHEN unit('po-fail', key) < 0.01 THEN 'FAILED: INTERNAL_ERROR' ELSE 'SUCCESSFUL' END,
  MAP {'number_of_compacted_files': (key % 900)::VARCHAR, 'amount_of_data_compacted_bytes': (key % 900 * 3000000)::VARCHAR}, 'ESTIMATED_DBU',
  CAST(least(20, 1.3 * exp(0.8 * normal('po-dbu', key))) AS DECIMAL(18, 6))
FROM calendar AS c, (VALUES (1, 16), (3, 7), (5, 4)) AS v(ws, operations) JOIN workspace AS w USING (ws), unnest(range(24)) AS k(k),
LATERAL (SELECT (c.n * 16 + v.ws) * 64 + k.k AS key) AS x
JOIN lake_table AS t ON t.tbl = 1 + key % 32
WHERE k.k < v.operations AND c.day_s < getvariable('today_s') AND c.day_s >= getvariable('today_s') - 180 * 86400
ORDER BY c.day_s + 7200 + k.k * 400, key;

INSERT INTO storage.table_metrics_history
SELECT
  t.catalog, t.schema, t.name, uuid_of('table', t.tbl), 'MANAGED', (SELECT name FROM actor WHERE actor = 101 + t.tbl % 20),
    moment(t.created_s), NULL, c.day,
  floor(t.gib * 1073741824 * (0.75 + 0.25 * c.n / getvariable('days')))::BIGINT,
    floor(t.files * (0.8 + 0.2 * c.n / getvariable('days')))::BIGINT, t.tbl % 5 > 0
FROM calendar AS c, lake_table AS t WHERE c.day_s < getvariable('today_s')
ORDER BY c.day, t.tbl;

INSERT INTO mlflow.experiments_latest
SELECT getvariable('account_id'), (SELECT workspace_id FROM workspace WHERE ws = 2), number_id(x + 60000), '/Shared/' || ['churn',
  'fraud', 'recommendations', 'forecast'][1 + x % 4] || '_' || x,
  moment(getvariable('start_s') - x * 86400), moment(days_ago(1, x)), NULL
FROM range(12) AS t(x) ORDER BY x;

CREATE TEMP TABLE ml_run AS
SELECT c.n * 8 + k.k AS ml_run, (c.n * 5 + k.k) % 12 AS experiment, c.day_s + 15 * 3600 + k.k * 3000 AS s, 1 + (c.n + k.k) % 40 AS person
FROM calendar AS c, unnest(range(4)) AS k(k) WHERE NOT c.weekend AND c.day_s < getvariable('today_s');

INSERT INTO mlflow.runs_latest
SELECT
  getvariable('account_id'), (SELECT workspace_id FROM workspace WHERE ws = 2), hex32_of('ml', r.ml_run),
    number_id(r.experiment + 60000), 'run-' || r.ml_run, p.email, moment(r.s), moment(r.s + 1500), moment(r.s + 1500),
  NULL, CASE WHEN r.ml_run % 23 = 0 THEN 'FAILED' ELSE 'FINISHED' END, MAP {'max_depth': (3 + r.ml_run % 8)::VARCHAR}, MAP {'mlflow.user': p.email},
  [{'metric_name': 'auc', 'min_value': 0.5, 'max_value': 0.7 + r.ml_run % 20 / 100, 'latest_value': 0.7 + r.ml_run % 20 / 100}]
FROM ml_run AS r JOIN person AS p USING (person) ORDER BY r.s, r.ml_run;

INSERT INTO mlflow.run_metrics_history
SELECT
  getvariable('account_id'), (SELECT workspace_id FROM workspace WHERE ws = 2), number_id(r.experiment + 60000), hex32_of('ml',
    r.ml_run), uuid_of('metric', r.ml_run * 8 + k.step), moment(r.s + k.step * 300 + 20), 'auc',
  moment(r.s + k.step * 300), k.step, round(0.5 + 0.05 * k.step + r.ml_run % 20 / 200, 4)
FROM ml_run AS r, unnest(range(5)) AS k(step) ORDER BY r.s, r.ml_run, k.step;
