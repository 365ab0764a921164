-- bad
SELECT t.a FROM t JOIN u ON ¶UPPER(t.a) = u.a
SELECT t.a FROM t JOIN u ON t.a = ¶CAST(u.a AS STRING)
SELECT t.a FROM t JOIN u⏎ON ¶TRIM(t.a) = u.a AND t.b = u.b
-- good
SELECT t.a FROM t JOIN u ON t.a = u.a
SELECT t.a FROM t JOIN u ON t.a = u.a AND UPPER(t.b) = 'X'
SELECT UPPER(t.a) FROM t JOIN u ON t.a = u.a
SELECT t.a FROM t JOIN u ON t.a = u.a WHERE 'UPPER(t.a) = u.a' = t.b
