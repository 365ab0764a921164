-- Billable usage: what meters are there, what each reads hour by hour, and the corrections.

-- One row: everything about usage that does not change from hour to hour.
CREATE TEMP TABLE meter (
  meter BIGINT, ws INT, workspace_id VARCHAR, cloud VARCHAR, sku_name VARCHAR, product VARCHAR, kind VARCHAR,
  unit VARCHAR DEFAULT 'DBU', usage_type VARCHAR DEFAULT 'COMPUTE_TIME', tag_keys VARCHAR[] DEFAULT [], tag_values VARCHAR[] DEFAULT [],
  run_as VARCHAR, owned_by VARCHAR, created_by VARCHAR,
  cluster_id VARCHAR, job_id VARCHAR, job_name VARCHAR, warehouse_id VARCHAR, node_type VARCHAR, instance_pool_id VARCHAR, notebook_id VARCHAR,
  notebook_path VARCHAR, pipeline_id VARCHAR, endpoint_id VARCHAR, endpoint_name VARCHAR, run_name VARCHAR, budget_policy_id VARCHAR,
  app_id VARCHAR, app_name VARCHAR, database_instance_id VARCHAR, metastore_id VARCHAR, catalog_id VARCHAR, schema_id VARCHAR,
  table_catalog VARCHAR, table_schema VARCHAR, table_name VARCHAR, clean_room_id VARCHAR, sharing_id VARCHAR, source_region VARCHAR,
  destination_region VARCHAR, endpoint_private VARCHAR, storage_api_type VARCHAR, workload_id VARCHAR, agent_id VARCHAR,
  environment_id VARCHAR, index_id VARCHAR, genie_space VARCHAR, gateway_id VARCHAR, serverless_pool VARCHAR,
  jobs_tier VARCHAR, sql_tier VARCHAR, dlt_tier VARCHAR, serverless BOOLEAN, photon BOOLEAN, serving_type VARCHAR, offering_type VARCHAR,
  target VARCHAR, connectivity VARCHAR, app_size VARCHAR, genie_offering VARCHAR, lakebase_storage VARCHAR, lakebase_compute VARCHAR,
  training_compute VARCHAR, ai_function VARCHAR, connect_task VARCHAR
);

INSERT INTO meter BY NAME
SELECT
  1000000000 + w.wh AS meter, w.ws, w.workspace_id, w.cloud, 'SQL' AS product, 'steady' AS kind,
  w.tier || CASE w.type WHEN 'SERVERLESS' THEN '_SERVERLESS_SQL_COMPUTE_' || w.region WHEN 'PRO' THEN '_SQL_PRO_COMPUTE_' || w.region
    ELSE '_SQL_COMPUTE' END AS sku_name,
  ['Vendor', 'SqlWarehouseId'] || t.tag_keys AS tag_keys, ['Databricks', w.warehouse_id] || t.tag_values AS tag_values,
  a.name AS owned_by, w.warehouse_id,
  CASE WHEN w.type = 'SERVERLESS' THEN NULL WHEN w.cloud = 'AZURE' THEN 'Standard_E8ds_v4' WHEN w.cloud = 'GCP' THEN 'n2-highmem-8'
    ELSE 'i3.2xlarge' END AS node_type,
  CASE WHEN w.type = 'CLASSIC' THEN 'CLASSIC' ELSE 'PRO' END AS sql_tier, w.type = 'SERVERLESS' AS serverless, w.type <> 'CLASSIC' AS photon
FROM warehouse AS w JOIN actor AS a ON a.actor = 100 + w.owner
JOIN tag_set AS t ON t.team = w.team AND t.style = w.style AND t.env = 'prod';

INSERT INTO meter BY NAME
SELECT
  2000000000 + c.cl AS meter, c.ws, c.workspace_id, c.cloud, 'ALL_PURPOSE' AS product, 'steady' AS kind,
  c.tier || '_ALL_PURPOSE_COMPUTE' || CASE WHEN c.photon THEN '_(PHOTON)' ELSE '' END AS sku_name,
  ['Vendor', 'ClusterId', 'ClusterName', 'Creator'] || t.tag_keys AS tag_keys,
  ['Databricks', c.cluster_id, c.name, a.name] || t.tag_values AS tag_values,
  a.name AS run_as, c.cluster_id, c.node_type, false AS serverless, c.photon
