-- Statements: their shapes, when each ran, what it did.

-- One row: a statement shape. place: where it runs (see place_slot); ms: median execution; parallel: task time against execution time.
-- {d}: a date, {n}: a number, {r}: a region.
CREATE TEMP TABLE shape AS
SELECT * FROM (VALUES
  (1, 'bi', 16, 'SELECT', 'dashboard', 2600, 0.7, 4200, 310, 0.91, 9000000, 240, 14.0, 0.0, 0.10, 0, 0.22,
   'SELECT o.order_date, o.region, SUM(i.net_amount) AS revenue, COUNT(DISTINCT o.order_id) AS orders FROM main.sales.orders o JOIN main.sales.order_items i ON i.order_id = o.order_id WHERE o.order_date >= DATE ''{d}'' AND o.region = ''{r}'' GROUP BY o.order_date, o.region ORDER BY o.order_date'),
  (2, 'bi', 14, 'SELECT', 'dashboard', 900, 0.6, 260, 60, 0.88, 800000, 60, 9.0, 0.0, 0.05, 0, 0.35,
   'SELECT channel, SUM(spend) AS spend, SUM(conversions) AS conversions FROM main.marketing.campaigns WHERE day BETWEEN DATE ''{d}'' AND current_date() GROUP BY channel'),
  (3, 'bi', 12, 'SELECT', 'bi tool', 3400, 0.8, 5100, 420, 0.86, 12000000, 5000, 15.0, 0.0, 0.2, 0, 0.05,
   'SELECT c.segment, c.country, d.month, SUM(d.revenue) AS revenue FROM main.sales.daily_revenue d JOIN main.sales.customers c ON c.customer_id = d.customer_id WHERE d.month >= ''{d}'' GROUP BY c.segment, c.country, d.month LIMIT {n}'),
  (4, 'bi', 8, 'SELECT', 'dashboard', 4200, 0.5, 6900, 500, 0.80, 22000000, 900, 14.0, 0.0, 0.3, 0, 0.0,
   'SELECT p.category, s.warehouse, SUM(s.quantity) AS units, AVG(datediff(s.delivered_at, s.shipped_at)) AS lead_days FROM main.supply.shipments s JOIN main.sales.prices p ON p.sku = s.sku WHERE s.shipped_at >= TIMESTAMP ''{d} 00:00:00'' GROUP BY p.category, s.warehouse'),
  (5, 'bi', 3, 'SELECT', 'editor', 21000, 0.5, 98000, 9400, 0.05, 160000000, 1200000, 12.0, 0.0, 0.0, 0, 0.0,
   'SELECT * FROM main.crm.customer_360_wide WHERE country = ''{r}'''),
  (6, 'bi', 2, 'SELECT', 'bi tool', 48000, 0.35, 52000, 4100, 0.42, 300000000, 90000, 11.0, 46.0, 1.6, 0, 0.0,
   'SELECT a.customer_id, b.product_id, COUNT(*) AS together FROM main.sales.order_items a JOIN main.sales.order_items b ON a.order_id = b.order_id AND a.product_id < b.product_id WHERE a.order_date >= DATE ''{d}'' GROUP BY a.customer_id, b.product_id HAVING COUNT(*) > {n}'),
  (7, 'bi', 3, 'SELECT', 'dashboard', 15000, 0.5, 74000, 88000, 0.02, 90000000, 30, 13.0, 0.0, 0.1, 0, 0.0,
   'SELECT page, COUNT(*) AS views FROM main.marketing.web_events WHERE CAST(event_time AS DATE) = DATE ''{d}'' GROUP BY page ORDER BY views DESC LIMIT 30'),
  (8, 'bi', 10, 'SELECT', 'dashboard', 350, 0.5, 40, 12, 0.9, 100000, 1, 4.0, 0.0, 0.0, 0, 0.55,
   'SELECT MAX(loaded_at) AS fresh_at FROM main.sales.orders_gold'),
  (9, 'bi', 6, 'SELECT', 'alert', 700, 0.4, 90, 22, 0.95, 300000, 1, 5.0, 0.0, 0.0, 0, 0.0,
   'SELECT COUNT(*) AS late FROM main.supply.shipments WHERE status = ''LATE'' AND shipped_at > now() - INTERVAL {n} HOURS'),
  (10, 'bi', 5, 'SELECT', 'genie', 2400, 0.8, 1800, 160, 0.7, 5000000, 40, 11.0, 0.0, 0.1, 0, 0.02,
   'SELECT customer_name, SUM(net_amount) AS total FROM main.sales.orders_gold WHERE order_date >= ''{d}'' GROUP BY customer_name ORDER BY total DESC LIMIT {n}'),
  (11, 'bi', 4, 'SHOW', 'bi tool', 60, 0.3, 0, 0, 0, 0, 40, 0.0, 0.0, 0.0, 0, 0.0, 'SHOW TABLES IN main.sales'),
  (12, 'bi', 4, 'DESCRIBE', 'bi tool', 50, 0.3, 0, 0, 0, 0, 30, 0.0, 0.0, 0.0, 0, 0.0, 'DESCRIBE TABLE main.sales.orders_gold'),
  (13, 'bi', 5, 'SELECT', 'bi tool', 90, 0.4, 3, 1, 0.5, 900, 1, 1.0, 0.0, 0.0, 0, 0.0,
   'SELECT name, value FROM main.finance.budgets WHERE cost_center = ''CC-{n}'' AND period = ''{d}'''),
  (14, 'bi', 8, 'SELECT', 'dashboard', 5200, 0.6, 8800, 700, 0.77, 31000000, 400, 13.0, 0.0, 0.4, 0, 0.04,
   'WITH paid AS (SELECT invoice_id, SUM(amount) AS paid FROM main.finance.payments GROUP BY invoice_id) SELECT i.customer_id, i.due_date, i.amount - COALESCE(p.paid, 0) AS open FROM main.finance.invoices i LEFT JOIN paid p ON p.invoice_id = i.invoice_id WHERE i.due_date < DATE ''{d}'''),
  (20, 'adhoc', 30, 'SELECT', 'editor', 5200, 1.2, 7000, 600, 0.5, 20000000, 1000, 7.0, 0.0, 0.2, 0, 0.03,
   'SELECT * FROM main.sales.orders WHERE customer_id = {n} LIMIT 100'),
  (21, 'adhoc', 25, 'SELECT', 'editor', 9800, 1.1, 15000, 1300, 0.4, 60000000, 800, 9.0, 0.2, 0.5, 0, 0.0,
   'SELECT date_trunc(''WEEK'', event_time) AS week, utm_source, COUNT(DISTINCT session_id) AS sessions FROM main.web.sessions WHERE event_time >= ''{d}'' GROUP BY 1, 2'),
  (22, 'adhoc', 15, 'CREATE', 'editor', 14000, 0.9, 16000, 1400, 0.5, 50000000, 0, 9.0, 0.0, 0.3, 2200, 0.0,
   'CREATE OR REPLACE TABLE main.sandbox.tmp_{n} AS SELECT * FROM main.risk.claims WHERE opened_at >= ''{d}'''),
  (23, 'adhoc', 15, 'SELECT', 'editor', 2600, 0.9, 900, 90, 0.6, 4000000, 200, 7.0, 0.0, 0.1, 0, 0.05,
   'SELECT supplier_id, AVG(delay_days) FROM main.supply.shipments WHERE region = ''{r}'' GROUP BY supplier_id'),
  (24, 'adhoc', 15, 'SELECT', 'editor', 700, 0.8, 50, 12, 0.6, 300000, 10, 3.0, 0.0, 0.0, 0, 0.1,
    'SELECT COUNT(*) FROM main.crm.tickets WHERE opened_on = ''{d}'''),
  (30, 'etl', 30, 'MERGE', 'dbt', 52000, 0.5, 21000, 1700, 0.5, 80000000, 0, 10.0, 0.4, 0.6, 5200, 0.0,
   'MERGE INTO main.sales.orders_silver AS t USING main.sales.orders AS s ON t.order_id = s.order_id AND s.load_date = DATE ''{d}'' WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *'),
  (31, 'etl', 25, 'INSERT', 'dbt', 33000, 0.5, 12000, 900, 0.6, 45000000, 0, 10.0, 0.0, 0.4, 2600, 0.0,
   'INSERT INTO main.sales.daily_revenue SELECT order_date, customer_id, SUM(net_amount) FROM main.sales.orders_silver WHERE order_date = DATE ''{d}'' GROUP BY order_date, customer_id'),
  (32, 'etl', 15, 'OPTIMIZE', 'dbt', 41000, 0.5, 18000, 5200, 0.0, 0, 0, 11.0, 0.0, 0.0, 17000, 0.0,
    'OPTIMIZE main.marketing.web_events WHERE day = ''{d}'' ZORDER BY (event_time)'),
  (33, 'etl', 10, 'COPY', 'connector', 17000, 0.6, 3400, 2100, 0.0, 9000000, 0, 6.0, 0.0, 0.0, 3100, 0.0,
   'COPY INTO main.supply.inventory FROM ''s3://northwind-landing/inventory/{d}/'' FILEFORMAT = PARQUET'),
  (34, 'etl', 10, 'INSERT', 'connector', 2200, 0.3, 3, 1, 0.0, 900, 0, 1.0, 0.0, 0.0, 4, 0.0,
   'INSERT INTO main.risk.fraud_alerts VALUES ({n}, ''{r}'', TIMESTAMP ''{d} 08:00:00'')'),
  (35, 'etl', 10, 'ANALYZE', 'dbt', 12000, 0.4, 6000, 500, 0.0, 0, 0, 9.0, 0.0, 0.0, 0, 0.0,
    'ANALYZE TABLE main.sales.orders_gold COMPUTE STATISTICS FOR ALL COLUMNS'),
  (40, 'dev', 60, 'SELECT', 'editor', 1900, 1.0, 400, 40, 0.5, 1000000, 100, 4.0, 0.0, 0.0, 0, 0.05,
    'SELECT * FROM main.ml.churn_features WHERE customer_id = {n}'),
  (41, 'dev', 40, 'SELECT', 'editor', 800, 1.0, 60, 8, 0.5, 90000, 20, 2.0, 0.0, 0.0, 0, 0.08,
    'SELECT region, COUNT(*) FROM main.sales.customers WHERE region <> ''{r}'' GROUP BY region'),
  (45, 'tiny', 70, 'SELECT', 'connector', 25, 0.4, 1, 1, 0.0, 10, 1, 1.0, 0.0, 0.0, 0, 0.0,
    'SELECT status FROM main.web.experiments WHERE experiment_id = {n}'),
  (46, 'tiny', 30, 'SELECT', 'connector', 900, 0.5, 120, 20, 0.4, 100000, 1, 3.0, 0.0, 0.0, 0, 0.0, 'SELECT 1 /* keep alive {n} */'),
  (50, 'notebook', 50, 'SELECT', 'notebook', 5200, 1.2, 4000, 330, 0.5, 12000000, 1000, 6.0, 0.1, 0.2, 0, 0.0,
    'SELECT * FROM main.ml.churn_features WHERE snapshot_date = ''{d}'' LIMIT {n}'),
  (51, 'notebook', 30, 'SELECT', 'notebook', 9000, 1.0, 9000, 700, 0.4, 30000000, 300, 7.0, 0.0, 0.3, 0, 0.0,
    'SELECT product_id, AVG(score) AS score FROM main.ml.recommendation_scores WHERE run_date = ''{d}'' GROUP BY product_id'),
  (52, 'notebook', 20, 'CREATE', 'notebook', 15000, 0.9, 11000, 800, 0.4, 40000000, 0, 8.0, 0.0, 0.4, 1800, 0.0,
    'CREATE OR REPLACE TEMPORARY VIEW v_{n} AS SELECT * FROM main.crm.contacts WHERE updated_at >= ''{d}'''),
  (60, 'job', 45, 'MERGE', 'job', 38000, 0.8, 14000, 1100, 0.5, 60000000, 0, 9.0, 0.1, 0.5, 3900, 0.0,
    'MERGE INTO main.finance.gl_entries t USING staged_gl s ON t.entry_id = s.entry_id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *'),
  (61, 'job', 35, 'INSERT', 'job', 24000, 0.8, 7000, 560, 0.5, 25000000, 0, 8.0, 0.0, 0.3, 2100, 0.0,
    'INSERT OVERWRITE main.marketing.attribution SELECT campaign_id, SUM(weight) FROM main.marketing.web_events WHERE day = ''{d}'' GROUP BY campaign_id'),
  (62, 'job', 20, 'SELECT', 'job', 9000, 0.8, 3000, 240, 0.5, 9000000, 1, 7.0, 0.0, 0.2, 0, 0.0,
    'SELECT COUNT(*) AS bad FROM main.finance.invoices WHERE amount < 0 AND loaded_on = ''{d}'''),
  (70, 'pipeline', 100, 'REFRESH', 'pipeline', 60000, 0.6, 9000, 700, 0.5, 30000000, 0, 8.0, 0.0, 0.3, 2400, 0.0,
    'REFRESH STREAMING TABLE main.sales.orders_silver')
) AS t(shape, place, weight, type, client, ms, sigma, read_mb, files, pruned_share, rows_in, rows_out, parallel, spill_gib, shuffle, written_mb,
  cache_chance, text);

