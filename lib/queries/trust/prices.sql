-- Faults of the price list: windows that overlap, gaps inside a SKU's history, prices stated twice.
-- Row: one
-- Params: none
-- Returns: prices BIGINT, stated_twice BIGINT, overlaps BIGINT, gaps BIGINT, closed_gaps BIGINT, currencies BIGINT
WITH stated AS (
  SELECT
    account_id, cloud, sku_name, usage_unit, currency_code, price_start_time, price_end_time,
    ROW_NUMBER() OVER (
      PARTITION BY account_id, cloud, sku_name, usage_unit, currency_code, price_start_time ORDER BY price_end_time
    ) AS copy,
    LEAD(price_start_time) OVER (
      PARTITION BY account_id, cloud, sku_name, usage_unit, currency_code ORDER BY price_start_time, price_end_time
    ) AS next_start
  FROM system.billing.list_prices
)
SELECT
  COUNT(*) AS prices,
  COUNT_IF(copy > 1) AS stated_twice,
  COUNT_IF(next_start > price_start_time AND (price_end_time IS NULL OR next_start < price_end_time)) AS overlaps,
  COUNT_IF(next_start > price_end_time + INTERVAL 1 SECOND) AS gaps,
  COUNT_IF(next_start > price_end_time AND next_start <= price_end_time + INTERVAL 1 SECOND) AS closed_gaps,
  COUNT(DISTINCT currency_code) AS currencies
FROM stated