FROM cluster AS c JOIN actor AS a ON a.actor = 100 + c.owner
JOIN tag_set AS t ON t.team = c.team AND t.style = c.style AND t.env = CASE WHEN c.ws = 4 THEN 'dev' ELSE 'prod' END;

-- Jobs: the tags of the run are added to each reading. variant 1: the tags a job was given later.
INSERT INTO meter BY NAME
SELECT
  3000000000 + j.job * 4 + v.variant AS meter, j.ws, j.workspace_id, j.cloud, 'JOBS' AS product,
  CASE WHEN j.submit THEN 'submit' WHEN j.kind = 'classic' THEN 'classic job' ELSE 'serverless job' END AS kind,
  j.tier || CASE WHEN j.kind = 'serverless' THEN '_JOBS_SERVERLESS_COMPUTE_' || j.region WHEN j.job = 39 THEN '_JOBS_LIGHT_COMPUTE'
    WHEN j.photon THEN '_JOBS_COMPUTE_(PHOTON)' ELSE '_JOBS_COMPUTE' END AS sku_name,
  CASE WHEN j.kind = 'classic' THEN ['Vendor', 'Creator'] ELSE [] END || CASE WHEN j.pooled THEN ['DatabricksInstancePoolId'] ELSE [] END
    || t.tag_keys AS tag_keys,
  CASE WHEN j.kind = 'classic' THEN ['Databricks', o.name] ELSE [] END || CASE WHEN j.pooled THEN ['0714-090000-pool01'] ELSE [] END
    || t.tag_values AS tag_values,
  r.name AS run_as, CASE WHEN j.submit THEN NULL ELSE j.job_id END AS job_id, CASE WHEN j.submit THEN NULL ELSE j.name END AS job_name,
  CASE WHEN j.submit THEN j.name END AS run_name,
  CASE WHEN j.kind = 'classic' THEN j.node_type END AS node_type, CASE WHEN j.pooled THEN '0714-090000-pool01' END AS instance_pool_id,
  CASE WHEN j.kind = 'serverless' AND j.job % 5 = 2 THEN uuid_of('policy', j.team) END AS budget_policy_id,
  CASE WHEN j.kind = 'serverless' THEN 'pool-' || j.workspace_id END AS serverless_pool,
  CASE WHEN j.kind = 'classic' THEN CASE WHEN j.job = 39 THEN 'LIGHT' ELSE 'CLASSIC' END END AS jobs_tier,
  j.kind = 'serverless' AS serverless, j.kind = 'serverless' OR j.photon AS photon,
  CASE WHEN j.kind = 'serverless' THEN j.target END AS target
FROM job AS j JOIN actor AS o ON o.actor = j.owner JOIN actor AS r ON r.actor = j.run_as
JOIN (VALUES (0), (1)) AS v(variant) ON v.variant = 0 OR j.job = 31
JOIN tag_set AS t ON t.team = CASE WHEN v.variant = 1 THEN 7 ELSE j.team END AND t.style = j.style
  AND t.env = CASE WHEN j.ws = 4 THEN 'dev' ELSE 'prod' END
WHERE j.kind IN ('classic', 'serverless');

-- Serverless pipelines pass no tags on; what is built from SQL bills as SQL, connectors and online tables as themselves.
INSERT INTO meter BY NAME
SELECT
  4000000000 + p.pl AS meter, p.ws, p.workspace_id, p.cloud, p.product, CASE WHEN p.serverless THEN 'serverless pipeline'
    ELSE 'classic pipeline' END AS kind,
  p.tier || CASE WHEN p.serverless THEN '_JOBS_SERVERLESS_COMPUTE_' || p.region
    ELSE '_DLT_' || p.edition || '_COMPUTE' || CASE WHEN p.photon THEN '_(PHOTON)' ELSE '' END END AS sku_name,
  CASE WHEN p.serverless THEN [] ELSE ['Vendor'] || t.tag_keys END AS tag_keys,
  CASE WHEN p.serverless THEN [] ELSE ['Databricks'] || t.tag_values END AS tag_values,
  a.name AS run_as, p.pipeline_id, CASE WHEN NOT p.serverless THEN p.node_type END AS node_type,
  CASE WHEN p.type = 'MATERIALIZED_VIEW' THEN 'main' END AS table_catalog, CASE WHEN p.type = 'MATERIALIZED_VIEW' THEN 'sales' END AS table_schema,
  CASE WHEN p.type = 'MATERIALIZED_VIEW' THEN p.name END AS table_name,
  CASE WHEN p.serverless THEN 'pool-' || p.workspace_id END AS serverless_pool,
  p.edition AS dlt_tier, p.serverless, p.photon, CASE WHEN p.serverless THEN 'STANDARD' END AS target,
  CASE p.product WHEN 'LAKEFLOW_CONNECT' THEN 'INGESTION' END AS connect_task
