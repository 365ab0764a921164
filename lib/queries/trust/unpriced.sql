-- Usage without a price in a currency, and the other currencies that do price it.
-- Row: (cloud, sku_name, usage_unit)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: cloud STRING, sku_name STRING, usage_unit STRING, unpriced_quantity DECIMAL(38,18), records BIGINT,
--   first_day DATE, last_day DATE, priced_in STRING
WITH missing AS (
  SELECT
    cloud, sku_name, usage_unit,
    SUM(usage_quantity) AS unpriced_quantity,
    CAST(SUM(records) AS BIGINT) AS records,
    MIN(usage_date) AS first_day,
    MAX(usage_date) AS last_day
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND price_source IS NULL
    AND sku_name IS NOT NULL
  GROUP BY cloud, sku_name, usage_unit
),
elsewhere AS (
  SELECT cloud, sku_name, usage_unit, ARRAY_JOIN(ARRAY_SORT(COLLECT_SET(currency)), ', ') AS priced_in
  FROM price_windows
  WHERE kind = 'list'
  GROUP BY cloud, sku_name, usage_unit
)
SELECT m.cloud, m.sku_name, m.usage_unit, m.unpriced_quantity, m.records, m.first_day, m.last_day, e.priced_in
FROM missing AS m
LEFT JOIN elsewhere AS e ON e.cloud = m.cloud AND e.sku_name = m.sku_name AND e.usage_unit = m.usage_unit
