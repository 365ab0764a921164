-- What one job cost day by day.
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, job_id STRING
-- Returns: usage_date DATE, dbus DECIMAL(38,18), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12)
-- Narrows: job, currency
SELECT
  usage_date,
  SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
  SUM(CASE WHEN :base = 'contract' THEN cost ELSE list_cost END) AS dbu_cost,
  SUM(vm_cost) AS vm_cost
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  AND workspace_id <=> :workspace_id AND job_id = :job_id
GROUP BY usage_date