FROM pipeline AS p JOIN actor AS a ON a.actor = p.run_as
JOIN tag_set AS t ON t.team = p.team AND t.style = p.style AND t.env = 'prod';

INSERT INTO meter BY NAME
SELECT
  5000000000 + b.notebook AS meter, b.ws, w.workspace_id, w.cloud, 'INTERACTIVE' AS product, 'steady' AS kind,
  w.tier || '_ALL_PURPOSE_SERVERLESS_COMPUTE_' || w.region AS sku_name, t.tag_keys, t.tag_values, p.email AS run_as,
  b.notebook_id, b.path AS notebook_path, CASE WHEN t.style > 0 THEN uuid_of('policy', b.team) END AS budget_policy_id,
  'pool-' || w.workspace_id AS serverless_pool, true AS serverless, true AS photon
FROM notebook AS b JOIN workspace AS w USING (ws) JOIN person AS p USING (person)
JOIN tag_set AS t ON t.team = b.team AND t.style = CASE WHEN b.person % 4 = 1 THEN 1 ELSE 0 END AND t.env = 'dev';

INSERT INTO meter BY NAME
SELECT
  6000000000 + s.sv AS meter, s.ws, s.workspace_id, s.cloud, s.product, 'steady' AS kind,
  s.tier || '_' || s.family || '_' || s.region AS sku_name, s.unit, s.usage_type,
  CASE WHEN s.product = 'LAKEHOUSE_MONITORING' THEN ['LakehouseMonitoringTableId', 'LakehouseMonitoringMetastoreId'] ELSE t.tag_keys END AS tag_keys,
  CASE WHEN s.product = 'LAKEHOUSE_MONITORING' THEN [uuid_of('table', 3), getvariable('metastore_id')] ELSE t.tag_values END AS tag_values,
  CASE WHEN s.product IN ('PREDICTIVE_OPTIMIZATION', 'SHARED_SERVERLESS_COMPUTE', 'DATA_CLASSIFICATION', 'DATA_QUALITY_MONITORING') THEN sp.name
    WHEN s.product IN ('GENIE', 'AI_FUNCTIONS', 'FOUNDATION_MODEL_TRAINING', 'AI_RUNTIME',
      'LAKEHOUSE_MONITORING') OR s.usage_type = 'TOKEN' THEN a.name
    END AS run_as,
  CASE WHEN s.product IN ('APPS', 'AGENT_BRICKS') THEN a.name END AS created_by,
  -- a stray: these rows carry the cluster that called the function
  CASE WHEN s.product = 'AI_FUNCTIONS' THEN (SELECT cluster_id FROM cluster WHERE cl = 6)
    WHEN s.sv = 2 THEN (SELECT cluster_id FROM cluster WHERE cl = 5) END AS cluster_id,
  CASE WHEN s.sv = 10 THEN uuid_of('pipeline', 9010) WHEN s.sv = 12 THEN uuid_of('pipeline', 9012) END AS pipeline_id,
  CASE WHEN s.product IN ('MODEL_SERVING', 'VECTOR_SEARCH', 'AI_FUNCTIONS', 'AI_GATEWAY') THEN s.object_id END AS endpoint_id,
  CASE WHEN s.product IN ('MODEL_SERVING', 'VECTOR_SEARCH', 'AI_FUNCTIONS', 'AI_GATEWAY') THEN s.name END AS endpoint_name,
  CASE WHEN s.product = 'VECTOR_SEARCH' THEN left(s.object_id, 12) END AS index_id,
  CASE WHEN s.product = 'AI_GATEWAY' THEN s.object_id END AS gateway_id,
  CASE WHEN s.product = 'FOUNDATION_MODEL_TRAINING' THEN s.name END AS run_name,
  CASE WHEN s.product = 'APPS' THEN s.object_id END AS app_id, CASE WHEN s.product = 'APPS' THEN s.name END AS app_name,
  CASE WHEN s.product = 'APPS' THEN 'MEDIUM' END AS app_size,
  CASE WHEN s.product = 'DATABASE' THEN s.object_id END AS database_instance_id,
  CASE WHEN s.product = 'DATABASE' AND s.unit = 'DSU' THEN 'INSTANCE' END AS lakebase_storage,
  CASE WHEN s.product = 'DATABASE' AND s.unit = 'DBU' THEN 'PROVISIONED' END AS lakebase_compute,
  CASE WHEN s.product = 'DEFAULT_STORAGE' THEN getvariable('metastore_id') END AS metastore_id,
  CASE WHEN s.product = 'DATA_CLASSIFICATION' THEN uuid_of('catalog', 1) END AS catalog_id,
  CASE WHEN s.product = 'DATA_QUALITY_MONITORING' THEN uuid_of('schema', 1) END AS schema_id,
  CASE WHEN s.product = 'CLEAN_ROOM' THEN uuid_of('clean room', s.sv) END AS clean_room_id,
  CASE WHEN s.product = 'DATA_SHARING' THEN uuid_of('sharing', s.sv) END AS sharing_id,
  CASE WHEN s.product = 'NETWORKING' AND s.cloud = 'AWS' THEN lower(replace(s.region, '_', '-')) END AS source_region,
  CASE WHEN s.family = 'INTER_REGION_EGRESS' THEN 'us-west-oregon' END AS destination_region,
  CASE WHEN s.product = 'NETWORKING' THEN CASE WHEN s.family LIKE 'PRIVATE%' THEN 'PRIVATE_IP' ELSE 'PUBLIC_IP' END END AS connectivity,
  CASE s.sv WHEN 27 THEN 'TIER_1' WHEN 28 THEN 'TIER_2' END AS storage_api_type,
  CASE WHEN s.product = 'AI_RUNTIME' THEN s.object_id END AS workload_id,
  CASE WHEN s.product = 'AI_RUNTIME' THEN 'ON_DEMAND_COMPUTE' END AS training_compute,
  CASE WHEN s.product = 'AGENT_BRICKS' THEN s.object_id END AS agent_id,
  CASE WHEN s.product = 'BASE_ENVIRONMENTS' THEN s.object_id END AS environment_id,
  CASE WHEN s.product = 'GENIE' THEN 'genie-space-' || s.sv END AS genie_space,
  CASE WHEN s.product = 'GENIE' THEN 'PAY_AS_YOU_GO' END AS genie_offering,
  CASE WHEN s.product = 'AI_FUNCTIONS' THEN 'AI_QUERY' END AS ai_function, CASE
    WHEN s.product = 'AI_FUNCTIONS' THEN 'BATCH_INFERENCE' END AS offering_type,
  s.serverless, s.serving_type
