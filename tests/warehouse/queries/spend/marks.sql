-- Usage rows of a SKU, and the mark that the account file carries.
-- Row: one
-- Params: sku STRING
-- Returns: records BIGINT, quantity DECIMAL(38,12), sku STRING
SELECT COUNT(*) AS records, SUM(usage_quantity) AS quantity, MAX(sku_name) AS sku
FROM system.billing.usage
WHERE sku_name = :sku
