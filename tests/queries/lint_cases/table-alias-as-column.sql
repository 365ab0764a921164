-- bad
SELECT SUM(i) AS t, t + 1 AS more FROM facts AS t
-- good
SELECT SUM(i) AS total FROM facts AS t
SELECT COUNT(*) AS runs FROM runs
