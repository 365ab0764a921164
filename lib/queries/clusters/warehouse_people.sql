-- People whose statements ran on a SQL warehouse, newest first, and how far the history goes; one row without a person at least.
-- Row: (person)
-- Params: start_date DATE, end_date DATE, warehouse_id STRING
-- Returns: person STRING, last_time TIMESTAMP, known_until TIMESTAMP
WITH seen AS (
  SELECT MAX(start_time) AS known_until
  FROM system.query.history
  WHERE start_time >= :start_date AND start_time < :end_date
),
ran AS (
  SELECT executed_by AS person, MAX(COALESCE(end_time, start_time)) AS last_time
  FROM system.query.history
  WHERE start_time >= :start_date AND start_time < :end_date AND executed_by IS NOT NULL
    AND compute.warehouse_id = :warehouse_id
  GROUP BY executed_by
)
SELECT r.person, r.last_time, s.known_until
FROM seen AS s
LEFT JOIN ran AS r ON r.person IS NOT NULL
