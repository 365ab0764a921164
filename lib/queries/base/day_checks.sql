-- The ledger against the bill, day by day: rows, quantities and money of each must be the same.
-- Row: (usage_date, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, usage_records BIGINT, priced_records BIGINT, ledger_records BIGINT,
--   overview_records BIGINT, usage_quantity DECIMAL(38,18), ledger_quantity DECIMAL(38,18),
--   unpriced_quantity DECIMAL(38,18), priced_quantity DECIMAL(38,18), bill_list_cost DECIMAL(38,12),
--   ledger_list_cost DECIMAL(38,12), overview_list_cost DECIMAL(38,12), bill_cost DECIMAL(38,12),
--   ledger_cost DECIMAL(38,12), overview_cost DECIMAL(38,12), job_list_cost DECIMAL(38,12),
--   run_list_cost DECIMAL(38,12), ledger_vm_cost DECIMAL(38,12), machine_vm_cost DECIMAL(38,12)
-- Source: quantities of all units are summed here as a checksum only; no figure that people see adds them.
WITH used AS (
  SELECT usage_date, COUNT(*) AS usage_records, SUM(usage_quantity) AS usage_quantity
  FROM system.billing.usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date
),
bill AS (
  SELECT
    usage_date, currency,
    COUNT(*) AS priced_records,
    SUM(CASE WHEN price_source IS NOT NULL THEN usage_quantity ELSE CAST(0 AS DECIMAL(38,18)) END) AS priced_quantity,
    CAST(SUM(list_cost) AS DECIMAL(38,12)) AS bill_list_cost,
    CAST(SUM(cost) AS DECIMAL(38,12)) AS bill_cost,
    CAST(SUM(CASE WHEN job_id IS NOT NULL THEN list_cost END) AS DECIMAL(38,12)) AS job_list_cost
  FROM priced_usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, currency
),
ledger AS (
  SELECT
    usage_date, currency,
    CAST(SUM(records) AS BIGINT) AS ledger_records,
    SUM(usage_quantity) AS ledger_quantity,
    SUM(unpriced_quantity) AS unpriced_quantity,
    SUM(CASE WHEN price_source IS NULL OR price_source <> 'imported' THEN list_cost END) AS ledger_list_cost,
    SUM(CASE WHEN price_source IS NULL OR price_source <> 'imported' THEN cost END) AS ledger_cost,
    SUM(CASE WHEN price_source IS NULL OR price_source <> 'imported' THEN vm_cost END) AS ledger_vm_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, currency
),
overview AS (
  SELECT
    usage_date, currency,
    CAST(SUM(records) AS BIGINT) AS overview_records,
    SUM(CASE WHEN price_source IS NULL OR price_source <> 'imported' THEN list_cost END) AS overview_list_cost,
    SUM(CASE WHEN price_source IS NULL OR price_source <> 'imported' THEN cost END) AS overview_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, currency
),
runs AS (
  SELECT usage_date, currency, SUM(list_cost) AS run_list_cost
  FROM job_run_cost
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, currency
),
machines AS (
  SELECT usage_date, COALESCE(vm_currency, :currency) AS currency, SUM(vm_cost) AS machine_vm_cost
  FROM cluster_day
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY usage_date, COALESCE(vm_currency, :currency)
)
SELECT
  b.usage_date, b.currency, u.usage_records, b.priced_records, l.ledger_records, o.overview_records, u.usage_quantity,
  l.ledger_quantity, l.unpriced_quantity, b.priced_quantity, b.bill_list_cost, l.ledger_list_cost, o.overview_list_cost,
  b.bill_cost, l.ledger_cost, o.overview_cost, b.job_list_cost, r.run_list_cost, l.ledger_vm_cost, m.machine_vm_cost
FROM bill AS b
INNER JOIN used AS u ON u.usage_date = b.usage_date
LEFT JOIN ledger AS l ON l.usage_date = b.usage_date AND l.currency = b.currency
LEFT JOIN overview AS o ON o.usage_date = b.usage_date AND o.currency = b.currency
LEFT JOIN runs AS r ON r.usage_date = b.usage_date AND r.currency = b.currency
LEFT JOIN machines AS m ON m.usage_date = b.usage_date AND m.currency = b.currency
