-- How much of the last 30 days' spend has no tags?
-- Row: (currency, tagged)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: currency STRING, tagged BOOLEAN, total_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
)
SELECT
  s.currency, s.tag_set <> '' AS tagged,
  CAST(SUM(COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)) AS DECIMAL(38,12)) AS total_cost
FROM spend_daily AS s
CROSS JOIN newest AS n
WHERE s.usage_date > DATE_SUB(n.last_day, 30)
GROUP BY s.currency, s.tag_set <> ''