FROM service AS s JOIN actor AS a ON a.actor = 100 + 1 + s.sv % 40 JOIN actor AS sp ON sp.actor = 6
JOIN tag_set AS t ON t.team = s.team AND t.style = s.style AND t.env = 'prod';

-- One row: a meter over at most an hour. run, attempt, begun_s: the run (or update) it was for.
CREATE TEMP TABLE reading (
  meter BIGINT, s BIGINT, e BIGINT, quantity DECIMAL(18, 9), run BIGINT, attempt TINYINT, begun_s BIGINT, record VARCHAR, landed_s BIGINT
);

INSERT INTO reading BY NAME
SELECT
  1000000000 + wh AS meter, hour * 3600 AS s, (hour + 1) * 3600 AS e,
  CAST(sum((least(to_s, (hour + 1) * 3600) - greatest(from_s, hour * 3600)) * clusters) * any_value(CASE
    WHEN hour * 3600 < resized_s THEN rate ELSE rate_after END)
    / 3600.0 AS DECIMAL(18, 9)) AS quantity
FROM (SELECT wh, clusters, from_s, to_s, unnest(hours_of(from_s, least(to_s, getvariable('now_s')))) AS hour FROM warehouse_span)
JOIN warehouse USING (wh)
GROUP BY wh, hour HAVING sum((least(to_s, (hour + 1) * 3600) - greatest(from_s, hour * 3600)) * clusters) > 0;

INSERT INTO reading BY NAME
SELECT
  2000000000 + c.cl AS meter, greatest(p.s, hour * 3600) AS s, least(p.e, (hour + 1) * 3600) AS e,
  CAST((least(p.e, (hour + 1) * 3600) - greatest(p.s, hour * 3600)) * (workers + 1) * c.rate * CASE WHEN c.photon THEN 2 ELSE 1 END / 3600.0
    AS DECIMAL(18, 9)) AS quantity
