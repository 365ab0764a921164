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
    workspace_id, cluster_id, UNIX_MILLIS(start_time) DIV 60000 AS minute_no,
    COALESCE(MAX(cpu_user_percent + cpu_system_percent) < 5, FALSE) AS is_quiet
  FROM system.compute.node_timeline
  WHERE start_time >= DATE_SUB(:start_date, 1) AND start_time < :end_date
  GROUP BY workspace_id, cluster_id, UNIX_MILLIS(start_time) DIV 60000
),
-- minutes of one kind that follow each other share the difference
numbered AS (
  SELECT
    workspace_id, cluster_id, minute_no, is_quiet,
    minute_no - ROW_NUMBER() OVER (PARTITION BY workspace_id, cluster_id, is_quiet ORDER BY minute_no) AS stretch
  FROM minutes
),
stretches AS (
  SELECT workspace_id, cluster_id, is_quiet, MIN(minute_no) AS from_no, MAX(minute_no) AS to_no
  FROM numbered
  GROUP BY workspace_id, cluster_id, is_quiet, stretch
),
followed AS (
  SELECT
    workspace_id, cluster_id, is_quiet, from_no, to_no,
    LAG(to_no) OVER (PARTITION BY workspace_id, cluster_id ORDER BY from_no) AS before_no
  FROM stretches
),
split AS (
  SELECT
    workspace_id, cluster_id, is_quiet, from_no, to_no, before_no,
    EXPLODE(SEQUENCE(from_no DIV 1440, to_no DIV 1440, CAST(1 AS BIGINT))) AS day_no
  FROM followed
),
pieces AS (
  SELECT
    CAST(TIMESTAMP_MILLIS(day_no * 86400000) AS DATE) AS usage_date, workspace_id, cluster_id, is_quiet, from_no,
    GREATEST(from_no, day_no * 1440) AS first_no,
    LEAST(to_no, day_no * 1440 + 1439) AS last_no,
    from_no >= day_no * 1440 AND (before_no IS NULL OR from_no - before_no > 10) AS is_start
  FROM split
)
SELECT
  usage_date, workspace_id, cluster_id,
  CAST(SUM(last_no - first_no + 1) AS BIGINT) AS up_minutes,
  CAST(SUM(CASE WHEN is_quiet THEN last_no - first_no + 1 ELSE 0 END) AS BIGINT) AS quiet_minutes,
  CAST(SUM(CASE WHEN is_quiet THEN GREATEST(last_no - GREATEST(first_no, from_no + 10) + 1, 0) ELSE 0 END) AS BIGINT) AS idle_after_10,
  CAST(SUM(CASE WHEN is_quiet THEN GREATEST(last_no - GREATEST(first_no, from_no + 30) + 1, 0) ELSE 0 END) AS BIGINT) AS idle_after_30,
  CAST(SUM(CASE WHEN is_quiet THEN GREATEST(last_no - GREATEST(first_no, from_no + 60) + 1, 0) ELSE 0 END) AS BIGINT) AS idle_after_60,
  MAX(CASE WHEN is_quiet THEN LEAST(last_no - from_no + 1, 1440) ELSE 0 END) AS longest_quiet,
  COUNT_IF(is_start) AS starts,
  TIMESTAMP_MILLIS(MAX(last_no) * 60000) AS last_minute
FROM pieces
WHERE usage_date >= :start_date
GROUP BY usage_date, workspace_id, cluster_id
