-- People whose acts name a cluster, and notebooks that are attached to it, as far as the audit log goes; one row without either
-- at least.
-- Row: (kind, key)
-- Params: start_date DATE, end_date DATE, cluster_id STRING
-- Returns: kind STRING, key STRING, last_time TIMESTAMP, known_until TIMESTAMP
-- Source: a notebook counts as attached while its last event on this cluster is attachNotebook and not detachNotebook; key is
--   its path, else its id. Acts name the cluster as cluster_id or clusterId.
WITH seen AS (
  SELECT MAX(event_time) AS known_until
  FROM system.access.audit
  WHERE event_date >= :start_date AND event_date < :end_date
),
acts AS (
  SELECT
    user_identity.email AS person, service_name, action_name, event_time, event_id,
    COALESCE(TRY_ELEMENT_AT(request_params, 'path'), TRY_ELEMENT_AT(request_params, 'notebookId')) AS notebook
  FROM system.access.audit
  WHERE event_date >= :start_date AND event_date < :end_date
    AND COALESCE(TRY_ELEMENT_AT(request_params, 'cluster_id'), TRY_ELEMENT_AT(request_params, 'clusterId')) = :cluster_id
),
newest AS (
  SELECT notebook, action_name, event_time
  FROM acts
  WHERE service_name = 'notebook' AND action_name IN ('attachNotebook', 'detachNotebook') AND notebook IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY notebook ORDER BY event_time DESC, event_id) = 1
),
found AS (
  SELECT 'person' AS kind, person AS key, MAX(event_time) AS last_time
  FROM acts
  WHERE person IS NOT NULL
  GROUP BY person
  UNION ALL
  SELECT 'notebook' AS kind, notebook AS key, event_time AS last_time
  FROM newest
  WHERE action_name = 'attachNotebook'
)
SELECT f.kind, f.key, f.last_time, s.known_until
FROM seen AS s
LEFT JOIN found AS f ON f.key IS NOT NULL
