-- Statements with a safe rewrite, over the tables t and u of test_rewrites: rule, then the statement.
order-without-limit CREATE TABLE made AS SELECT id, k FROM t ORDER BY k
order-in-subquery SELECT s.id FROM (SELECT id, k FROM t ORDER BY k) AS s WHERE s.k > 1
order-in-subquery WITH x AS (SELECT id, v FROM t ORDER BY v) SELECT x.id, COUNT(*) AS n FROM x GROUP BY x.id
function-on-filter SELECT id, seen FROM t WHERE CAST(seen AS DATE) = DATE '2026-03-02'
function-on-filter SELECT id FROM t WHERE DATE '2026-03-03' = DATE(seen) OR k = 1
function-on-filter SELECT id FROM t WHERE CAST(day AS DATE) = DATE '2026-03-02' AND v > 0
function-on-filter SELECT id FROM t WHERE NOT CAST(seen AS DATE) = DATE '2026-03-02'
in-subquery SELECT t.id FROM t WHERE t.k IN (SELECT u.k FROM u)
in-subquery SELECT t.id FROM t WHERE t.k IN (SELECT k FROM u WHERE w > 2) AND t.v > 0
in-subquery SELECT t.s, COUNT(*) AS n FROM t WHERE t.id > 3 AND t.k IN (SELECT o.k FROM u AS o WHERE o.w IS NOT NULL) GROUP BY t.s
union-distinct SELECT 'a' AS kind, k FROM t GROUP BY k UNION SELECT 'b' AS kind, k FROM u GROUP BY k
union-distinct SELECT DISTINCT 'a' AS kind, k FROM t UNION SELECT DISTINCT 'b' AS kind, k FROM u
union-distinct SELECT 'a' AS kind, COUNT(*) AS n FROM t UNION SELECT 'b' AS kind, COUNT(*) AS n FROM u
union-distinct SELECT k FROM t UNION SELECT k FROM u UNION SELECT w FROM u
redundant-distinct SELECT DISTINCT k, SUM(v) AS s FROM t GROUP BY k
redundant-distinct SELECT DISTINCT s, k, COUNT(*) AS n FROM t GROUP BY k, s
redundant-distinct SELECT DISTINCT COUNT(*) AS n, MAX(v) AS m FROM t
redundant-distinct SELECT id FROM t WHERE EXISTS (SELECT DISTINCT u.w FROM u WHERE u.k = t.k)
redundant-distinct SELECT id FROM t WHERE k IN (SELECT DISTINCT k FROM u)
redundant-distinct SELECT DISTINCT k FROM t UNION SELECT k FROM u
having-on-key SELECT k, COUNT(*) AS n FROM t GROUP BY k HAVING k > 2
having-on-key SELECT k, s, SUM(v) AS total FROM t WHERE v > 0 GROUP BY k, s HAVING s = 'x' AND SUM(v) > 1
having-on-key SELECT k, COUNT(*) AS n FROM t GROUP BY k HAVING k IS NULL
