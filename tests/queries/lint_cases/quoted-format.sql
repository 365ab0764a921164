-- bad
SELECT date_format(t, "yyyy-MM-dd'T'HH:mm") AS r FROM t
-- good
SELECT date_format(t, 'yyyy-MM-dd HH:mm') AS r FROM t
