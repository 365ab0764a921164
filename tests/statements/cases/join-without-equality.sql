-- bad
SELECT t.a FROM t JOIN u ON ¶t.a < u.b
SELECT t.a FROM t JOIN u ON ¶1 = 1
SELECT t.a FROM t LEFT JOIN u ON ¶t.a = u.a OR t.b = u.b
SELECT t.a FROM t JOIN u ON ¶TRUE
SELECT t.a FROM t JOIN u ON ¶t.a LIKE u.b
-- good
SELECT t.a FROM t JOIN u ON t.a = u.a
SELECT t.a FROM t JOIN u ON t.a = u.a AND t.day BETWEEN u.first AND u.last
SELECT t.a FROM t JOIN u ON t.a <=> u.a
SELECT t.a FROM t JOIN u ON t.a = u.a AND (t.b = 1 OR u.b = 2)
SELECT t.a FROM t JOIN u ON UPPER(t.a) = u.a
SELECT t.a FROM t JOIN u USING (a)
SELECT 'JOIN u ON 1 = 1' AS s FROM t
