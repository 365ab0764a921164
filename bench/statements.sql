-- Puts many statements beside a small demo account: `account` is its file, the variables are statements, days, today, shapes.
-- Forty warehouses that are on from six to ten, billed by the hour; shapes by Zipf's law; half of the texts are asked again.

-- three parts: hashes of two differ by a constant for all keys, and would go together
CREATE TEMP MACRO part(salt, key) AS (hash(salt, key, 7) >> 11)::DOUBLE / 9007199254740992;
CREATE TEMP MACRO spread(salt, key) AS sqrt(-2 * ln(1 - part(salt, key))) * cos(2 * pi() * part(salt || '+', key));
CREATE TEMP MACRO instant(ms) AS make_timestamptz((ms)::BIGINT * 1000);

CREATE TEMP TABLE house AS
SELECT
  w AS wh, printf('%016x', 1125899906842624 + w) AS warehouse_id, '9000000000000' || (100 + w % 5) AS workspace_id,
  CASE WHEN w % 4 = 0 THEN 'MEDIUM' ELSE 'SMALL' END AS size, CASE WHEN w % 4 = 0 THEN 24 ELSE 12 END AS rate
FROM range(40) AS t(w);

CREATE TEMP TABLE hour_on AS
SELECT d, h, epoch(getvariable('today') - (getvariable('days') - d)::INT)::BIGINT * 1000 + h * 3600000 AS ms
FROM range(getvariable('days')::BIGINT) AS a(d), range(6, 22) AS b(h);

INSERT INTO account.compute.warehouses BY NAME
SELECT 'bench' AS account_id, workspace_id, warehouse_id, 'Bench ' || wh AS warehouse_name, 'SERVERLESS' AS warehouse_type,
  size AS warehouse_size, 1 AS min_clusters, 3 AS max_clusters, 10 AS auto_stop_minutes, instant(0) AS change_time
FROM house;

INSERT INTO account.compute.warehouse_events BY NAME
SELECT 'bench' AS account_id, workspace_id, warehouse_id, kind AS event_type, clusters AS cluster_count, instant(ms + late) AS event_time
FROM house, hour_on, (VALUES (6, 'STARTING', 0, 0), (6, 'RUNNING', 1, 8000), (9, 'SCALED_UP', 2, 0), (16, 'SCALED_DOWN', 1, 0),
  (21, 'STOPPED', 0, 3600000)) AS e(on_hour, kind, clusters, late)
WHERE h = on_hour;

CREATE TEMP TABLE sample AS SELECT * FROM account.billing.usage
WHERE billing_origin_product = 'SQL' AND record_type = 'ORIGINAL' AND usage_metadata.warehouse_id IS NOT NULL ORDER BY record_id LIMIT 1;
INSERT INTO account.billing.usage
SELECT s.* REPLACE (
  'bench-' || wh || '-' || ms AS record_id, h.workspace_id AS workspace_id, instant(ms) AS usage_start_time,
  instant(ms + 3600000) AS usage_end_time, instant(ms)::DATE AS usage_date, instant(ms)::DATE + 1 AS ingestion_date,
  (h.rate * CASE WHEN o.h BETWEEN 9 AND 15 THEN 2 ELSE 1 END)::DECIMAL(38, 18) AS usage_quantity,
  struct_update(s.usage_metadata, warehouse_id := h.warehouse_id) AS usage_metadata)
FROM house AS h, hour_on AS o, sample AS s
ORDER BY ms, wh;

