-- Every currency in which the account's prices are stated, and the one that was asked for.
-- Row: (currency)
-- Params: currency STRING
-- Returns: currency STRING
SELECT currency_code AS currency FROM system.billing.list_prices WHERE currency_code IS NOT NULL
  -- narrowed to currency: AND currency_code = :currency
UNION
SELECT currency_code AS currency FROM system.billing.account_prices WHERE currency_code IS NOT NULL
  -- narrowed to currency: AND currency_code = :currency
UNION
SELECT CAST(:currency AS STRING) AS currency
