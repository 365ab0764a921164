-- Which products cost more than in the 30 days before?
-- Row: (product, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: product STRING, currency STRING, total_cost DECIMAL(38,12), cost_before DECIMAL(38,12),
--   change DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
),
both_months AS (
  SELECT
    s.product, s.currency,
    SUM(CASE
      WHEN s.usage_date > DATE_SUB(n.last_day, 30) THEN COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)
      ELSE 0
    END) AS total_cost,
    SUM(CASE
      WHEN s.usage_date > DATE_SUB(n.last_day, 30) THEN 0
      ELSE COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)
    END) AS cost_before
  FROM spend_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 60)
  GROUP BY s.product, s.currency
)
SELECT
  product, currency,
  CAST(total_cost AS DECIMAL(38,12)) AS total_cost,
  CAST(cost_before AS DECIMAL(38,12)) AS cost_before,
  CAST(total_cost - cost_before AS DECIMAL(38,12)) AS change
FROM both_months
WHERE total_cost > cost_before
