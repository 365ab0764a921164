-- Hours of SQL warehouses (and of serverless runs and notebooks): what was billed, and how much of it statements used.
-- Row: (usage_date, hour, currency, workspace_id, resource_kind, resource_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, hour TIMESTAMP, currency STRING, workspace_id STRING, resource_kind STRING, resource_id STRING,
--   state STRING, usage_quantity DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18),
--   used_list_cost DECIMAL(38,12), used_cost DECIMAL(38,12), idle_list_cost DECIMAL(38,12), idle_cost DECIMAL(38,12),
--   unattributed_list_cost DECIMAL(38,12), unattributed_cost DECIMAL(38,12), up_s DOUBLE, cluster_s DOUBLE, busy_s DOUBLE,
--   work DOUBLE, used_share DOUBLE, statements BIGINT
-- Source: on-time is a state of warehouse_events carried forward while clusters are on; busy is the union of work intervals.
--   used_share = busy / on, or attributed / billed: the part of the hour's cost that statements share by work. state: attributed (Databricks says it),
--   allocated, idle (on, no work), unattributed (neither work nor events known), pending (work, not billed yet).
--   Hours without a price are there in the asked currency only.
WITH billed AS (
  SELECT
    usage_date, DATE_TRUNC('HOUR', usage_start_time) AS hour, currency, workspace_id,
    CASE WHEN product = 'SQL' THEN 'warehouse' WHEN product = 'JOBS' THEN 'job_run' ELSE 'notebook' END AS resource_kind,
    CASE WHEN product = 'SQL' THEN warehouse_id WHEN product = 'JOBS' THEN job_run_id ELSE notebook_id END AS resource_id,
    SUM(usage_quantity) AS usage_quantity,
    CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
    SUM(CASE WHEN list_price IS NULL THEN usage_quantity END) AS unpriced_quantity,
    CAST(LEAST(SUM(
      CASE WHEN record_type = 'ORIGINAL' THEN UNIX_MILLIS(usage_end_time) - UNIX_MILLIS(usage_start_time) ELSE 0 END
    ), 3600000) AS DOUBLE) / 1000 AS billed_s
  FROM priced_usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND (
      (product = 'SQL' AND warehouse_id IS NOT NULL)
      OR (product = 'JOBS' AND is_serverless AND job_run_id IS NOT NULL)
      OR (product IN ('INTERACTIVE', 'NOTEBOOKS') AND is_serverless AND notebook_id IS NOT NULL)
    )
  GROUP BY usage_date, DATE_TRUNC('HOUR', usage_start_time), currency, workspace_id,
    CASE WHEN product = 'SQL' THEN 'warehouse' WHEN product = 'JOBS' THEN 'job_run' ELSE 'notebook' END,
    CASE WHEN product = 'SQL' THEN warehouse_id WHEN product = 'JOBS' THEN job_run_id ELSE notebook_id END
),
reached AS (
  SELECT
    resource_kind, workspace_id, resource_id, hour, work, from_ms, to_ms,
    MAX(to_ms) OVER (
      PARTITION BY resource_kind, workspace_id, resource_id, hour
      ORDER BY from_ms, to_ms
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_to_ms
  FROM statement_work
),
busy AS (
  SELECT
    resource_kind, workspace_id, resource_id, hour,
    CAST(SUM(GREATEST(to_ms - GREATEST(from_ms, COALESCE(covered_to_ms, from_ms)), 0)) AS DOUBLE) / 1000 AS busy_s,
    SUM(work) AS work,
    COUNT(*) AS statements
  FROM reached
  GROUP BY resource_kind, workspace_id, resource_id, hour
),
-- a state lasts until the next event, however long ago it began: of those before the period the last one counts
events AS (
  SELECT workspace_id, warehouse_id, cluster_count, event_type, UNIX_MILLIS(event_time) AS from_ms
  FROM system.compute.warehouse_events
  WHERE event_time >= :start_date AND event_time < :end_date
  UNION ALL
  SELECT
    workspace_id, warehouse_id,
    MAX_BY(cluster_count, STRUCT(event_time, cluster_count, event_type)) AS cluster_count,
    MAX_BY(event_type, STRUCT(event_time, cluster_count, event_type)) AS event_type,
    UNIX_MILLIS(MAX(event_time)) AS from_ms
  FROM system.compute.warehouse_events
  WHERE event_time < :start_date
  GROUP BY workspace_id, warehouse_id
),
states AS (
  SELECT
    workspace_id, warehouse_id, cluster_count, event_type, from_ms,
    COALESCE(
      LEAD(from_ms) OVER (PARTITION BY workspace_id, warehouse_id ORDER BY from_ms, cluster_count),
      UNIX_MILLIS(CAST(:end_date AS TIMESTAMP))
    ) AS to_ms
  FROM events
),
state_hours AS (
  SELECT
    workspace_id, warehouse_id, cluster_count, from_ms, to_ms,
    EXPLODE(SEQUENCE(
      GREATEST(from_ms, UNIX_MILLIS(CAST(:start_date AS TIMESTAMP))) DIV 3600000, to_ms DIV 3600000, CAST(1 AS BIGINT)
    )) AS hour_no
  FROM states
  WHERE cluster_count > 0 AND event_type <> 'STOPPED' AND to_ms > UNIX_MILLIS(CAST(:start_date AS TIMESTAMP)) AND to_ms > from_ms
),
state_pieces AS (
  SELECT
    workspace_id, warehouse_id, cluster_count, hour_no,
    CAST(LEAST(to_ms, hour_no * 3600000 + 3600000) - GREATEST(from_ms, hour_no * 3600000) AS DOUBLE) AS piece_ms
  FROM state_hours
),
up AS (
  SELECT
    workspace_id, warehouse_id AS resource_id, TIMESTAMP_MILLIS(hour_no * 3600000) AS hour,
    SUM(piece_ms) / 1000 AS up_s,
    SUM(piece_ms * cluster_count) / 1000 AS cluster_s
  FROM state_pieces
  WHERE piece_ms > 0
  GROUP BY workspace_id, warehouse_id, hour_no
),
official AS (
  SELECT workspace_id, warehouse_id AS resource_id, hour, SUM(active_quantity) AS active_quantity
  FROM attributed_hours
  GROUP BY workspace_id, warehouse_id, hour
),
joined AS (
  SELECT
    COALESCE(b.usage_date, CAST(w.hour AS DATE)) AS usage_date,
    COALESCE(b.hour, w.hour) AS hour,
    COALESCE(b.currency, :currency) AS currency,
    COALESCE(b.workspace_id, w.workspace_id) AS workspace_id,
    COALESCE(b.resource_kind, w.resource_kind) AS resource_kind,
    COALESCE(b.resource_id, w.resource_id) AS resource_id,
    b.resource_id IS NOT NULL AS is_billed,
    b.usage_quantity, b.list_cost, b.cost, b.unpriced_quantity, b.billed_s, w.busy_s, w.work, w.statements
  FROM billed AS b
  FULL OUTER JOIN busy AS w
    ON w.resource_kind = b.resource_kind AND w.workspace_id <=> b.workspace_id AND w.resource_id = b.resource_id AND w.hour = b.hour
),
known AS (
  SELECT
    j.usage_date, j.hour, j.currency, j.workspace_id, j.resource_kind, j.resource_id, j.is_billed, j.usage_quantity, j.list_cost,
    j.cost, j.unpriced_quantity, j.busy_s, j.work, j.statements, u.cluster_s, a.active_quantity,
    CASE WHEN j.resource_kind = 'warehouse' THEN u.up_s ELSE GREATEST(j.billed_s, COALESCE(j.busy_s, 0)) END AS up_s
  FROM joined AS j
  LEFT JOIN up AS u
    ON j.resource_kind = 'warehouse' AND u.workspace_id = j.workspace_id AND u.resource_id = j.resource_id AND u.hour = j.hour
  LEFT JOIN official AS a
    ON j.resource_kind = 'warehouse' AND a.workspace_id = j.workspace_id AND a.resource_id = j.resource_id AND a.hour = j.hour
),
-- an hour whose on-time nobody recorded counts as a whole hour: rather too little for statements than too much
shared AS (
  SELECT
    usage_date, hour, currency, workspace_id, resource_kind, resource_id, usage_quantity, list_cost, cost, unpriced_quantity, up_s,
    cluster_s, busy_s, statements,
    CASE
      WHEN NOT is_billed THEN 'pending'
      WHEN active_quantity IS NOT NULL THEN 'attributed'
      WHEN work > 0 THEN 'allocated'
      WHEN up_s > 0 AND resource_kind = 'warehouse' THEN 'idle'
      ELSE 'unattributed'
    END AS state,
    COALESCE(CASE WHEN is_billed THEN active_quantity END, work, 0) AS work,
    CASE
      WHEN is_billed AND active_quantity IS NOT NULL
        THEN active_quantity / GREATEST(active_quantity, CAST(usage_quantity AS DOUBLE), 0.000000001)
      ELSE LEAST(COALESCE(busy_s, 0) / GREATEST(COALESCE(up_s, 3600), COALESCE(busy_s, 0), 0.001), 1)
    END AS used_share
  FROM known
  WHERE currency = :currency OR list_cost IS NOT NULL OR cost IS NOT NULL
),
used AS (
  SELECT
    *,
    CAST(CAST(list_cost AS DOUBLE) * used_share AS DECIMAL(38,12)) AS used_list_cost,
    CAST(CAST(cost AS DOUBLE) * used_share AS DECIMAL(38,12)) AS used_cost
  FROM shared
)
SELECT
  usage_date, hour, currency, workspace_id, resource_kind, resource_id, state, usage_quantity, list_cost, cost, unpriced_quantity,
  used_list_cost, used_cost,
  CASE WHEN resource_kind = 'warehouse' AND state <> 'unattributed' THEN list_cost - used_list_cost END AS idle_list_cost,
  CASE WHEN resource_kind = 'warehouse' AND state <> 'unattributed' THEN cost - used_cost END AS idle_cost,
  CASE WHEN resource_kind <> 'warehouse' OR state = 'unattributed' THEN list_cost - used_list_cost END AS unattributed_list_cost,
  CASE WHEN resource_kind <> 'warehouse' OR state = 'unattributed' THEN cost - used_cost END AS unattributed_cost,
  up_s, cluster_s,
  COALESCE(busy_s, 0) AS busy_s,
  work, used_share,
  COALESCE(statements, CAST(0 AS BIGINT)) AS statements
FROM used
