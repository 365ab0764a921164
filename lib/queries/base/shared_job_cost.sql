-- What job tasks used of shared compute (all-purpose clusters, SQL warehouses): an estimate, beside the exact job cost.
-- Row: (usage_date, currency, workspace_id, job_id, run_id, resource_kind, resource_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, job_id STRING, run_id STRING, resource_kind STRING,
--   resource_id STRING, shared_list_cost DECIMAL(38,12), shared_cost DECIMAL(38,12), work_s DOUBLE
-- Source: per resource and hour: billed cost x min(1, busy / up) x own work / all work. Up is distinct node minutes of
--   a cluster, the on-time of a warehouse; busy is the union of task slices or statement intervals. The rest of the
--   hour stays with the resource: idle or interactive. Statements weigh by task, compile and fetch time, waits not.
WITH shared_hours AS (
  SELECT
    usage_date, currency, workspace_id,
    CASE product WHEN 'SQL' THEN 'warehouse' ELSE 'cluster' END AS resource_kind,
    COALESCE(warehouse_id, cluster_id) AS resource_id,
    DATE_TRUNC('HOUR', usage_start_time) AS hour,
    CAST(SUM(list_cost) AS DOUBLE) AS list_cost,
    CAST(SUM(cost) AS DOUBLE) AS cost
  FROM priced_usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND ((product = 'ALL_PURPOSE' AND cluster_id IS NOT NULL) OR (product = 'SQL' AND warehouse_id IS NOT NULL))
  GROUP BY usage_date, currency, workspace_id, CASE product WHEN 'SQL' THEN 'warehouse' ELSE 'cluster' END,
    COALESCE(warehouse_id, cluster_id), DATE_TRUNC('HOUR', usage_start_time)
),
task_slices AS (
  SELECT workspace_id, job_id, job_run_id, run_id, period_start_time, period_end_time, EXPLODE(compute_ids) AS cluster_id
  FROM system.lakeflow.job_task_run_timeline
  WHERE period_start_time >= DATE_SUB(:start_date, 1) AND period_start_time < :end_date
    AND period_end_time > period_start_time
    -- narrowed to job: AND workspace_id <=> :workspace_id
),
cluster_work AS (
  SELECT
    'cluster' AS resource_kind, t.workspace_id, t.cluster_id AS resource_id, t.job_id, t.job_run_id AS run_id,
    UNIX_MILLIS(t.period_start_time) AS work_start, UNIX_MILLIS(t.period_end_time) AS work_end,
    CAST(1 AS DOUBLE) AS weight_per_s
  FROM task_slices AS t
  INNER JOIN cluster_sources AS c
    ON c.workspace_id = t.workspace_id AND c.cluster_id = t.cluster_id AND c.cluster_source IN ('UI', 'API')
  -- narrowed to job: WHERE t.cluster_id IN (SELECT cluster_id FROM task_slices WHERE job_id = :job_id)
),
-- rows are rewritten while a statement runs: the newest one counts
statements AS (
  SELECT
    workspace_id, compute.warehouse_id AS warehouse_id,
    query_source.job_info.job_id AS job_id, query_source.job_info.job_run_id AS run_id,
    start_time, end_time,
    COALESCE(waiting_for_compute_duration_ms, 0) + COALESCE(waiting_at_capacity_duration_ms, 0) AS wait_ms,
    COALESCE(result_fetch_duration_ms, 0) AS fetch_ms,
    COALESCE(total_task_duration_ms, 0) + COALESCE(compilation_duration_ms, 0) + COALESCE(result_fetch_duration_ms, 0)
      AS work_ms
  FROM system.query.history
  WHERE start_time >= DATE_SUB(:start_date, 1) AND start_time < :end_date
    AND compute.warehouse_id IS NOT NULL AND end_time IS NOT NULL AND NOT COALESCE(from_result_cache, FALSE)
    AND compute.warehouse_id IN (
      SELECT compute.warehouse_id
      FROM system.query.history
      WHERE start_time >= DATE_SUB(:start_date, 1) AND start_time < :end_date AND query_source.job_info.job_id IS NOT NULL
        -- narrowed to job: AND workspace_id <=> :workspace_id AND query_source.job_info.job_id = :job_id
    )
    -- narrowed to job: AND workspace_id <=> :workspace_id
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, statement_id ORDER BY update_time DESC) = 1
),
job_warehouse_days AS (
  SELECT DISTINCT workspace_id, warehouse_id, CAST(start_time AS DATE) AS usage_date
  FROM statements
  WHERE job_id IS NOT NULL
),
warehouse_work AS (
  SELECT
    'warehouse' AS resource_kind, s.workspace_id, s.warehouse_id AS resource_id, s.job_id, s.run_id,
    UNIX_MILLIS(s.start_time) + s.wait_ms AS work_start,
    UNIX_MILLIS(s.end_time) + s.fetch_ms AS work_end,
    CASE
      WHEN UNIX_MILLIS(s.end_time) + s.fetch_ms > UNIX_MILLIS(s.start_time) + s.wait_ms
        THEN CAST(s.work_ms AS DOUBLE)
          / (UNIX_MILLIS(s.end_time) + s.fetch_ms - UNIX_MILLIS(s.start_time) - s.wait_ms)
    END AS weight_per_s
  FROM statements AS s
  INNER JOIN job_warehouse_days AS d
    ON d.workspace_id = s.workspace_id AND d.warehouse_id = s.warehouse_id
    AND d.usage_date = CAST(s.start_time AS DATE)
),
work AS (
  SELECT resource_kind, workspace_id, resource_id, job_id, run_id, work_start, work_end, weight_per_s FROM cluster_work
  UNION ALL
  SELECT resource_kind, workspace_id, resource_id, job_id, run_id, work_start, work_end, weight_per_s
  FROM warehouse_work
  WHERE weight_per_s IS NOT NULL
),
-- one row a piece of work and clock hour it touches
work_hours AS (
  SELECT
    resource_kind, workspace_id, resource_id, job_id, run_id, work_start, work_end, weight_per_s,
    EXPLODE(SEQUENCE(work_start DIV 3600000, work_end DIV 3600000, CAST(1 AS BIGINT))) AS hour_no
  FROM work
),
clipped AS (
  SELECT
    resource_kind, workspace_id, resource_id, job_id, run_id, weight_per_s,
    TIMESTAMP_MILLIS(hour_no * 3600000) AS hour,
    CAST(GREATEST(work_start, hour_no * 3600000) AS DOUBLE) / 1000 AS from_s,
    CAST(LEAST(work_end, hour_no * 3600000 + 3600000) AS DOUBLE) / 1000 AS to_s
  FROM work_hours
  WHERE LEAST(work_end, hour_no * 3600000 + 3600000) > GREATEST(work_start, hour_no * 3600000)
),
reached AS (
  SELECT
    resource_kind, workspace_id, resource_id, job_id, run_id, hour, weight_per_s, from_s, to_s,
    MAX(to_s) OVER (
      PARTITION BY resource_kind, workspace_id, resource_id, hour
      ORDER BY from_s, to_s
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_to_s
  FROM clipped
),
busy_hours AS (
  SELECT
    resource_kind, workspace_id, resource_id, hour,
    SUM(GREATEST(to_s - GREATEST(from_s, COALESCE(covered_to_s, from_s)), 0)) AS busy_s,
    SUM((to_s - from_s) * weight_per_s) AS work_s
  FROM reached
  GROUP BY resource_kind, workspace_id, resource_id, hour
),
-- the minutes of an hour are bits of a number
cluster_minutes AS (
  SELECT
    workspace_id, cluster_id, UNIX_MICROS(start_time) DIV 3600000000 AS hour_no,
    BIT_OR(CAST(FLOOR(POW(2, UNIX_MICROS(start_time) DIV 60000000 % 60)) AS BIGINT)) AS minutes
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
    AND cluster_id IN (SELECT resource_id FROM cluster_work)
  GROUP BY workspace_id, cluster_id, UNIX_MICROS(start_time) DIV 3600000000
),
cluster_up AS (
  SELECT
    workspace_id, cluster_id AS resource_id, TIMESTAMP_MILLIS(hour_no * 3600000) AS hour,
    CAST(BIT_COUNT(minutes) AS DOUBLE) * 60 AS up_s
  FROM cluster_minutes
),
warehouse_states AS (
  SELECT
    workspace_id, warehouse_id, cluster_count, event_type, event_time AS from_time,
    COALESCE(
      LEAD(event_time) OVER (PARTITION BY workspace_id, warehouse_id ORDER BY event_time, cluster_count),
      CAST(:end_date AS TIMESTAMP)
    ) AS to_time
  FROM system.compute.warehouse_events
  WHERE event_time >= DATE_SUB(:start_date, 31) AND event_time < :end_date
    AND warehouse_id IN (SELECT resource_id FROM warehouse_work)
    -- narrowed to job: AND workspace_id <=> :workspace_id
),
warehouse_state_hours AS (
  SELECT
    workspace_id, warehouse_id, from_time, to_time,
    EXPLODE(SEQUENCE(
      DATE_TRUNC('HOUR', GREATEST(from_time, CAST(:start_date AS TIMESTAMP))), DATE_TRUNC('HOUR', to_time), INTERVAL 1 HOUR
    )) AS hour
  FROM warehouse_states
  WHERE cluster_count > 0 AND event_type <> 'STOPPED' AND to_time > CAST(:start_date AS TIMESTAMP) AND to_time > from_time
),
warehouse_up AS (
  SELECT
    workspace_id, warehouse_id AS resource_id, hour,
    SUM(CAST(UNIX_MILLIS(LEAST(to_time, hour + INTERVAL 1 HOUR)) - UNIX_MILLIS(GREATEST(from_time, hour)) AS DOUBLE)) / 1000 AS up_s
  FROM warehouse_state_hours
  WHERE LEAST(to_time, hour + INTERVAL 1 HOUR) > GREATEST(from_time, hour)
  GROUP BY workspace_id, warehouse_id, hour
),
up_hours AS (
  SELECT 'cluster' AS resource_kind, workspace_id, resource_id, hour, up_s FROM cluster_up
  UNION ALL
  SELECT 'warehouse' AS resource_kind, workspace_id, resource_id, hour, up_s FROM warehouse_up
),
-- an hour whose on-time nobody recorded counts as a whole hour: rather too little for the jobs than too much
used_share AS (
  SELECT
    b.resource_kind, b.workspace_id, b.resource_id, b.hour, b.work_s,
    LEAST(b.busy_s / GREATEST(COALESCE(u.up_s, 3600), b.busy_s, 1), 1) AS busy_share
  FROM busy_hours AS b
  LEFT JOIN up_hours AS u
    ON u.resource_kind = b.resource_kind AND u.workspace_id = b.workspace_id AND u.resource_id = b.resource_id
    AND u.hour = b.hour
),
job_hours AS (
  SELECT
    resource_kind, workspace_id, resource_id, job_id, run_id, hour,
    SUM((to_s - from_s) * weight_per_s) AS work_s
  FROM clipped
  WHERE job_id IS NOT NULL
  GROUP BY resource_kind, workspace_id, resource_id, job_id, run_id, hour
)
SELECT
  h.usage_date, h.currency, j.workspace_id, j.job_id, j.run_id, j.resource_kind, j.resource_id,
  CAST(SUM(h.list_cost * s.busy_share * TRY_DIVIDE(j.work_s, s.work_s)) AS DECIMAL(38,12)) AS shared_list_cost,
  CAST(SUM(h.cost * s.busy_share * TRY_DIVIDE(j.work_s, s.work_s)) AS DECIMAL(38,12)) AS shared_cost,
  SUM(j.work_s) AS work_s
FROM job_hours AS j
INNER JOIN used_share AS s
  ON s.resource_kind = j.resource_kind AND s.workspace_id = j.workspace_id AND s.resource_id = j.resource_id
  AND s.hour = j.hour AND s.work_s > 0
INNER JOIN shared_hours AS h
  ON h.resource_kind = j.resource_kind AND h.workspace_id = j.workspace_id AND h.resource_id = j.resource_id
  AND h.hour = j.hour
GROUP BY h.usage_date, h.currency, j.workspace_id, j.job_id, j.run_id, j.resource_kind, j.resource_id