-- 100 slots a place: the shape a statement there has.
CREATE TEMP TABLE place_slot AS
SELECT place, slot, min(shape) FILTER (WHERE slot < upto) AS shape
FROM (SELECT place, shape, sum(weight * 100.0 / total) OVER (PARTITION BY place ORDER BY shape) AS upto
      FROM (SELECT *, sum(weight) OVER (PARTITION BY place) AS total FROM shape)), range(100) AS t(slot)
GROUP BY place, slot;

-- How thick statements are sown: fewer per hour in a very large or a very small account.
SET VARIABLE density = (SELECT 0.62 * CASE WHEN scale < 1 THEN sqrt(scale) ELSE power(scale, -0.35) END FROM (SELECT getvariable('scale') AS scale));

-- Statements on a warehouse at times of their own. Tables of their own: in one statement the joins end in an error of DuckDB 2.0.0
-- when there are millions.
CREATE TEMP TABLE sown AS
SELECT
  session, session * 65536 + k AS key, wh, CASE WHEN profile = 'always' OR profile = 'burst' THEN 'tiny' ELSE profile END AS place,
  CASE WHEN k = 0 THEN start_s * 1000 ELSE running_s * 1000 + floor(unit('st-at', session * 65536 + k) * (work_s - 8) * 1000)::BIGINT END AS at_ms,
  last_work_s * 1000 AS limit_ms, CASE WHEN k = 0 THEN boot_s * 1000 ELSE 0 END AS boot_ms, idle_s
