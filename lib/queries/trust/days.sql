-- The ledger against the bill, day by day: rows, quantities and money of each must be the same.
-- Row: (usage_date, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, usage_records BIGINT, priced_records BIGINT, ledger_records BIGINT,
--   overview_records BIGINT, usage_quantity DECIMAL(38,18), ledger_quantity DECIMAL(38,18),
--   unpriced_quantity DECIMAL(38,18), priced_quantity DECIMAL(38,18), bill_list_cost DECIMAL(38,12),
--   ledger_list_cost DECIMAL(38,12), overview_list_cost DECIMAL(38,12), bill_cost DECIMAL(38,12),
--   ledger_cost DECIMAL(38,12), overview_cost DECIMAL(38,12), job_list_cost DECIMAL(38,12),
--   run_list_cost DECIMAL(38,12), ledger_vm_cost DECIMAL(38,12), machine_vm_cost DECIMAL(38,12)
-- Source: as of the refresh that worked the day out; it publishes no ledger in which they differ.
SELECT
  usage_date, currency, usage_records, priced_records, ledger_records, overview_records, usage_quantity, ledger_quantity,
  unpriced_quantity, priced_quantity, bill_list_cost, ledger_list_cost, overview_list_cost, bill_cost, ledger_cost,
  overview_cost, job_list_cost, run_list_cost, ledger_vm_cost, machine_vm_cost
FROM day_checks
WHERE usage_date >= :start_date AND usage_date < :end_date
