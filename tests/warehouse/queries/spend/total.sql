-- What a period cost.
-- Row: one
-- Params: start_date DATE, end_date DATE, currency STRING, skus ARRAY<STRING>
-- Returns: list_cost DECIMAL(38,12), records BIGINT, last_day DATE
SELECT SUM(list_cost) AS list_cost, SUM(records) AS records, MAX(usage_date) AS last_day
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND :currency IS NOT NULL
  AND (:skus IS NULL OR ARRAY_CONTAINS(CAST(:skus AS ARRAY<STRING>), sku_name))
