-- bad
SELECT 'it''s' AS r
-- good
SELECT 'it\'s' AS r, concat('a', 'b') AS c
SELECT '' AS empty
