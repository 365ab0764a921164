-- What did each product cost in the last 30 days?
-- Row: (product, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: product STRING, currency STRING, cost DECIMAL(38,12), vm_cost DECIMAL(38,12), total_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
)
SELECT
  s.product, s.currency,
  CAST(SUM(s.cost) AS DECIMAL(38,12)) AS cost,
  CAST(SUM(s.vm_cost) AS DECIMAL(38,12)) AS vm_cost,
  CAST(SUM(COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)) AS DECIMAL(38,12)) AS total_cost
FROM spend_daily AS s
CROSS JOIN newest AS n
WHERE s.usage_date > DATE_SUB(n.last_day, 30)
GROUP BY s.product, s.currency
