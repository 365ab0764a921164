-- bad
SELECT a.k FROM pairs a JOIN ¶pairs b ON a.k = b.k AND a.id < b.id
SELECT a.k FROM main.x.pairs AS a⏎JOIN ¶main.x.pairs AS b ON a.k = b.k AND a.id <> b.id
-- good
SELECT a.k FROM pairs a JOIN others b ON a.k = b.k AND a.id < b.id
SELECT a.k FROM pairs a JOIN pairs b ON a.parent = b.id
SELECT 'pairs a JOIN pairs b ON a.k = b.k AND a.id < b.id' AS s FROM pairs
