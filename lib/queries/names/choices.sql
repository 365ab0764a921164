-- What filters can be set to: products, owners, currencies and tag keys that occur in a period.
-- Row: (kind, choice)
-- Params: start_date DATE, end_date DATE
-- Returns: kind STRING, choice STRING, list_cost DOUBLE
WITH choices AS (
  SELECT 'product' AS kind, product AS choice, list_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
  UNION ALL
  SELECT 'currency' AS kind, currency AS choice, list_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
  UNION ALL
  SELECT kind, choice, list_cost
  FROM choice_days
  WHERE usage_date >= :start_date AND usage_date < :end_date
)
SELECT kind, choice, CAST(SUM(list_cost) AS DOUBLE) AS list_cost
FROM choices
WHERE choice IS NOT NULL
GROUP BY kind, choice
