-- All price windows, list and account, as the next refresh will use them.
-- Row: (kind, account_id, cloud, sku_name, usage_unit, currency, valid_from)
-- Params: none
-- Returns: kind STRING, account_id STRING, cloud STRING, sku_name STRING, usage_unit STRING, currency STRING,
--   valid_from TIMESTAMP, valid_to TIMESTAMP, unit_price DECIMAL(14,10)
SELECT kind, account_id, cloud, sku_name, usage_unit, currency, valid_from, valid_to, unit_price
FROM price_windows
