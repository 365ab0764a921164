-- bad
SELECT current_date() AS r
SELECT id FROM t WHERE d < CURRENT_DATE
SELECT now() AS r
SELECT rand() AS r
-- good
SELECT id FROM t WHERE d < :today
SELECT u.rand AS r, uuid FROM t AS u