-- One row: a shape, its table and its habits.
CREATE TEMP TABLE form AS
SELECT
  k, k % 40 AS wh, ['dashboard', 'dashboard', 'job', 'bi', 'bi', 'dbt', 'editor', 'dashboard', 'genie', 'bi'][1 + (k // 40) % 10] AS place,
  1 + (k // 7) % 8 AS pattern, 300 * exp(1.6 * spread('ms', k)) AS ms, part('cache', k) < 0.1 AS cacheable, part('spill', k) < 0.04 AS spills,
  part('prune', k) AS pruned, 1 + k % 9 AS people, 'main.s' || k % 25 || '.t' || k AS tbl
FROM range(getvariable('shapes')::BIGINT) AS t(k);

-- The rows, ten days at a time, so that memory stays the same; `from_day` and `to_day` bound them.
PREPARE batch AS
INSERT INTO account.query.history BY NAME
WITH drawn AS (
  SELECT
    n, d, floor(exp(part('shape', n) * ln(getvariable('shapes'))) - 1)::BIGINT AS k,
    epoch(getvariable('today') - (getvariable('days') - d)::INT)::BIGINT * 1000 + 21600000
      + floor((0.5 + 0.5 * part('half', n)) * part('at', n) * 57000000)::BIGINT AS at_ms
  FROM (SELECT n, n // getvariable('each') AS d FROM numbers WHERE n >= $1 * getvariable('each') AND n < $2 * getvariable('each'))
),
ran AS (
  SELECT
    a.n, a.d, a.k, a.at_ms, f.wh, f.place, f.pattern, f.tbl, f.pruned, f.spills, f.people,
    f.cacheable AND part('hit', n) < 0.5 AS cached,
    greatest(5, floor(f.ms * exp(0.5 * spread('run', n))))::BIGINT AS work_ms,
    CASE WHEN part('fail', n) < 0.01 THEN 'FAILED' WHEN part('fail', n) > 0.995 THEN 'CANCELED' ELSE 'FINISHED' END AS status,
    CASE WHEN part('queue', n) < 0.03 THEN floor(5000 * part('queued', n)) ELSE 0 END::BIGINT AS queue_ms,
    CASE WHEN part('again', n) < 0.5 THEN n % 9973 ELSE 0 END AS value,
    'user' || (f.k * 31 + floor(part('who', n) * f.people)::BIGINT) % 400 || '@bench.example' AS who
  FROM drawn AS a JOIN form AS f ON f.k = a.k
)
SELECT
  'bench' AS account_id, h.workspace_id,
  (hash('id', r.n)::UHUGEINT * 18446744073709551616 + hash('id2', r.n))::UUID::VARCHAR AS statement_id, r.status AS execution_status,
  {'type': 'WAREHOUSE', 'cluster_id': NULL, 'warehouse_id': h.warehouse_id} AS compute,
  CASE r.place WHEN 'job' THEN 'etl@bench.example' WHEN 'dbt' THEN 'dbt@bench.example' ELSE r.who END AS executed_by,
  CASE r.pattern
    WHEN 1 THEN 'SELECT o.order_date, SUM(o.net) AS revenue FROM ' || r.tbl || ' o WHERE o.order_date >= DATE ''' || instant(r.at_ms)::DATE
      || ''' AND o.region = ''r' || r.value || ''' GROUP BY o.order_date'
    WHEN 2 THEN 'SELECT * FROM ' || r.tbl || ' WHERE customer_id = ' || r.value
    WHEN 3 THEN 'WITH paid AS (SELECT id, SUM(amount) AS paid FROM ' || r.tbl || ' GROUP BY id) SELECT i.id, i.amount - COALESCE(p.paid, '
      || r.value || ') AS open FROM main.fin.inv i LEFT JOIN paid p ON p.id = i.id'
    WHEN 4 THEN 'MERGE INTO ' || r.tbl || ' AS t USING main.x.s AS s ON t.k = s.k AND s.d = DATE ''' || instant(r.at_ms)::DATE
      || ''' WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *'
    WHEN 5 THEN 'SELECT page, COUNT(*) AS views FROM ' || r.tbl || ' WHERE CAST(at AS DATE) = DATE ''' || instant(r.at_ms)::DATE
      || ''' AND id > ' || r.value || ' GROUP BY page ORDER BY views DESC LIMIT 30'
    WHEN 6 THEN 'INSERT INTO ' || r.tbl || ' SELECT day, SUM(x) FROM main.raw.e WHERE day = DATE ''' || instant(r.at_ms)::DATE || ''' GROUP BY day'
    WHEN 7 THEN 'SELECT c.name, SUM(f.amount) AS total FROM ' || r.tbl || ' f JOIN main.dim.customer c ON c.id = f.customer_id WHERE f.day > '
      || r.value || ' GROUP BY c.name ORDER BY total DESC LIMIT 50'
    ELSE 'SELECT COUNT(DISTINCT session_id) AS sessions FROM ' || r.tbl || ' WHERE started_on BETWEEN ' || r.value || ' AND ' || r.value + 7
  END AS statement_text,
  CASE r.pattern WHEN 4 THEN 'MERGE' WHEN 6 THEN 'INSERT' ELSE 'SELECT' END AS statement_type,
  CASE WHEN r.status = 'FAILED' THEN 'Error ' || r.k % 50 || ' of the bench' END AS error_message,
  CASE r.place WHEN 'dashboard' THEN 'Databricks SQL Dashboard' WHEN 'editor' THEN 'Databricks SQL Editor' WHEN 'genie' THEN 'Databricks SQL Genie Space'
    WHEN 'job' THEN 'Databricks Jobs' WHEN 'dbt' THEN 'dbt' ELSE 'Power BI' END AS client_application,
  instant(r.at_ms) AS start_time, instant(r.at_ms + r.queue_ms + 90 + r.work_ms) AS end_time, instant(r.at_ms + r.work_ms + 60000) AS update_time,
  r.queue_ms + 90 + r.work_ms AS total_duration_ms, 0 AS waiting_for_compute_duration_ms, r.queue_ms AS waiting_at_capacity_duration_ms,
  90 AS compilation_duration_ms, r.work_ms AS execution_duration_ms, 30 AS result_fetch_duration_ms,
  CASE WHEN r.cached THEN 0 ELSE r.work_ms * 6 END AS total_task_duration_ms, 1 AS read_partitions,
  floor(200 * r.pruned)::BIGINT AS pruned_files, floor(200 * (1 - r.pruned))::BIGINT AS read_files, r.work_ms * 900 AS read_rows,
  100 + r.k % 1000 AS produced_rows, r.work_ms * 60000 AS read_bytes, r.work_ms * 60000 AS read_files_bytes, 0 AS pruned_files_bytes,
  40 AS read_io_cache_percent, r.cached AS from_result_cache,
  CASE WHEN r.spills THEN r.work_ms * 20000 ELSE 0 END AS spilled_local_bytes, r.work_ms * 5000 AS shuffle_read_bytes,
  0 AS written_bytes, 0 AS written_rows, 0 AS written_files,
  {'job_info': {'job_id': CASE WHEN r.place = 'job' THEN 'job' || r.k % 300 END, 'job_run_id': NULL, 'job_task_run_id': NULL, 'job_task_key': NULL},
    'legacy_dashboard_id': NULL, 'dashboard_id': CASE WHEN r.place = 'dashboard' THEN 'dash' || r.k % 400 END, 'alert_id': NULL,
    'notebook_id': NULL, 'sql_query_id': NULL, 'genie_space_id': CASE WHEN r.place = 'genie' THEN 'space' || r.k % 12 END,
    'pipeline_info': {'pipeline_id': NULL, 'update_id': NULL}} AS query_source
FROM ran AS r JOIN house AS h ON h.wh = r.wh
ORDER BY r.at_ms;
