-- bad
SELECT collect_set(s) AS r FROM t
SELECT array_join(collect_list(s), ',') AS r FROM t
SELECT array_intersect(a, b) AS r FROM t
-- good
SELECT array_sort(collect_set(s)) AS r, cardinality(collect_set(s)) AS n FROM t
SELECT collect_list(s) OVER (ORDER BY id) AS r FROM t
SELECT array_join(sort_array(collect_list(s)), ',') AS r FROM t
