-- Currencies the ledger is kept in, the most used one first.
-- Row: (currency)
-- Params: none
-- Returns: currency STRING, priced_records BIGINT
SELECT
  currency,
  CAST(SUM(CASE WHEN price_source IS NOT NULL THEN records ELSE 0 END) AS BIGINT) AS priced_records
FROM spend_overview
GROUP BY currency
ORDER BY priced_records DESC, currency
