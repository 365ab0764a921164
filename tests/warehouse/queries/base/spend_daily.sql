-- Cost of each SKU and day.
-- Row: (usage_date, sku_name)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, sku_name STRING, list_cost DECIMAL(38,12), records BIGINT, tags MAP<STRING,STRING>
WITH priced AS (
  SELECT
    u.usage_date, u.sku_name,
    u.usage_quantity * CAST(p.pricing.effective_list.default AS DECIMAL(14,10)) AS list_cost
  FROM system.billing.usage AS u
  LEFT JOIN system.billing.list_prices AS p ON p.sku_name = u.sku_name AND p.currency_code = :currency
  WHERE u.usage_date >= :start_date AND u.usage_date < :end_date
)
SELECT
  usage_date, sku_name, CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost, COUNT(*) AS records, MAP('a', 'b') AS tags
FROM priced
GROUP BY usage_date, sku_name -- one row a SKU and day
