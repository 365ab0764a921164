-- bad
SELECT 'a⏎b' AS r
-- good
SELECT 'a\nb' AS r
