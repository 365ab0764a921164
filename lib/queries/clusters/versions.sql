-- All versions of one cluster's configuration, with who made them where the audit log says so.
-- Row: (change_time)
-- Params: workspace_id STRING, cluster_id STRING
-- Returns: change_time TIMESTAMP, cluster_name STRING, owner STRING, driver_node_type STRING, worker_node_type STRING,
--   workers BIGINT, min_workers BIGINT, max_workers BIGINT, auto_stop_minutes BIGINT, elastic_disk BOOLEAN,
--   tags MAP<STRING,STRING>, runtime STRING, access_mode STRING, policy_id STRING, driver_pool_id STRING,
--   worker_pool_id STRING, availability STRING, first_on_demand BIGINT, is_deleted BOOLEAN, changed_by STRING
-- Source: system.compute.clusters has the change, system.access.audit who: the edit within two minutes of it.
WITH versions AS (
  SELECT
    change_time, cluster_name, owned_by, driver_node_type, worker_node_type, worker_count, min_autoscale_workers,
    max_autoscale_workers, auto_termination_minutes, enable_elastic_disk, tags, dbr_version, data_security_mode,
    policy_id, driver_instance_pool_id, worker_instance_pool_id,
    COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
    COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand) AS first_on_demand,
    delete_time IS NOT NULL AS is_deleted
  FROM system.compute.clusters
  WHERE workspace_id = :workspace_id AND cluster_id = :cluster_id
  QUALIFY ROW_NUMBER() OVER (PARTITION BY change_time ORDER BY cluster_name, owned_by) = 1
),
edits AS (
  SELECT v.change_time, MAX(a.user_identity.email) AS changed_by
  FROM versions AS v
  INNER JOIN system.access.audit AS a
    ON a.service_name = 'clusters' AND a.action_name IN ('create', 'edit', 'resize', 'changeClusterOwner', 'permanentDelete')
    AND a.workspace_id = :workspace_id AND TRY_ELEMENT_AT(a.request_params, 'cluster_id') = :cluster_id
    AND a.event_time >= v.change_time - INTERVAL 2 MINUTES AND a.event_time <= v.change_time + INTERVAL 2 MINUTES
  GROUP BY v.change_time
)
SELECT
  v.change_time, v.cluster_name, v.owned_by AS owner, v.driver_node_type, v.worker_node_type, v.worker_count AS workers,
  v.min_autoscale_workers AS min_workers, v.max_autoscale_workers AS max_workers,
  COALESCE(v.auto_termination_minutes, 0) AS auto_stop_minutes, v.enable_elastic_disk AS elastic_disk, v.tags,
  v.dbr_version AS runtime, v.data_security_mode AS access_mode, v.policy_id, v.driver_instance_pool_id AS driver_pool_id,
  v.worker_instance_pool_id AS worker_pool_id, v.availability, v.first_on_demand, v.is_deleted, e.changed_by
FROM versions AS v
LEFT JOIN edits AS e ON e.change_time = v.change_time
