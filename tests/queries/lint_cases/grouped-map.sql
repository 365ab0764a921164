-- bad
SELECT custom_tags, COUNT(*) AS n FROM system.billing.usage GROUP BY custom_tags
WITH a AS (SELECT map_from_entries(e) AS tags FROM t) SELECT tags, COUNT(*) AS n FROM a GROUP BY ALL
-- good
SELECT custom_tags['team'] AS team, COUNT(*) AS n FROM system.billing.usage GROUP BY custom_tags['team']
SELECT g, COUNT(custom_tags) AS n FROM t GROUP BY ALL
