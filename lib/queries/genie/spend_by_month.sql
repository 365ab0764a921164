-- What did we spend in each month?
-- Row: (month, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: month DATE, currency STRING, cost DECIMAL(38,12), vm_cost DECIMAL(38,12), total_cost DECIMAL(38,12)
SELECT
  CAST(DATE_TRUNC('MONTH', usage_date) AS DATE) AS month, currency,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  CAST(SUM(vm_cost) AS DECIMAL(38,12)) AS vm_cost,
  CAST(SUM(COALESCE(cost + vm_cost, cost, vm_cost)) AS DECIMAL(38,12)) AS total_cost
FROM spend_daily
GROUP BY CAST(DATE_TRUNC('MONTH', usage_date) AS DATE), currency
