-- What filters can be set to: products, owners, currencies and tag keys that occur in a period.
-- Row: (kind, choice)
-- Params: start_date DATE, end_date DATE
-- Returns: kind STRING, choice STRING, list_cost DOUBLE
WITH tag_sets AS (
  SELECT tag_set, ANY_VALUE(tags) AS tags, SUM(list_cost) AS list_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND tag_set <> ''
  GROUP BY tag_set
),
tag_keys AS (
  SELECT EXPLODE(MAP_KEYS(tags)) AS choice, list_cost FROM tag_sets
),
choices AS (
  SELECT 'product' AS kind, product AS choice, list_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
  UNION ALL
  SELECT 'currency' AS kind, currency AS choice, list_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date
  UNION ALL
  SELECT 'owner' AS kind, owner AS choice, SUM(list_cost) AS list_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date
  GROUP BY owner
  UNION ALL
  SELECT 'tag' AS kind, choice, list_cost FROM tag_keys
)
SELECT kind, choice, CAST(SUM(list_cost) AS DOUBLE) AS list_cost
FROM choices
WHERE choice IS NOT NULL
GROUP BY kind, choice
