-- One cluster day by day: what it cost, how long it was up, and how much of that it did nothing.
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, cluster_id STRING
-- Returns: usage_date DATE, dbus DOUBLE, dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), up_minutes BIGINT,
--   quiet_minutes BIGINT, idle_after_30 BIGINT, starts BIGINT
WITH costs AS (
  SELECT
    usage_date,
    CAST(SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS DOUBLE) AS dbus,
    SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS dbu_cost,
    SUM(vm_cost) AS vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
    AND workspace_id = :workspace_id AND cluster_id = :cluster_id
  GROUP BY usage_date
),
idle AS (
  SELECT usage_date, up_minutes, quiet_minutes, idle_after_30, starts
  FROM cluster_idle
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND workspace_id = :workspace_id AND cluster_id = :cluster_id
)
SELECT
  COALESCE(c.usage_date, i.usage_date) AS usage_date, c.dbus, c.dbu_cost, c.vm_cost, i.up_minutes, i.quiet_minutes,
  i.idle_after_30, i.starts
FROM costs AS c
FULL OUTER JOIN idle AS i ON i.usage_date = c.usage_date
