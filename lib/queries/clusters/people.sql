-- When each person was last seen doing anything: who has left their clusters behind.
-- Row: (person)
-- Params: start_date DATE, end_date DATE
-- Returns: person STRING, last_seen TIMESTAMP
-- Source: the audit log, sign-ins included. Somebody who is not in it was not seen at all in the period.
SELECT user_identity.email AS person, MAX(event_time) AS last_seen
FROM system.access.audit
WHERE event_date >= :start_date AND event_date < :end_date AND user_identity.email IS NOT NULL
GROUP BY user_identity.email
