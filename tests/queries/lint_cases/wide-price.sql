-- bad
SELECT usage_quantity * pricing.effective_list.default AS cost FROM system.billing.usage
SELECT usage_quantity * CAST(p.pricing.default AS DECIMAL(18,10)) AS cost FROM t
SELECT CAST(usage_quantity * pricing.default AS DECIMAL(38,12)) AS cost FROM t
SELECT pricing.default AS unit_price FROM system.billing.list_prices
-- good
SELECT usage_quantity * CAST(p.pricing.effective_list.default AS DECIMAL(14,10)) AS cost FROM t AS p
SELECT CAST(COALESCE(pricing.effective_list.default, pricing.default) AS DECIMAL(14, 10)) AS unit_price FROM t
SELECT id FROM t WHERE pricing.default IS NOT NULL
