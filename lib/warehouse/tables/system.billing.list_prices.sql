CREATE TABLE system.billing.list_prices (
  account_id STRING,
  price_start_time TIMESTAMP COMMENT 'Inclusive',
  price_end_time TIMESTAMP COMMENT 'Exclusive, NULL while valid; some windows end on ...:59.999',
  sku_name STRING,
  cloud STRING,
  currency_code STRING COMMENT 'Fix one: a SKU may be priced in several',
  usage_unit STRING,
  pricing STRUCT<
    default: DECIMAL(38, 18),
    promotional: STRUCT<default: DECIMAL(38, 18)>,
    effective_list: STRUCT<default: DECIMAL(38, 18)>
  > COMMENT 'effective_list.default is the list rate after promotions'
)
COMMENT 'List price history. One row: price window of a SKU in one cloud, unit and currency';
