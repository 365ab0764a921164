-- Which usage of the last 30 days has no price?
-- Row: (sku_name, usage_unit)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: sku_name STRING, usage_unit STRING, unpriced_quantity DECIMAL(38,18)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
),
missing AS (
  SELECT s.sku_name, s.usage_unit, CAST(SUM(s.unpriced_quantity) AS DECIMAL(38,18)) AS unpriced_quantity
  FROM spend_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.sku_name, s.usage_unit
)
SELECT sku_name, usage_unit, unpriced_quantity
FROM missing
WHERE unpriced_quantity <> 0
