-- How much of the last 30 days' cost is virtual machines, and is it billed or estimated?
-- Row: (currency, vm_basis)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: currency STRING, vm_basis STRING, vm_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
)
SELECT s.currency, s.vm_basis, CAST(SUM(s.vm_cost) AS DECIMAL(38,12)) AS vm_cost
FROM spend_daily AS s
CROSS JOIN newest AS n
WHERE s.usage_date > DATE_SUB(n.last_day, 30) AND s.vm_cost IS NOT NULL
GROUP BY s.currency, s.vm_basis
