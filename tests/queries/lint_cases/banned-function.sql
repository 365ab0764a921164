-- bad
SELECT iff(i > 1, 1, 0) AS r FROM t
SELECT trunc(d, 'MM') AS month FROM t
SELECT size(m) AS entries FROM t
SELECT array_except(a, b) AS r FROM t
SELECT id FROM identifier('t')
SELECT map_filter(m, (k, v) -> k <> 'env') AS r FROM t
SELECT from_json(s, 'a INT') AS r FROM t
SELECT format_number(x, 2) AS r FROM t
SELECT width_bucket(x, 0, 10, 5) AS bucket FROM t
SELECT get(a, 0) AS r FROM t
SELECT substring_index(s, '.', 2) AS r FROM t
SELECT stack(2, i, n) FROM t
SELECT try_add(i, 1) AS r FROM t
SELECT d + make_interval(0, 0, 0, :n) AS r FROM t
SELECT date_diff(DAY, a, b) AS r FROM t
SELECT hash(i) AS r FROM t
SELECT mode(i) AS r FROM t
SELECT corr(i, n) AS r FROM t
SELECT first(s) AS r FROM t
SELECT to_json(o) AS r FROM t
-- good
SELECT if(i > 1, 1, 0) AS r, cardinality(m) AS entries FROM t
SELECT t.size AS r, mode FROM t
SELECT 'size(m)' AS r FROM t -- trunc(d, 'MM')
