-- Public list prices as windows that neither overlap nor leave a gap of a second or less.
-- Row: (account_id, cloud, sku_name, usage_unit, currency, valid_from)
-- Params: none
-- Returns: account_id STRING, cloud STRING, sku_name STRING, usage_unit STRING, currency STRING,
--   valid_from TIMESTAMP, valid_to TIMESTAMP, unit_price DECIMAL(14,10)
-- Source: effective_list is the list price after public promotions (docs.databricks.com, system tables, pricing);
--   windows end either on the next start or one tick before it (..:59.999), both mean "until the next one".
WITH stated AS (
  SELECT
    account_id, cloud, sku_name, usage_unit,
    currency_code AS currency,
    price_start_time AS valid_from,
    price_end_time AS stated_end,
    CAST(COALESCE(pricing.effective_list.default, pricing.default) AS DECIMAL(14,10)) AS unit_price
  FROM system.billing.list_prices
),
-- a price listed twice for one start is one price
one_per_start AS (
  SELECT account_id, cloud, sku_name, usage_unit, currency, valid_from, stated_end, unit_price
  FROM stated
  WHERE unit_price IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY account_id, cloud, sku_name, usage_unit, currency, valid_from
    ORDER BY stated_end DESC NULLS FIRST, unit_price DESC
  ) = 1
),
followed AS (
  SELECT
    account_id, cloud, sku_name, usage_unit, currency, valid_from, stated_end, unit_price,
    LEAD(valid_from) OVER (
      PARTITION BY account_id, cloud, sku_name, usage_unit, currency ORDER BY valid_from
    ) AS next_start
  FROM one_per_start
)
SELECT
  account_id, cloud, sku_name, usage_unit, currency, valid_from,
  CASE
    WHEN stated_end IS NULL OR next_start <= stated_end + INTERVAL 1 SECOND THEN next_start
    ELSE stated_end
  END AS valid_to,
  unit_price
FROM followed