FROM (
  SELECT
    s.*, w.profile,
    unnest(range(greatest(1, floor(w.per_hour * getvariable('density') * least(1.3, CASE WHEN c.weekend THEN 0.5 ELSE c.office END)
      * s.work_s / 3600)::BIGINT))) AS k
  FROM warehouse_session AS s JOIN warehouse AS w USING (wh) JOIN calendar AS c USING (n)
  WHERE w.regional AND w.per_hour > 0
);

-- What keeps a warehouse on: no gap is as long as its auto stop, and its last statement ends when its work does. Warehouse 10 is
-- kept awake by something that leaves no statement.
CREATE TEMP TABLE gap AS
SELECT
  session, wh, place, limit_ms, idle_s, at_ms,
  least(coalesce(lead(at_ms) OVER (PARTITION BY session ORDER BY at_ms, key), limit_ms - 2500), limit_ms - 2500) - at_ms AS gap_ms
FROM sown WHERE idle_s > 0 AND wh <> 10;

-- One row: a statement, before what it did is worked out. limit_ms: it must be over by then. The source is updated while statements run:
-- some rows are there twice, first as the statement stood at half time (part 2 of 4).
CREATE TEMP TABLE statement AS
WITH between AS (
  SELECT
    session * 65536 + 32768 + row_number() OVER (PARTITION BY session ORDER BY at_ms, j) AS key, wh, place,
    at_ms + gap_ms * j // (pieces + 1) AS at_ms, limit_ms, 0 AS boot_ms
  FROM (
    SELECT *, unnest(range(1, pieces + 1)) AS j
    FROM (SELECT *, greatest(0, ceil(gap_ms / (idle_s * 850.0)) - 1)::BIGINT AS pieces FROM gap)
  )
),
lasting AS (
  SELECT session * 65536 + 65535 AS key, any_value(wh) AS wh, any_value(place) AS place, any_value(limit_ms) - 2500 AS at_ms,
    any_value(limit_ms) AS limit_ms, 0 AS boot_ms
  FROM gap GROUP BY session
),
on_warehouse AS (
  SELECT key, wh, place, at_ms, limit_ms, boot_ms FROM sown
  UNION ALL BY NAME SELECT * FROM between UNION ALL BY NAME SELECT * FROM lasting
),
in_tasks AS (
  SELECT
    t.task_run * 16 + t.k + 4611686018427387904 AS key, CASE WHEN j.kind = 'warehouse' THEN j.size END::BIGINT AS wh,
    CASE WHEN j.kind = 'warehouse' THEN 'etl' ELSE 'job' END AS place,
    (t.s + 6) * 1000 + floor(unit('st-at', t.task_run * 16 + t.k) * (t.e - t.s - 10) * 900)::BIGINT AS at_ms,
    t.e * 1000 AS limit_ms, 0 AS boot_ms, t.job, t.run, t.task, t.task_run
  FROM (SELECT *, unnest(CASE WHEN job IN (14, 15) THEN [0, 1, 2] ELSE [0] END) AS k FROM task) AS t JOIN job AS j USING (job)
  WHERE j.kind IN ('serverless', 'warehouse') AND j.regional AND t.e - t.s > 30 AND (j.kind = 'warehouse'
    OR unit('st-task', t.task_run) < 1.3 * getvariable('density') / greatest(0.3, sqrt(least(1, getvariable('scale')))))
),
in_notebooks AS (
  SELECT
    s.session * 64 + s.k + 2305843009213693952 AS key, 'notebook' AS place,
    s.s * 1000 + floor(unit('st-at', s.session * 64 + s.k + 7) * (s.e - s.s) * 900)::BIGINT AS at_ms, s.e * 1000 AS limit_ms, 0 AS boot_ms, s.notebook
  FROM (SELECT *, unnest(range(greatest(1, floor((e - s) / 420 * getvariable('density'))::BIGINT))) AS k FROM notebook_session) AS s
),
in_pipelines AS (
  SELECT
    u.upd * 2 + u.retry + 1152921504606846976 AS key, 'pipeline' AS place, (u.s + 25) * 1000 AS at_ms, u.e * 1000 AS limit_ms, 0 AS boot_ms,
    u.upd * 2 + u.retry AS upd, u.pl
  FROM pipeline_update AS u WHERE u.e - u.s > 60
),
anywhere AS (
  SELECT * FROM on_warehouse UNION ALL BY NAME SELECT * FROM in_tasks UNION ALL BY NAME SELECT *
    FROM in_notebooks UNION ALL BY NAME SELECT * FROM in_pipelines
)
SELECT
  *, floor(100 * unit('st-shape', key))::BIGINT AS slot, unnest(CASE WHEN unit('st-twice', key) < 0.004 THEN [2, 4] ELSE [4] END) AS part
