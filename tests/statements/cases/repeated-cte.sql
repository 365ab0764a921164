-- bad
WITH ¶c AS (SELECT k, SUM(v) AS s FROM t GROUP BY k) SELECT a.k FROM c AS a JOIN c AS b ON a.k = b.k
WITH⏎¶c AS (SELECT k FROM t), d AS (SELECT k FROM c) SELECT k FROM c UNION ALL SELECT k FROM d
-- good
WITH c AS (SELECT k FROM t) SELECT k FROM c
WITH c AS (SELECT 1 AS one) SELECT a.one FROM c AS a JOIN c AS b ON a.one = b.one
WITH c AS (SELECT k FROM t) SELECT 'FROM c, c' AS s FROM c -- JOIN c
SELECT a.k FROM t AS a JOIN t AS b ON a.k = b.k