FROM (
  SELECT cl, workers, start_s AS s, end_s AS e, unnest(hours_of(start_s, least(end_s, getvariable('now_s')))) AS hour FROM cluster_session
) AS p JOIN cluster AS c USING (cl);

-- Classic runs pay for their nodes from when they are up; serverless ones for what they did.
INSERT INTO reading BY NAME
SELECT
  3000000000 + j.job * 4 + CASE WHEN j.job = 31 AND a.s >= days_ago(40, 0) THEN 1 ELSE 0 END AS meter,
  greatest(a.up_s, hour * 3600) AS s, least(a.down_s, (hour + 1) * 3600) AS e, a.run, a.attempt, a.s AS begun_s,
  CAST((least(a.down_s, (hour + 1) * 3600) - greatest(a.up_s, hour * 3600)) / 3600.0
    * CASE WHEN j.kind = 'classic' THEN (a.workers + 1) * j.rate ELSE j.size * a.load * CASE j.target WHEN 'STANDARD' THEN 0.7 ELSE 1 END END
    AS DECIMAL(18, 9)) AS quantity
FROM (SELECT *, unnest(hours_of(up_s, least(down_s, getvariable('now_s')))) AS hour FROM attempt WHERE down_s > up_s) AS a JOIN job AS j USING (job)
WHERE j.kind IN ('classic', 'serverless');

INSERT INTO reading BY NAME
SELECT
  4000000000 + p.pl AS meter, greatest(u.s, hour * 3600) AS s, least(u.e, (hour + 1) * 3600) AS e, u.upd AS run, u.retry AS attempt, u.s AS begun_s,
  CAST((least(u.e, (hour + 1) * 3600) - greatest(u.s, hour * 3600)) / 3600.0
    * CASE WHEN p.serverless THEN p.size * (0.85 + 0.3 * unit('pl-load', u.upd)) ELSE (p.size + 1) * p.rate END AS DECIMAL(18, 9)) AS quantity
FROM (SELECT *, unnest(hours_of(s, least(e, getvariable('now_s')))) AS hour FROM pipeline_update) AS u JOIN pipeline AS p USING (pl);

INSERT INTO reading BY NAME
SELECT
  5000000000 + b.notebook AS meter, greatest(p.s, hour * 3600) AS s, least(p.e, (hour + 1) * 3600) AS e,
  CAST((least(p.e, (hour + 1) * 3600) - greatest(p.s, hour * 3600)) / 3600.0 * b.dbu_per_hour * (0.6 + 0.8 * unit('nb-load', p.session))
    AS DECIMAL(18, 9)) AS quantity
FROM (SELECT *, unnest(hours_of(s, least(e, getvariable('now_s')))) AS hour FROM notebook_session) AS p JOIN notebook AS b USING (notebook);

INSERT INTO reading BY NAME
SELECT
  6000000000 + sv AS meter, day_s + hour * 3600 AS s, day_s + hour * 3600 + 3600 AS e,
  CAST(quantity * factor * exp(0.12 * normal('sv-load', key)) AS DECIMAL(18, 9)) AS quantity
FROM (
  SELECT
    v.sv, v.quantity, c.day_s, h.hour, (c.n * 32 + h.hour) * 4096 + v.sv AS key,
    CASE v.pattern WHEN 'office' THEN c.office WHEN 'always' THEN CASE WHEN v.product IN ('NETWORKING',
      'DEFAULT_STORAGE') THEN c.batch ELSE 1.0 END ELSE c.batch END
      * CASE WHEN v.sv IN (25, 26) THEN 0.8 + 0.4 * c.n / getvariable('days') ELSE 1 END AS factor
  FROM service AS v CROSS JOIN calendar AS c, unnest(range(24)) AS h(hour)
  WHERE CASE v.pattern
    WHEN 'always' THEN true
    WHEN 'office' THEN (h.hour + 24 - v.office_hour) % 24 < CASE WHEN c.weekend THEN 3 ELSE 11 END
    WHEN 'night' THEN h.hour BETWEEN 2 AND 4
    WHEN 'daily' THEN h.hour = 3
    WHEN 'rare' THEN h.hour BETWEEN 14 AND 19 AND unit('sv-rare', c.n * 4096 + v.sv) < 0.12
    ELSE false END
)
UNION ALL
SELECT
  6000000000 + sv, s // 3600 * 3600, s // 3600 * 3600 + 3600,
  CAST(sum(input_tokens * 2143 + output_tokens * 8571) / 1000000000.0 AS DECIMAL(18, 9))
