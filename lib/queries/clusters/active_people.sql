-- People whose acts name a cluster, newest first, and how far the audit log goes; one row without a person at least.
-- Row: (person)
-- Params: start_date DATE, end_date DATE, cluster_id STRING
-- Returns: person STRING, last_time TIMESTAMP, known_until TIMESTAMP
WITH seen AS (
  SELECT MAX(event_time) AS known_until
  FROM system.access.audit
  WHERE event_date >= :start_date AND event_date < :end_date
),
acts AS (
  SELECT user_identity.email AS person, MAX(event_time) AS last_time
  FROM system.access.audit
  WHERE event_date >= :start_date AND event_date < :end_date AND user_identity.email IS NOT NULL
    AND COALESCE(TRY_ELEMENT_AT(request_params, 'cluster_id'), TRY_ELEMENT_AT(request_params, 'clusterId')) = :cluster_id
  GROUP BY user_identity.email
)
SELECT a.person, a.last_time, s.known_until
FROM seen AS s
LEFT JOIN acts AS a ON a.person IS NOT NULL
