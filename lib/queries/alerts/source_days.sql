-- What each source got on each day, for rules on data freshness that are tried on days gone by.
-- Row: (table_name, day)
-- Params: start_date DATE, end_date DATE
-- Returns: table_name STRING, day DATE, first_time TIMESTAMP, last_time TIMESTAMP
-- Source: first_time is from when on the rows were there, last_time the newest of them by its own time, as in trust/sources.
--   Usage is filed under the day on which it came in (ingestion_date), from that midnight on; the other tables do not say
--   when a row arrived, so theirs is the row's own time.
SELECT 'system.billing.usage' AS table_name, COALESCE(ingestion_date, usage_date) AS day,
  CAST(COALESCE(ingestion_date, usage_date) AS TIMESTAMP) AS first_time, MAX(usage_start_time) AS last_time
FROM system.billing.usage
WHERE COALESCE(ingestion_date, usage_date) >= :start_date AND COALESCE(ingestion_date, usage_date) < :end_date
GROUP BY COALESCE(ingestion_date, usage_date)
UNION ALL
SELECT 'system.billing.list_prices' AS table_name, CAST(price_start_time AS DATE) AS day, MIN(price_start_time) AS first_time, MAX(price_start_time) AS last_time
FROM system.billing.list_prices
WHERE price_start_time >= CAST(:start_date AS TIMESTAMP) AND price_start_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(price_start_time AS DATE)
UNION ALL
SELECT 'system.lakeflow.jobs' AS table_name, CAST(change_time AS DATE) AS day, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.lakeflow.jobs
WHERE change_time >= CAST(:start_date AS TIMESTAMP) AND change_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(change_time AS DATE)
UNION ALL
SELECT 'system.lakeflow.job_run_timeline' AS table_name, CAST(period_end_time AS DATE) AS day, MIN(period_end_time) AS first_time, MAX(period_end_time) AS last_time
FROM system.lakeflow.job_run_timeline
WHERE period_end_time >= CAST(:start_date AS TIMESTAMP) AND period_end_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(period_end_time AS DATE)
UNION ALL
SELECT 'system.lakeflow.job_task_run_timeline' AS table_name, CAST(period_end_time AS DATE) AS day, MIN(period_end_time) AS first_time, MAX(period_end_time) AS last_time
FROM system.lakeflow.job_task_run_timeline
WHERE period_end_time >= CAST(:start_date AS TIMESTAMP) AND period_end_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(period_end_time AS DATE)
UNION ALL
SELECT 'system.compute.clusters' AS table_name, CAST(change_time AS DATE) AS day, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.compute.clusters
WHERE change_time >= CAST(:start_date AS TIMESTAMP) AND change_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(change_time AS DATE)
UNION ALL
SELECT 'system.compute.node_timeline' AS table_name, CAST(end_time AS DATE) AS day, MIN(end_time) AS first_time, MAX(end_time) AS last_time
FROM system.compute.node_timeline
WHERE end_time >= CAST(:start_date AS TIMESTAMP) AND end_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(end_time AS DATE)
UNION ALL
SELECT 'system.compute.warehouses' AS table_name, CAST(change_time AS DATE) AS day, MIN(change_time) AS first_time, MAX(change_time) AS last_time
FROM system.compute.warehouses
WHERE change_time >= CAST(:start_date AS TIMESTAMP) AND change_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(change_time AS DATE)
UNION ALL
SELECT 'system.compute.warehouse_events' AS table_name, CAST(event_time AS DATE) AS day, MIN(event_time) AS first_time, MAX(event_time) AS last_time
FROM system.compute.warehouse_events
WHERE event_time >= CAST(:start_date AS TIMESTAMP) AND event_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(event_time AS DATE)
UNION ALL
SELECT 'system.query.history' AS table_name, CAST(start_time AS DATE) AS day, MIN(start_time) AS first_time, MAX(start_time) AS last_time
FROM system.query.history
WHERE start_time >= CAST(:start_date AS TIMESTAMP) AND start_time < CAST(:end_date AS TIMESTAMP)
GROUP BY CAST(start_time AS DATE)
