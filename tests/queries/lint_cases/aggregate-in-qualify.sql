-- bad
SELECT g, SUM(n) AS total FROM t GROUP BY g QUALIFY rank() OVER (ORDER BY SUM(n) DESC) <= 2
-- good
SELECT g, SUM(n) AS total FROM t GROUP BY g QUALIFY rank() OVER (ORDER BY total DESC) <= 2
