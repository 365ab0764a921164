-- bad
SELECT transform(a, (x, i) -> x + i) AS r FROM t
-- good
SELECT transform(a, x -> x + 1) AS r, aggregate(a, 0, (s, x) -> s + x) AS total FROM t
