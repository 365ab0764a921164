-- bad
SELECT CAST(start_time AS STRING) AS r FROM t
SELECT CAST(date_trunc('HOUR', x) AS STRING) AS r FROM t
-- good
SELECT CAST(usage_date AS STRING) AS r, date_format(start_time, 'HH:mm') AS s FROM t