FROM anywhere
WHERE at_ms BETWEEN getvariable('start_s')::BIGINT * 1000 AND getvariable('compute_until')::BIGINT * 1000 - 60000
  AND limit_ms - at_ms > boot_ms + 1200
ORDER BY at_ms, key, part;

SET VARIABLE regression_ms = days_ago(14, 0) * 1000;
SET VARIABLE regions = ['EMEA', 'AMER', 'APAC', 'DACH', 'LATAM', 'NORDICS'];

-- One row: a statement with what it did. work: execution time wanted; waits come first and everything ends by limit_ms.
CREATE TEMP TABLE statement_done AS
WITH shaped AS (
  SELECT
    s.*, p.shape, h.type, h.client, h.parallel, h.spill_gib, h.shuffle, h.read_mb, h.files, h.pruned_share, h.rows_in,
      h.rows_out, h.written_mb,
    coalesce(w.ws, b.ws, j.ws, l.ws) AS ws, coalesce(w.rate, 12) AS rate,
    p.shape = 4 AND w.ws = 1 AND s.at_ms >= getvariable('regression_ms') AS regressed,
    exp(0.35 * normal('st-size', s.key)) AS size,
    exp(h.sigma * normal('st-ms', s.key)) * h.ms * coalesce(w.heaviness, 1) AS wanted_ms,
    unit('st-cache', s.key) < h.cache_chance AND s.boot_ms = 0 AS cached,
    CASE WHEN h.shape = 23 AND unit('st-fail', s.key) < 0.7 THEN 'FAILED' WHEN unit('st-fail', s.key) < 0.012 THEN 'FAILED'
      WHEN unit('st-fail', s.key) > 0.993 THEN 'CANCELED' ELSE 'FINISHED' END AS status,
    CASE WHEN s.wh = 2 AND unit('st-queue', s.key) < 0.4 THEN floor(4000 + 136000 * unit('st-queue2', s.key))
      WHEN w.max_clusters IS NOT NULL AND unit('st-queue', s.key) < 0.02 THEN floor(200 + 2500 * unit('st-queue2', s.key))
        ELSE 0 END::BIGINT AS queue_ms
  FROM statement AS s
  JOIN place_slot AS p ON p.place = s.place AND p.slot = s.slot
  JOIN shape AS h ON h.shape = p.shape
  LEFT JOIN warehouse AS w ON w.wh = s.wh
  LEFT JOIN job AS j ON j.job = s.job
  LEFT JOIN notebook AS b ON b.notebook = s.notebook
  LEFT JOIN pipeline AS l ON l.pl = s.pl
),
timed AS (
  SELECT
    *, limit_ms - at_ms - boot_ms AS room_ms,
    least(queue_ms, greatest(0, room_ms - 1000)) AS waited_ms,
    least(CASE WHEN cached THEN 25 WHEN type IN ('SHOW', 'DESCRIBE') THEN 70 WHEN shape = 13 THEN 900 ELSE 120 END
      + floor(90 * unit('st-comp', key))::BIGINT, room_ms - waited_ms - 200) AS compile_ms,
    greatest(4, least(CASE WHEN cached THEN 4 + floor(14 * unit('st-c', key)) ELSE floor(wanted_ms * CASE WHEN regressed THEN 6 ELSE 1 END
      * CASE WHEN status = 'FINISHED' THEN 1 ELSE 0.4 END) END::BIGINT, room_ms - waited_ms - compile_ms - 50)) AS work_ms
  FROM shaped
)
SELECT
  key, part, at_ms, boot_ms, wh, task_run, notebook, upd, ws, shape, type, client, status, cached, regressed, job, run, task, pl, place,
  waited_ms, compile_ms, work_ms, boot_ms + waited_ms + compile_ms + work_ms AS total_ms,
  CASE WHEN cached OR read_mb = 0 THEN 0 ELSE floor(work_ms * parallel * (0.7 + 0.6 * unit('st-par', key))) END::BIGINT AS task_ms,
  CASE WHEN cached OR status <> 'FINISHED' THEN 0 ELSE floor(5 + rows_out / 40) END::BIGINT AS fetch_ms,
  CASE WHEN cached THEN 0 ELSE floor(read_mb * 1e6 * size * CASE WHEN regressed THEN 5 ELSE 1 END) END::BIGINT AS bytes,
  CASE WHEN cached THEN 0 ELSE ceil(files * size * CASE WHEN regressed THEN 4.5 ELSE 1 END) END::BIGINT AS read_files,
  CASE WHEN cached THEN 0 ELSE floor(files * size * CASE WHEN regressed THEN 0.2 ELSE pruned_share / (1.0 - pruned_share) END) END::BIGINT AS pruned,
  CASE WHEN cached THEN 0 ELSE floor(rows_in * size) END::BIGINT AS read_rows,
  CASE WHEN status = 'FINISHED' THEN floor(rows_out * (0.5 + unit('st-out', key))) ELSE 0 END::BIGINT AS produced,
  CASE WHEN cached THEN 0 ELSE floor(spill_gib * size * 1073741824) END::BIGINT AS spilled,
  CASE WHEN cached THEN 0 ELSE floor(shuffle * read_mb * 1e6 * size) END::BIGINT AS shuffled,
  CASE WHEN status = 'FINISHED' THEN floor(written_mb * 1e6 * size) ELSE 0 END::BIGINT AS written,
  CASE WHEN status = 'FINISHED' AND written_mb > 0 THEN floor(rows_in * size * 0.2) + 1 ELSE 0 END::BIGINT AS written_rows,
  CASE WHEN status = 'FINISHED' AND written_mb > 0 THEN 1 + floor(written_mb * size / 110) ELSE 0 END::BIGINT AS written_files,
  -- who: tools through the gateway, jobs as their principal, people as themselves, few of them most of the time
  CASE WHEN client = 'bi tool' AND unit('st-gw', key) < 0.6 THEN 4 WHEN client IN ('dbt', 'pipeline') THEN 1 WHEN client = 'connector' THEN 4
    WHEN job IS NOT NULL THEN (SELECT run_as FROM job AS k WHERE k.job = timed.job)
    WHEN notebook IS NOT NULL THEN 100 + notebook // 4
    ELSE 100 + 1 + floor(power(unit('st-who', key), 2) * 55)::BIGINT END AS who
