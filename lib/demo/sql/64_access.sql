-- Who did what (audit) and which tables were read and written by whom (lineage).

INSERT INTO access.audit
WITH event AS (
  SELECT v.change_s AS at_s, w.ws, 100 + w.owner AS actor, 'databrickssql' AS service, CASE v.change
    WHEN 'created' THEN 'createWarehouse' WHEN 'deleted' THEN 'deleteWarehouse' ELSE 'editWarehouse' END AS action,
    MAP {'id': w.warehouse_id, 'name': v.name, 'size': v.size, 'auto_stop_mins': v.auto_stop::VARCHAR} AS params
  FROM warehouse_version AS v JOIN warehouse AS w USING (wh) WHERE v.change_s >= getvariable('start_s')
  UNION ALL
  SELECT v.change_s, v.ws, v.owner, 'clusters', CASE WHEN v.delete_s IS NULL THEN 'edit' ELSE 'permanentDelete' END,
    MAP {'cluster_id': v.cluster_id, 'cluster_name': v.name}
  FROM cluster_version AS v WHERE v.source IN ('UI', 'API') AND v.change_s >= getvariable('start_s')
  UNION ALL
  SELECT s.start_s, c.ws, 100 + c.owner, 'clusters', 'start', MAP {'cluster_id': c.cluster_id, 'cluster_name': c.name}
    FROM cluster_session AS s JOIN cluster AS c USING (cl)
  UNION ALL
  SELECT s.start_s + 240, c.ws, 100 + c.owner, 'notebook', 'attachNotebook', MAP {'clusterId': c.cluster_id,
    'notebookId': number_id(c.cl * 100 + 7), 'path': '/Users/' || p.email || '/' || c.name || ' exploration'}
    FROM cluster_session AS s JOIN cluster AS c USING (cl) JOIN person AS p ON p.person = c.owner
  UNION ALL
  SELECT v.change_s, j.ws, j.owner, 'jobs', CASE v.change WHEN 'created' THEN 'create' WHEN 'deleted' THEN 'delete'
    ELSE 'update' END, MAP {'job_id': j.job_id, 'name': j.name}
  FROM job_version AS v JOIN job AS j USING (job) WHERE v.change_s >= getvariable('start_s')
  UNION ALL
  SELECT s.s - 120, p.ws, 100 + s.person, 'accounts', 'aadBrowserLogin', MAP {'user': p.email} FROM notebook_session AS s
    JOIN person AS p USING (person)
)
SELECT
  '2.0', moment(e.at_s), day_of(e.at_s), w.workspace_id, '10.20.' || e.actor % 200 || '.' || e.at_s % 250, 'Mozilla/5.0',
    hex_of('audit session', e.actor * 100000 + e.at_s // 86400, 12),
  {'email': a.name, 'subject_name': NULL}, e.service, e.action, uuid_of('request', e.at_s * 1000 + e.actor), e.params,
  {'status_code': 200, 'error_message': NULL, 'result': NULL}, CASE e.service WHEN 'accounts' THEN 'ACCOUNT_LEVEL'
    ELSE 'WORKSPACE_LEVEL' END, getvariable('account_id'),
  uuid_of('event', e.at_s * 1000 + e.actor), {'run_by': a.name, 'run_as': a.name, 'acting_resource': NULL}
FROM event AS e JOIN workspace AS w USING (ws) JOIN actor AS a USING (actor)
WHERE w.regional AND e.at_s BETWEEN getvariable('start_s') AND getvariable('compute_until')
ORDER BY e.at_s, e.service, e.action, a.name, e.params['cluster_id'], e.params['job_id'], e.params['id'];

-- Tables 29 and 30 are written every day but were last read 50 days ago.
CREATE TEMP TABLE lineage AS
WITH job_table AS (
  SELECT job, 1 + job * 7 % 28 AS source, CASE job WHEN 34 THEN 29 WHEN 5 THEN 30 ELSE 1 + job * 5 % 28 END AS target FROM job WHERE job <= 400
),
shape_table(shape, tbl) AS (VALUES (1, 1), (1, 2), (2, 11), (3, 28), (3, 3), (4, 13), (4, 5), (5, 17), (6, 2), (7, 10), (8, 32), (9,
  13), (10, 32), (13, 9), (14, 7), (14, 8))
SELECT
  r.run * 16 AS key, r.start_s + 30 AS at_s, j.ws, 'JOB' AS entity_type, j.job_id AS entity_id,
    number_id(r.run * 16 + 15) AS entity_run, t.source, t.target, j.run_as AS actor,
  j.job_id, NULL AS statement_key, NULL AS dashboard
FROM run AS r JOIN job AS j USING (job) JOIN job_table AS t USING (job)
WHERE r.state = 'SUCCEEDED' AND j.regional AND (j.every >= 720 OR unit('lineage', r.run) < 0.15)
UNION ALL
SELECT
  s.key, s.at_ms // 1000, s.ws, CASE WHEN s.client = 'dashboard' THEN 'DASHBOARD_V3' ELSE 'DBSQL_QUERY' END, hex32_of('dashboard',
    s.shape * 100 + s.ws), NULL, t.tbl, NULL, s.who,
  NULL, s.key, CASE WHEN s.client = 'dashboard' THEN hex32_of('dashboard', s.shape * 100 + s.ws) END
