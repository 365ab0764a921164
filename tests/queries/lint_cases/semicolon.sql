-- bad
SELECT 1 AS r;
-- good
SELECT ';' AS r
