-- Workspaces, teams, people, service principals, machine types.

SET VARIABLE account_id = '6f1c2d9e-4b7a-4e0d-9a35-8c21f0b7d5e4';
SET VARIABLE metastore_id = 'b2d41c70-90aa-4e6c-8a13-0e5f1d7c92ab';

-- alive_until: last day of usage as a share of the range. regional: has rows in the regional tables.
CREATE TEMP TABLE workspace AS
SELECT *, getvariable('start_s') + floor(alive_share * getvariable('days'))::BIGINT * 86400 AS alive_until
FROM (VALUES
  (1, '3482915067342118', 'northwind-prod',          'AWS',   'US_EAST_N_VIRGINIA', 'us-east-1',      'PREMIUM',    13, true,  9.0, 0.34),
  (2, '5519283746501927', 'northwind-data-science',  'AWS',   'US_WEST_OREGON',     'us-west-2',      'PREMIUM',    15, true,  9.0, 0.16),
  (3, '7203948571620384', 'northwind-eu',            'AWS',   'EUROPE_IRELAND',     'eu-west-1',      'ENTERPRISE',  7, true,  9.0, 0.16),
  (4, '1948573620193847', 'northwind-dev',           'AWS',   'US_EAST_N_VIRGINIA', 'us-east-1',      'PREMIUM',    13, true,  9.0, 0.10),
  (5, '8830192746583920', 'northwind-supply-azure',  'AZURE', 'EU_WEST',            'westeurope',     'PREMIUM',     7, true,  9.0, 0.13),
  (6, '2749103856472910', 'northwind-marketing-gcp', 'GCP',   'US_IOWA',            'us-central1',    'PREMIUM',    14, true,  9.0, 0.08),
  (7, '6601928374650192', 'northwind-apac-pilot',    'AWS',   'AP_SYDNEY',          'ap-southeast-2', 'PREMIUM',    12, false, 9.0, 0.015),
  (8, '4417382910564738', NULL,                      'AWS',   'US_WEST_OREGON',     'us-west-2',      'PREMIUM',    15, true,  0.6, 0.015)
) AS t(ws, workspace_id, name, cloud, region, cloud_region, tier, office_hour, regional, alive_share, weight);

-- The workspace an object lands in: 100 slots by weight.
CREATE TEMP TABLE workspace_slot AS
SELECT slot, (SELECT min(ws) FROM (
    SELECT ws, sum((weight * 1000)::INT) OVER (ORDER BY ws) AS upto FROM workspace WHERE ws <= 6
  ) WHERE slot * 9.7 < upto) AS ws
FROM range(100) AS t(slot);

CREATE TEMP TABLE team AS
SELECT * FROM (VALUES
  (1, 'data-platform', 'CC-1001'), (2, 'finance-analytics', 'CC-2040'), (3, 'marketing-insights', 'CC-3100'),
  (4, 'supply-chain', 'CC-4200'), (5, 'machine-learning', 'CC-5005'), (6, 'risk-compliance', 'CC-6100'),
  (7, 'customer-360', 'CC-7300'), (8, 'web-product', 'CC-8050')
) AS t(team, name, cost_center);

-- One row: the tags a team writes in one style. Styles differ in keys, case and completeness; 0 writes none.
CREATE TEMP TABLE tag_set AS
SELECT team, style, env, tags.keys AS tag_keys, tags.vals AS tag_values, map(tags.keys, tags.vals) AS tags
FROM (
  SELECT
    team, style, env,
    CASE style
      WHEN 0 THEN {'keys': []::VARCHAR[], 'vals': []::VARCHAR[]}
      WHEN 1 THEN {'keys': ['team', 'CostCenter', 'env'], 'vals': [name, cost_center, env]}
      WHEN 2 THEN {'keys': ['Team', 'costcenter', 'Environment'],
                   'vals': [array_to_string(list_transform(split(name, '-'), lambda w: upper(w[1]) || w[2:]), '-'),
                            cost_center, upper(env)]}
      WHEN 3 THEN {'keys': ['team', 'env'], 'vals': [name, env]}
      WHEN 4 THEN {'keys': ['CostCenter'], 'vals': [cost_center]}
      WHEN 5 THEN {'keys': ['team', 'CostCenter'], 'vals': [name || ' ', lower(cost_center)]}
      WHEN 9 THEN {'keys': ['team', 'CostCenter', 'env'], 'vals': ['finnance-analitics', 'CC-9999', env]}
    END AS tags
  FROM team, unnest([0, 1, 2, 3, 4, 5, 9]) AS s(style), unnest(['prod', 'dev', 'staging']) AS e(env)
);

