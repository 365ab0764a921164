-- The one discount rule that holds for a SKU on a day: exact SKU before SKU pattern before product before all.
-- Row: (sku_name, product, usage_date)
-- Params: start_date DATE, end_date DATE
-- Returns: sku_name STRING, product STRING, usage_date DATE, rule_id STRING, discount_share DECIMAL(7,6)
-- Source: a rule table joined on "SKU or product" doubles rows that match twice, so matches are ranked first.
WITH used AS (
  SELECT DISTINCT sku_name, billing_origin_product AS product, usage_date
  FROM system.billing.usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
),
matched AS (
  SELECT
    used.sku_name, used.product, used.usage_date,
    rules.rule_id, rules.discount_share, rules.position,
    CASE rules.match_kind WHEN 'sku' THEN 1 WHEN 'sku_pattern' THEN 2 WHEN 'product' THEN 3 ELSE 4 END AS precedence
  FROM used
  INNER JOIN reference.discount_rules AS rules
    ON used.usage_date >= rules.valid_from
    AND (rules.valid_to IS NULL OR used.usage_date < rules.valid_to)
    AND (
      (rules.match_kind = 'sku' AND used.sku_name = rules.match_value)
      OR (rules.match_kind = 'sku_pattern' AND used.sku_name RLIKE rules.match_value)
      OR (rules.match_kind = 'product' AND used.product = rules.match_value)
      OR rules.match_kind = 'all'
    )
)
SELECT sku_name, product, usage_date, rule_id, discount_share
FROM matched
QUALIFY ROW_NUMBER() OVER (PARTITION BY sku_name, product, usage_date ORDER BY precedence, position) = 1
