-- bad
SELECT a FROM t WHERE ¶b LIKE '%x'
SELECT a FROM t WHERE ¶b ILIKE '%x%'
SELECT a FROM t WHERE ¶b NOT LIKE '_x'
SELECT t.a FROM t JOIN u ON t.a = u.a AND ¶u.b LIKE '%x'
-- good
SELECT a FROM t WHERE b LIKE 'x%'
SELECT a FROM t WHERE b = '%x'
SELECT a LIKE '%x' AS ends_in_x FROM t
SELECT a FROM t WHERE b = 1 -- AND b LIKE '%x'
SELECT a FROM t WHERE c = 'b LIKE \'%x\''