FROM timed
WHERE room_ms > 900 AND (part = 4 OR (status = 'FINISHED' AND work_ms > 2000));
DROP TABLE statement;

INSERT INTO "query".history
SELECT
  getvariable('account_id'), w.workspace_id, uuid_of('statement', s.key), uuid_of('session', s.key // 40), s.status,
  {
    'type': CASE WHEN s.wh IS NOT NULL THEN 'WAREHOUSE' WHEN s.pl IS NOT NULL AND NOT l.serverless THEN 'CLASSIC_COMPUTE'
      ELSE 'SERVERLESS_COMPUTE' END,
    'cluster_id': CASE WHEN s.pl IS NOT NULL AND NOT l.serverless THEN cluster_id_of(s.at_ms // 1000 - 25, -s.upd) END,
    'warehouse_id': h.warehouse_id
  },
  a.user_id, a.name, a.name, a.user_id,
  CASE WHEN s.ws = 6 THEN '' ELSE
    replace(replace(replace(p.text, '{d}', day_of(s.at_ms // 1000 - 86400 * (1 + s.key % 27))::VARCHAR), '{n}',
      (1 + s.key % 9973 * 7919 % 9973)::VARCHAR),
      '{r}', getvariable('regions')[1 + s.key % 6]) END,
  s.type,
  CASE WHEN s.status = 'FAILED' AND s.ws <> 6 THEN CASE
    WHEN s.shape = 23 THEN '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `region` cannot be resolved.'
    ELSE pick(['[DIVIDE_BY_ZERO] Division by zero.', '[TABLE_OR_VIEW_NOT_FOUND] The table or view `main`.`sandbox`.`tmp` cannot be found.',
      '[CAST_INVALID_INPUT] The value cannot be cast to "BIGINT".',
        '[INSUFFICIENT_PERMISSIONS] User does not have SELECT on table.'], 'st-err', s.key) END END,
  CASE s.client WHEN 'dashboard' THEN 'Databricks SQL Dashboard' WHEN 'editor' THEN 'Databricks SQL Editor' WHEN 'alert' THEN 'Databricks SQL Alert'
    WHEN 'genie' THEN 'Databricks SQL Genie Space' WHEN 'dbt' THEN 'dbt' WHEN 'connector' THEN 'Databricks SQL Connector for Python'
    WHEN 'notebook' THEN 'Databricks Notebooks' WHEN 'job' THEN 'Databricks Workflows' WHEN 'pipeline' THEN 'Databricks Pipelines'
    ELSE pick(['Power BI', 'Power BI', 'Tableau'], 'st-tool', s.key // 4096) END,
  CASE s.client WHEN 'bi tool' THEN pick(['Databricks ODBC Driver', 'Databricks JDBC Driver'], 'st-driver', s.key // 4096)
    WHEN 'dbt' THEN 'Databricks SQL Driver for Go'
    WHEN 'connector' THEN 'PyDatabricksSqlConnector' END,
  make_timestamptz(s.at_ms * 1000), make_timestamptz((s.at_ms + s.total_ms * s.part // 4) * 1000),
  make_timestamptz((s.at_ms + s.total_ms * s.part // 4 + CASE s.part WHEN 4 THEN s.fetch_ms + 1500 ELSE 700 END) * 1000),
  CASE s.part WHEN 4 THEN s.total_ms ELSE s.total_ms * s.part // 4 END,
  CASE WHEN s.wh IS NOT NULL THEN s.boot_ms END, CASE WHEN s.wh IS NOT NULL THEN s.waited_ms ELSE 0 END, s.compile_ms,
  CASE s.part WHEN 4 THEN s.work_ms ELSE greatest(0, s.total_ms * s.part // 4 - s.boot_ms - s.waited_ms - s.compile_ms) END,
  CASE s.part WHEN 4 THEN s.fetch_ms END, s.task_ms * s.part // 4,
  CASE WHEN s.read_files > 0 THEN 1 + s.read_files // 40 ELSE 0 END, s.pruned, s.read_files, s.read_rows * s.part // 4, s.produced * (s.part // 4),
  s.bytes * s.part // 4, s.bytes, CASE WHEN s.read_files > 0 THEN s.bytes // s.read_files * s.pruned ELSE 0 END,
  CASE WHEN s.bytes = 0 THEN 0 ELSE CASE WHEN s.shape IN (7, 24) THEN 2 ELSE floor(95 * unit('st-io', s.key)) END END::INT,
  s.cached, CASE WHEN s.cached THEN uuid_of('statement', s.key - 1) END,
  s.spilled * s.part // 4, s.shuffled, s.written * (s.part // 4), s.written_rows * (s.part // 4), s.written_files * (s.part // 4),
  {
    'job_info': {'job_id': j.job_id, 'job_run_id': CASE WHEN j.job IS NOT NULL THEN number_id(s.run * 16 + 15) END,
      'job_task_run_id': CASE WHEN j.job IS NOT NULL THEN number_id(s.task_run) END, 'job_task_key': CASE
        WHEN j.job IS NOT NULL THEN task_key(s.task) END},
    'legacy_dashboard_id': NULL,
    'dashboard_id': CASE WHEN s.client = 'dashboard' THEN hex32_of('dashboard', s.shape * 100 + s.ws) END,
    'alert_id': CASE WHEN s.client = 'alert' THEN uuid_of('alert', s.shape * 100 + s.ws) END,
    'notebook_id': CASE WHEN s.notebook IS NOT NULL THEN b.notebook_id WHEN s.place = 'job' THEN number_id(s.job * 64 + 5500000) END,
    'sql_query_id': CASE WHEN s.client = 'editor' AND s.key % 2 = 0 THEN uuid_of('saved query', s.shape * 1000 + s.key % 7) END,
    'genie_space_id': CASE WHEN s.client = 'genie' THEN 'genie-space-18' END,
    'pipeline_info': {'pipeline_id': l.pipeline_id, 'update_id': CASE WHEN s.pl IS NOT NULL THEN uuid_of('update', s.upd) END}
  },
  CASE WHEN s.shape = 13 THEN {'named_parameters': MAP {'period': 'Q' || (1 + s.key % 4)}, 'pos_parameters': NULL, 'truncated': false} END,
  CASE WHEN s.client = 'dbt' THEN MAP {'dbt_model': s.type || '_' || s.shape, 'team': 'data-platform'} END
FROM statement_done AS s
JOIN workspace AS w USING (ws)
JOIN actor AS a ON a.actor = s.who
JOIN shape AS p USING (shape)
LEFT JOIN warehouse AS h ON h.wh = s.wh
LEFT JOIN job AS j ON j.job = s.job
LEFT JOIN notebook AS b ON b.notebook = s.notebook
LEFT JOIN pipeline AS l ON l.pl = s.pl;
