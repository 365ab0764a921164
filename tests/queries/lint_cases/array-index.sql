-- bad
SELECT a[0] AS r FROM t
SELECT element_at(a, -1) AS r FROM t
SELECT split(s, ',')[1] AS r FROM t
-- good
SELECT try_element_at(a, 1) AS r, m['team'] AS team, element_at(m, 'team') AS again FROM t
SELECT split(s, ',')[0] AS r FROM t
