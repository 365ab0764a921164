-- From when to when the account has usage, and when the newest of it arrived.
-- Row: one
-- Params: none
-- Returns: first_day DATE, last_day DATE, last_ingestion DATE, records BIGINT
SELECT
  MIN(usage_date) AS first_day, MAX(usage_date) AS last_day, MAX(ingestion_date) AS last_ingestion, COUNT(*) AS records
FROM system.billing.usage