SET VARIABLE first_names = ['amelia', 'bruno', 'chen', 'divya', 'elena', 'farid', 'grace', 'hiro', 'ines', 'jonas',
  'katya', 'liam', 'maria', 'nadia', 'oscar', 'priya', 'quentin', 'rosa', 'samir', 'tara', 'ugo', 'vera', 'wei', 'ximena',
  'yusuf', 'zofia', 'anders', 'beatriz', 'callum', 'dana', 'emeka', 'freya', 'goran', 'hanna', 'ivan', 'julia', 'kofi',
  'lucia', 'mateo', 'noor'];
SET VARIABLE last_names = ['hart', 'almeida', 'zhang', 'rao', 'petrova', 'haddad', 'okafor', 'tanaka', 'silva', 'weber',
  'ivanova', 'murphy', 'rossi', 'khan', 'lindqvist', 'sharma', 'dubois', 'mendez', 'nasser', 'singh', 'bianchi', 'novak',
  'li', 'ortega', 'demir', 'kowalska', 'berg', 'costa', 'fraser', 'levy', 'eze', 'larsen', 'horvat', 'virtanen', 'popov',
  'schmidt', 'mensah', 'moreno', 'garcia', 'rahman'];

-- Person 1 has an apostrophe in the address, as real directories do.
CREATE TEMP TABLE person AS
SELECT
  person, 1 + person % 8 AS team, 1 + (person * 7) % 6 AS ws,
  number_id(person + 700000) AS user_id,
  CASE WHEN person = 1 THEN 'siobhan.o''neill' ELSE
    getvariable('first_names')[1 + (person * 7) % 40] || '.' || getvariable('last_names')[1 + (person * 11 + person // 40) % 40]
      || CASE WHEN person >= 1600 THEN person::VARCHAR ELSE '' END
  END || '@northwind.example' AS email
FROM range(1, 64 + objects(greatest(0, 38 * (1 - 1 / getvariable('scale'))))) AS t(person);

SET VARIABLE people = (SELECT count(*) FROM person);

CREATE TEMP TABLE service_principal AS
SELECT sp, name, uuid_of('sp', sp) AS application_id, number_id(sp + 800000) AS user_id
FROM (VALUES (1, 'sp-etl-prod'), (2, 'sp-finance-close'), (3, 'sp-ml-training'), (4, 'sp-bi-gateway'), (5, 'sp-airflow'),
  (6, 'sp-databricks-platform')) AS t(sp, name);

-- Everyone who can run something. actor: 1..6 service principals, 100 + person.
CREATE TEMP TABLE actor AS
SELECT sp AS actor, application_id AS name, user_id, NULL::INT AS team FROM service_principal
UNION ALL
SELECT 100 + person, email, user_id, team FROM person;

-- rate: DBU per node-hour without Photon.
CREATE TEMP TABLE machine AS
SELECT *, CASE WHEN cloud = 'AWS' THEN 2.9 ELSE 2.5 END AS photon_jobs
FROM (VALUES
  ('m5.xlarge', 'AWS', 4, 16, 0, 0.69), ('m5.2xlarge', 'AWS', 8, 32, 0, 1.37), ('m5.4xlarge', 'AWS', 16, 64, 0, 2.74),
  ('m5d.xlarge', 'AWS', 4, 16, 0, 0.69), ('m6i.xlarge', 'AWS', 4, 16, 0, 0.76), ('m6id.xlarge', 'AWS', 4, 16, 0, 0.76),
  ('m6gd.xlarge', 'AWS', 4, 16, 0, 0.77), ('m7g.xlarge', 'AWS', 4, 16, 0, 0.96), ('m7i.xlarge', 'AWS', 4, 16, 0, 0.84),
  ('r5.xlarge', 'AWS', 4, 32, 0, 0.90), ('r5.2xlarge', 'AWS', 8, 64, 0, 1.80), ('r5.4xlarge', 'AWS', 16, 128, 0, 3.60),
  ('r5d.xlarge', 'AWS', 4, 32, 0, 0.90), ('r6i.xlarge', 'AWS', 4, 32, 0, 1.02), ('r6id.xlarge', 'AWS', 4, 32, 0, 1.02),
  ('r6gd.xlarge', 'AWS', 4, 32, 0, 1.00), ('i3.xlarge', 'AWS', 4, 30.5, 0, 1.00), ('i3.2xlarge', 'AWS', 8, 61, 0, 2.00),
  ('i3.4xlarge', 'AWS', 16, 122, 0, 4.00), ('i3.8xlarge', 'AWS', 32, 244, 0, 8.00), ('i3en.xlarge', 'AWS', 4, 32, 0, 1.45),
  ('i4i.xlarge', 'AWS', 4, 32, 0, 1.38), ('i4i.2xlarge', 'AWS', 8, 64, 0, 2.75), ('c5.xlarge', 'AWS', 4, 8, 0, 0.61),
  ('c5.2xlarge', 'AWS', 8, 16, 0, 1.21), ('c5.4xlarge', 'AWS', 16, 32, 0, 2.43), ('c5d.xlarge', 'AWS', 4, 8, 0, 0.61),
  ('g4dn.xlarge', 'AWS', 4, 16, 1, 0.71), ('g5.xlarge', 'AWS', 4, 16, 1, 1.36), ('g5.12xlarge', 'AWS', 48, 192, 4, 7.69),
  ('Standard_DS3_v2', 'AZURE', 4, 14, 0, 0.75), ('Standard_DS4_v2', 'AZURE', 8, 28, 0, 1.50),
  ('Standard_D4ds_v5', 'AZURE', 4, 16, 0, 1.0), ('Standard_D8ds_v5', 'AZURE', 8, 32, 0, 2.0),
  ('Standard_E4ds_v4', 'AZURE', 4, 32, 0, 1.0), ('Standard_E8ds_v4', 'AZURE', 8, 64, 0, 2.0),
  ('Standard_NC4as_T4_v3', 'AZURE', 4, 28, 1, 1.0),
  ('n1-standard-4', 'GCP', 4, 15, 0, 0.71), ('n2-standard-4', 'GCP', 4, 16, 0, 0.72), ('n2-standard-8', 'GCP', 8, 32, 0, 1.44),
  ('n2-highmem-4', 'GCP', 4, 32, 0, 0.96), ('n2-highmem-8', 'GCP', 8, 64, 0, 1.92)
) AS t(node_type, cloud, cores, memory_gib, gpus, rate);

INSERT INTO access.workspaces_latest
SELECT
  getvariable('account_id'), workspace_id, name,
  'https://' || CASE cloud
    WHEN 'AZURE' THEN 'adb-' || workspace_id || '.7.azuredatabricks.net'
    WHEN 'GCP' THEN workspace_id || '.4.gcp.databricks.com'
    ELSE 'dbc-' || hex_of('url', ws, 8) || '.cloud.databricks.com' END,
  moment(days_ago(900 - 60 * ws, 600 + 17 * ws)), 'RUNNING'
FROM workspace WHERE name IS NOT NULL ORDER BY ws;

INSERT INTO compute.node_types
SELECT getvariable('account_id'), node_type, cores, (memory_gib * 1024)::BIGINT, gpus FROM machine ORDER BY node_type;
