-- bad
SELECT max(struct(n, id)) AS r FROM t
-- good
SELECT max_by(id, struct(n, id)) AS r FROM t