FROM statement_done AS s JOIN shape_table AS t USING (shape)
WHERE s.part = 4 AND s.status = 'FINISHED' AND unit('lineage', s.key) < 0.03
UNION ALL
SELECT 8000000000000 + tbl, days_ago(50, 600), 1, 'NOTEBOOK', '1', NULL, tbl, NULL, 105, NULL, NULL, NULL FROM lake_table WHERE tbl IN (29, 30);

INSERT INTO access.table_lineage
SELECT
  getvariable('account_id'), getvariable('metastore_id'), w.workspace_id, l.entity_type, l.entity_id, l.entity_run, s.full_name,
    s.catalog, s.schema, s.name, NULL,
  CASE WHEN s.tbl IS NOT NULL THEN 'TABLE' END, t.full_name, t.catalog, t.schema, t.name, NULL, CASE
    WHEN t.tbl IS NOT NULL THEN 'TABLE' END, a.name, moment(l.at_s), day_of(l.at_s),
  uuid_of('lineage', l.key * 64 + l.source), uuid_of('lineage event', l.key), CASE
    WHEN l.statement_key IS NOT NULL THEN uuid_of('statement', l.statement_key) END,
  {'job_info': {'job_id': l.job_id, 'job_run_id': l.entity_run}, 'dashboard_id': l.dashboard, 'legacy_dashboard_id': NULL,
    'notebook_id': NULL, 'sql_query_id': NULL,
   'dlt_pipeline_info': {'dlt_pipeline_id': NULL, 'dlt_update_id': NULL}, 'genie_space_id': NULL, 'alert_id': NULL}, true
FROM lineage AS l JOIN workspace AS w USING (ws) JOIN actor AS a USING (actor) JOIN lake_table AS s ON s.tbl = l.source LEFT
  JOIN lake_table AS t ON t.tbl = l.target
WHERE l.at_s < getvariable('compute_until')
ORDER BY l.at_s, l.key, l.source;

INSERT INTO access.column_lineage
SELECT
  account_id, metastore_id, workspace_id, entity_type, entity_id, entity_run_id, source_table_full_name, source_table_catalog,
    source_table_schema, source_table_name, source_path, source_type,
  c.name, target_table_full_name, target_table_catalog, target_table_schema, target_table_name, target_path, target_type, c.name,
    created_by, event_time, event_date,
  record_id || c.name, event_id, statement_id, entity_metadata, direct_access
FROM access.table_lineage, (VALUES ('id'), ('amount')) AS c(name)
WHERE entity_type = 'JOB' AND event_date >= getvariable('today') - 30
ORDER BY event_time, record_id, c.name;
