-- Owners and tag keys that usage of a day named: what filters can be set to, without reading the days' usage.
-- Row: (usage_date, kind, choice)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, kind STRING, choice STRING, list_cost DECIMAL(38,12)
WITH tag_sets AS (
  SELECT usage_date, tag_set, ANY_VALUE(tags) AS tags, SUM(list_cost) AS list_cost
  FROM spend_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND tag_set <> ''
  GROUP BY usage_date, tag_set
),
tag_keys AS (
  SELECT usage_date, EXPLODE(MAP_KEYS(tags)) AS choice, list_cost FROM tag_sets
)
SELECT usage_date, 'owner' AS kind, owner AS choice, SUM(list_cost) AS list_cost
FROM spend_daily
WHERE usage_date >= :start_date AND usage_date < :end_date AND owner IS NOT NULL
GROUP BY usage_date, owner
UNION ALL
SELECT usage_date, 'tag' AS kind, choice, SUM(list_cost) AS list_cost
FROM tag_keys
GROUP BY usage_date, choice
