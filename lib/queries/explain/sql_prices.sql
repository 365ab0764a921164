-- Newest list price of each SKU of SQL warehouses: what the app's own statements cost.
-- Row: (sku_name)
-- Params: currency STRING
-- Returns: sku_name STRING, unit_price DECIMAL(14,10)
SELECT sku_name, MAX_BY(unit_price, valid_from) AS unit_price
FROM price_windows
WHERE kind = 'list' AND currency = :currency AND sku_name LIKE '%SQL%' AND usage_unit = 'DBU'
GROUP BY sku_name
