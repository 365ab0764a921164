-- bad
SELECT datediff(HOUR, a, b) AS r FROM t
SELECT unix_timestamp('2026-01-01 00:00:00') AS r
SELECT unix_timestamp(s, 'yyyy') AS r FROM t
SELECT split(s, ',', 2) AS r FROM t
SELECT substring(s, 0, 3) AS r FROM t
-- good
SELECT datediff(e, d) AS r, unix_timestamp(t) AS u, split(s, ',') AS w, substring(s, 1, 3) AS l FROM t
SELECT timestampdiff(HOUR, a, b) AS r FROM t
