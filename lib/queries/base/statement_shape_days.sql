-- Shapes of statements by day, finished runs only: their times, their cost, and the same text asked again.
-- Row: (usage_date, currency, workspace_id, shape_hash)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, shape_hash STRING, finished_runs BIGINT, p50_ms DOUBLE, p95_ms DOUBLE,
--   list_cost DOUBLE, cost DOUBLE, repeated_runs BIGINT, most_repeated BIGINT, repeated_list_cost DOUBLE, repeated_cost DOUBLE
-- Source: repeated: of each text and day all runs but the first could have been one answer; reads only, statements that wrote are no
--   repetition, answers of the result cache neither. Cost is that of the day a statement began.
WITH finished AS (
  SELECT
    usage_date, currency, workspace_id, shape_hash, text_hash, statement_type, cached,
    CAST(total_ms AS DOUBLE) AS total_ms, CAST(list_cost AS DOUBLE) AS list_cost, CAST(cost AS DOUBLE) AS cost
  FROM statement_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date AND begins AND shape_hash IS NOT NULL AND execution_status = 'FINISHED'
),
times AS (
  SELECT
    usage_date, currency, workspace_id, shape_hash,
    COUNT(*) AS finished_runs,
    PERCENTILE(total_ms, 0.5) AS p50_ms,
    PERCENTILE(total_ms, 0.95) AS p95_ms,
    SUM(list_cost) AS list_cost, SUM(cost) AS cost
  FROM finished
  GROUP BY usage_date, currency, workspace_id, shape_hash
),
same_text AS (
  SELECT
    usage_date, currency, workspace_id, shape_hash, text_hash,
    COUNT(*) AS runs, SUM(list_cost) AS list_cost, SUM(cost) AS cost
  FROM finished
  WHERE NOT cached AND statement_type = 'SELECT' AND text_hash IS NOT NULL
  GROUP BY usage_date, currency, workspace_id, shape_hash, text_hash
  HAVING COUNT(*) > 1
),
repeated AS (
  SELECT
    usage_date, currency, workspace_id, shape_hash,
    SUM(runs - 1) AS repeated_runs, MAX(runs) AS most_repeated,
    SUM(list_cost * (runs - 1) / GREATEST(runs, 1)) AS repeated_list_cost,
    SUM(cost * (runs - 1) / GREATEST(runs, 1)) AS repeated_cost
  FROM same_text
  GROUP BY usage_date, currency, workspace_id, shape_hash
)
SELECT
  t.usage_date, t.currency, t.workspace_id, t.shape_hash, t.finished_runs, t.p50_ms, t.p95_ms, t.list_cost, t.cost,
  COALESCE(r.repeated_runs, CAST(0 AS BIGINT)) AS repeated_runs,
  COALESCE(r.most_repeated, CAST(0 AS BIGINT)) AS most_repeated,
  r.repeated_list_cost, r.repeated_cost
FROM times AS t
LEFT JOIN repeated AS r
  ON r.usage_date = t.usage_date AND r.currency = t.currency AND r.workspace_id <=> t.workspace_id AND r.shape_hash = t.shape_hash
