-- Who spent most in the last 30 days?
-- Row: (owner, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: owner STRING, currency STRING, total_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
),
spent AS (
  SELECT
    s.owner, s.currency,
    CAST(SUM(COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)) AS DECIMAL(38,12)) AS total_cost
  FROM spend_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.owner, s.currency
)
SELECT owner, currency, total_cost
FROM spent
ORDER BY total_cost DESC, owner
LIMIT 20
