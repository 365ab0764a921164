-- What a job, an owner and a product cost from the first of a month until a day of it: any span of days is a difference of few.
-- Row: (usage_date, currency, workspace_id, product, is_serverless, job_id, owner)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, product STRING, is_serverless BOOLEAN, job_id STRING,
--   owner STRING, listed BIGINT, priced BIGINT, dbus DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12),
--   vm_cost DECIMAL(38,12)
-- Source: a row for each day from the first with usage to the month's last. Days before :start_date are not in it, so that
--   it begins with a month. listed and priced count what has a list price and a price of the contract.
WITH days AS (
  SELECT
    usage_date, currency, workspace_id, product, is_serverless, job_id, owner,
    COUNT(list_cost) AS listed,
    COUNT(cost) AS priced,
    SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
    SUM(list_cost) AS list_cost,
    SUM(cost) AS cost,
    SUM(vm_cost) AS vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, currency, workspace_id, product, is_serverless, job_id, owner
),
months AS (
  SELECT
    LAST_DAY(usage_date) AS month_end, usage_date, currency, workspace_id, product, is_serverless, job_id, owner, listed, priced,
    dbus, list_cost, cost, vm_cost
  FROM days
),
sums AS (
  SELECT
    usage_date,
    COALESCE(DATE_SUB(LEAD(usage_date) OVER so_far, 1), month_end) AS last_day,
    currency, workspace_id, product, is_serverless, job_id, owner,
    SUM(listed) OVER so_far AS listed,
    SUM(priced) OVER so_far AS priced,
    SUM(dbus) OVER so_far AS dbus,
    SUM(list_cost) OVER so_far AS list_cost,
    SUM(cost) OVER so_far AS cost,
    SUM(vm_cost) OVER so_far AS vm_cost
  FROM months
  WINDOW so_far AS (
    PARTITION BY month_end, currency, workspace_id, product, is_serverless, job_id, owner ORDER BY usage_date
  )
),
each_day AS (
  SELECT
    EXPLODE(SEQUENCE(UNIX_DATE(usage_date), UNIX_DATE(last_day), 1)) AS day_no,
    currency, workspace_id, product, is_serverless, job_id, owner, CAST(listed AS BIGINT) AS listed,
    CAST(priced AS BIGINT) AS priced, dbus, list_cost, cost, vm_cost
  FROM sums
)
SELECT
  DATE_FROM_UNIX_DATE(day_no) AS usage_date, currency, workspace_id, product, is_serverless, job_id, owner, listed, priced, dbus,
  list_cost, cost, vm_cost
FROM each_day
