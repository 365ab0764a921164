-- Prices as windows that neither overlap nor leave a gap of a second or less: the public list, and what the account agreed.
-- Row: (kind, account_id, cloud, sku_name, usage_unit, currency, valid_from)
-- Params: none
-- Returns: kind STRING, account_id STRING, cloud STRING, sku_name STRING, usage_unit STRING, currency STRING,
--   valid_from TIMESTAMP, valid_to TIMESTAMP, unit_price DECIMAL(14,10)
-- Source: kind list: effective_list is the list price after public promotions (docs.databricks.com, system tables, pricing).
--   kind account: system.billing.account_prices (private preview, AWS and GCP) holds pricing.default only. Windows end
--   either on the next start or one tick before it (..:59.999), both mean "until the next one".
WITH stated AS (
  SELECT
    'list' AS kind, account_id, cloud, sku_name, usage_unit,
    currency_code AS currency,
    price_start_time AS valid_from,
    price_end_time AS stated_end,
    CAST(COALESCE(pricing.effective_list.default, pricing.default) AS DECIMAL(14,10)) AS unit_price
  FROM system.billing.list_prices
  UNION ALL
  SELECT
    'account' AS kind, account_id, cloud, sku_name, usage_unit,
    currency_code AS currency,
    price_start_time AS valid_from,
    price_end_time AS stated_end,
    CAST(pricing.default AS DECIMAL(14,10)) AS unit_price
  FROM system.billing.account_prices
),
-- a price listed twice for one start is one price
one_per_start AS (
  SELECT kind, account_id, cloud, sku_name, usage_unit, currency, valid_from, stated_end, unit_price
  FROM stated
  WHERE unit_price IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY kind, account_id, cloud, sku_name, usage_unit, currency, valid_from
    ORDER BY stated_end DESC NULLS FIRST, unit_price DESC
  ) = 1
),
followed AS (
  SELECT
    kind, account_id, cloud, sku_name, usage_unit, currency, valid_from, stated_end, unit_price,
    LEAD(valid_from) OVER (
      PARTITION BY kind, account_id, cloud, sku_name, usage_unit, currency ORDER BY valid_from
    ) AS next_start
  FROM one_per_start
)
SELECT
  kind, account_id, cloud, sku_name, usage_unit, currency, valid_from,
  CASE
    WHEN stated_end IS NULL OR next_start <= stated_end + INTERVAL 1 SECOND THEN next_start
    ELSE stated_end
  END AS valid_to,
  unit_price
FROM followed
