-- The ledger: minutes that classic clusters were up, and how many of them they did nothing.
-- Row: (usage_date, workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE
-- Returns: usage_date DATE, workspace_id STRING, cluster_id STRING, up_minutes BIGINT, quiet_minutes BIGINT,
--   idle_after_10 BIGINT, idle_after_30 BIGINT, idle_after_60 BIGINT, longest_quiet BIGINT, starts BIGINT,
--   last_minute TIMESTAMP
-- Source: quiet: every node under 5 % CPU (user + system). A spell is quiet minutes without a gap; idle_after_30 counts
--   its minutes from the 31st on: what an automatic termination after 30 minutes would have saved. The day before is
--   read too, so that midnight ends no spell; longest_quiet stops at a day, which that is enough for.
WITH minutes AS (
  SELECT
    workspace_id, cluster_id, DATE_TRUNC('MINUTE', start_time) AS minute_at,
    MAX(cpu_user_percent + cpu_system_percent) < 5 AS is_quiet
  FROM system.compute.node_timeline
  WHERE start_time >= DATE_SUB(:start_date, 1) AND start_time < :end_date
  GROUP BY workspace_id, cluster_id, DATE_TRUNC('MINUTE', start_time)
),
neighbours AS (
  SELECT
    workspace_id, cluster_id, minute_at, COALESCE(is_quiet, FALSE) AS is_quiet,
    LAG(minute_at) OVER (PARTITION BY workspace_id, cluster_id ORDER BY minute_at) AS minute_before
  FROM minutes
),
breaks AS (
  SELECT
    workspace_id, cluster_id, minute_at, is_quiet,
    minute_before IS NULL OR UNIX_MILLIS(minute_at) - UNIX_MILLIS(minute_before) > 600000 AS is_start,
    SUM(
      CASE
        WHEN NOT is_quiet OR minute_before IS NULL OR UNIX_MILLIS(minute_at) - UNIX_MILLIS(minute_before) > 60000 THEN 1
        ELSE 0
      END
    ) OVER (
      PARTITION BY workspace_id, cluster_id ORDER BY minute_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS spell
  FROM neighbours
),
counted AS (
  SELECT
    workspace_id, cluster_id, minute_at, is_quiet, is_start,
    SUM(CASE WHEN is_quiet THEN 1 ELSE 0 END) OVER (
      PARTITION BY workspace_id, cluster_id, spell ORDER BY minute_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS quiet_nth
  FROM breaks
)
SELECT
  CAST(minute_at AS DATE) AS usage_date, workspace_id, cluster_id,
  COUNT(*) AS up_minutes,
  COUNT_IF(is_quiet) AS quiet_minutes,
  COUNT_IF(is_quiet AND quiet_nth > 10) AS idle_after_10,
  COUNT_IF(is_quiet AND quiet_nth > 30) AS idle_after_30,
  COUNT_IF(is_quiet AND quiet_nth > 60) AS idle_after_60,
  MAX(CASE WHEN is_quiet THEN LEAST(quiet_nth, 1440) ELSE 0 END) AS longest_quiet,
  COUNT_IF(is_start) AS starts,
  MAX(minute_at) AS last_minute
FROM counted
WHERE minute_at >= :start_date
GROUP BY CAST(minute_at AS DATE), workspace_id, cluster_id