FROM model_request GROUP BY sv, s // 3600;

-- A row lands when its batch is delivered, 10 to 16 hours later; the pilot's take longer, one warehouse's came days late once.
UPDATE reading SET record = 'ORIGINAL', landed_s = (e // 3600) * 3600 + 36000
  + floor(21600 * unit('late', (meter // 1000000000) * 10000000 + e // 3600))::BIGINT
  + CASE WHEN meter IN (3000000000 + 36 * 4, 3000000000 + 37 * 4) THEN 43200
      WHEN meter = 1000000015 AND s >= days_ago(9, 0) AND s < days_ago(6, 0) THEN 4 * 86400 ELSE 0 END;

-- Corrections: a few rows anywhere, one job's whole day restated, another's only withdrawn.
INSERT INTO reading BY NAME
SELECT meter, s, e, run, attempt, begun_s, k.record, k.quantity, landed_s + lag_s AS landed_s
FROM (
  SELECT *,
    CASE WHEN meter = 3000000000 + 6 * 4 AND s // 86400 * 86400 = days_ago(15, 0) THEN 0.8
      WHEN meter = 3000000000 + 18 * 4 AND s // 86400 * 86400 = days_ago(18, 0) THEN 0
      WHEN unit('fix', key) < 0.0018 THEN 0.85 WHEN unit('fix', key) < 0.0019 THEN 0 END AS kept,
    CASE WHEN meter IN (3000000000 + 6 * 4, 3000000000 + 18 * 4) THEN 6 * 86400 ELSE floor((2 + 10 * unit('fix2', key)) * 86400)::BIGINT END AS lag_s
  FROM (SELECT *, meter * 131071 + s AS key FROM reading)
) AS r, LATERAL (VALUES ('RETRACTION', -r.quantity), ('RESTATEMENT', CAST(r.quantity * kept AS DECIMAL(18, 9)))) AS k(record, quantity)
WHERE kept IS NOT NULL AND (k.record = 'RETRACTION' OR kept > 0) AND r.quantity > 0;

-- Most tags never change: their map is made once. Items of the account have none at all.
CREATE TEMP TABLE tagged_meter AS
SELECT *, CASE WHEN workspace_id IS NOT NULL THEN map(tag_keys, tag_values) END AS tags FROM meter;

CREATE TEMP TABLE reading_in_order AS
SELECT * FROM reading
WHERE landed_s <= getvariable('now_s') AND s >= getvariable('start_s') AND quantity <> 0
ORDER BY s, meter, run, attempt, record, quantity;
DROP TABLE reading;

INSERT INTO billing.usage
SELECT
  uuid_of('usage', hash(r.meter, r.s, r.e, r.run, r.attempt, r.record, r.quantity)), getvariable('account_id'), m.workspace_id, m.sku_name, m.cloud,
  -- one row starts in the last millisecond before a price window that ends on ...:59.999
  moment(r.s) - CASE WHEN r.meter = 1000000013 AND r.s = getvariable('price_gap_s') THEN INTERVAL 500 MICROSECOND ELSE INTERVAL 0 SECOND END,
  moment(r.e), day_of(r.s - CASE WHEN r.meter = 1000000013 AND r.s = getvariable('price_gap_s') THEN 1 ELSE 0 END),
  CASE m.kind
    WHEN 'classic job' THEN map(m.tag_keys || ['ClusterId', 'ClusterName', 'JobId', 'RunName'],
      m.tag_values || [cluster_id_of(r.begun_s, r.run * 2 + r.attempt), 'job-' || m.job_id || '-run-' || number_id(r.run * 16 + 15),
        m.job_id, m.job_name])
    WHEN 'submit' THEN map(m.tag_keys || ['ClusterId', 'ClusterName', 'JobId', 'RunName'],
      m.tag_values || [cluster_id_of(r.begun_s, r.run * 2 + r.attempt), 'job-' || number_id(r.run * 16 + 13) || '-run-' || number_id(r.run * 16 + 15),
        number_id(r.run * 16 + 13), m.run_name])
    WHEN 'classic pipeline' THEN map(m.tag_keys || ['ClusterId', 'ClusterName'],
      m.tag_values || [cluster_id_of(r.begun_s, -(r.run * 2 + r.attempt)), 'dlt-execution-' || m.pipeline_id])
    ELSE m.tags END,
  m.unit, r.quantity,
  {
    'cluster_id': CASE m.kind WHEN 'classic job' THEN cluster_id_of(r.begun_s, r.run * 2 + r.attempt)
      WHEN 'submit' THEN cluster_id_of(r.begun_s, r.run * 2 + r.attempt)
      WHEN 'classic pipeline' THEN cluster_id_of(r.begun_s, -(r.run * 2 + r.attempt)) ELSE m.cluster_id END,
    'job_id': CASE m.kind WHEN 'submit' THEN number_id(r.run * 16 + 13) ELSE m.job_id END,
    'job_run_id': CASE WHEN m.kind IN ('classic job', 'serverless job', 'submit') THEN number_id(r.run * 16 + 15) END,
    'job_name': m.job_name, 'warehouse_id': m.warehouse_id, 'node_type': m.node_type, 'instance_pool_id': m.instance_pool_id,
    'notebook_id': m.notebook_id, 'notebook_path': m.notebook_path, 'dlt_pipeline_id': m.pipeline_id,
    'dlt_update_id': CASE WHEN m.kind IN ('classic pipeline', 'serverless pipeline') THEN uuid_of('update', r.run * 2 + r.attempt) END,
    'dlt_maintenance_id': NULL, 'endpoint_id': m.endpoint_id, 'endpoint_name': m.endpoint_name, 'run_name': m.run_name,
    'budget_policy_id': m.budget_policy_id, 'usage_policy_id': m.budget_policy_id, 'app_id': m.app_id, 'app_name': m.app_name,
    'database_instance_id': m.database_instance_id, 'metastore_id': m.metastore_id, 'catalog_id': m.catalog_id, 'schema_id': m.schema_id,
    'uc_table_catalog': m.table_catalog, 'uc_table_schema': m.table_schema, 'uc_table_name': m.table_name,
    'central_clean_room_id': m.clean_room_id, 'sharing_materialization_id': m.sharing_id, 'recipient_id': NULL,
    'source_region': m.source_region, 'destination_region': m.destination_region, 'private_endpoint_name': m.endpoint_private,
    'networking_client': NULL, 'storage_api_type': m.storage_api_type, 'ai_runtime_workload_id': m.workload_id,
    'ai_runtime_pool_id': NULL, 'agent_bricks_id': m.agent_id, 'base_environment_id': m.environment_id, 'index_id': m.index_id,
    'dbsql_statement_id': NULL, 'genie': {'agent_id': m.genie_space, 'channel': NULL, 'surface': NULL},
    'ai_gateway': {'endpoint_id': m.gateway_id}, 'serverless_compute_id': m.serverless_pool
  },
  {'run_as': m.run_as, 'owned_by': m.owned_by, 'created_by': m.created_by, 'run_by': NULL},
  r.record, day_of(r.landed_s), m.product,
  {
    'jobs_tier': m.jobs_tier, 'sql_tier': m.sql_tier, 'dlt_tier': m.dlt_tier, 'is_serverless': m.serverless, 'is_photon': m.photon,
    'serving_type': m.serving_type, 'offering_type': m.offering_type, 'performance_target': m.target,
    'networking': {'connectivity_type': m.connectivity}, 'ai_runtime': {'compute_type': m.training_compute},
    'model_serving': {'offering_type': NULL}, 'ai_gateway': {'feature_type': CASE WHEN m.gateway_id IS NOT NULL THEN 'USAGE_TRACKING' END},
    'serverless_gpu': {'workload_type': NULL}, 'agent_bricks': {'problem_type': NULL, 'workload_type': NULL},
    'ai_functions': {'ai_function': m.ai_function}, 'apps': {'compute_size': m.app_size},
    'lakeflow_connect': {'task_type': m.connect_task, 'zerobus_request_type': NULL},
    'lakebase': {'storage_type': m.lakebase_storage, 'compute_type': m.lakebase_compute},
    'ai_bi_genie': {'capability_type': NULL, 'offering_type': NULL}, 'genie': {'offering_type': m.genie_offering}
  },
  m.usage_type
FROM reading_in_order AS r JOIN tagged_meter AS m USING (meter);
DROP TABLE reading_in_order;
