CREATE TABLE system.billing.account_prices (
  account_id STRING,
  price_start_time TIMESTAMP COMMENT 'Inclusive',
  price_end_time TIMESTAMP COMMENT 'Exclusive, NULL while valid',
  sku_name STRING,
  cloud STRING,
  currency_code STRING,
  usage_unit STRING,
  pricing STRUCT<default: DECIMAL(38, 18)> COMMENT 'The negotiated rate; there is no effective_list here'
)
COMMENT 'Negotiated prices (private preview, AWS and GCP). One row: price window of a SKU';
