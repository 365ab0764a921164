-- bad
SELECT timestampdiff(MONTH, a, b) AS r FROM t
-- good
SELECT timestampdiff(DAY, a, b) AS r FROM t
