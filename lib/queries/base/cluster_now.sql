-- The newest version of every classic cluster, with what the three clouds call differently under one name.
-- Row: (workspace_id, cluster_id)
-- Params: none
-- Returns: workspace_id STRING, cluster_id STRING, cluster_name STRING, owner STRING, source STRING,
--   created_at TIMESTAMP, deleted_at TIMESTAMP, changed_at TIMESTAMP, driver_node_type STRING, worker_node_type STRING,
--   workers BIGINT, min_workers BIGINT, max_workers BIGINT, auto_stop_minutes BIGINT, elastic_disk BOOLEAN,
--   tags MAP<STRING,STRING>, runtime STRING, access_mode STRING, policy_id STRING, driver_pool_id STRING,
--   worker_pool_id STRING, cloud STRING, availability STRING, first_on_demand BIGINT, init_scripts BIGINT
-- Source: auto_stop_minutes is 0 for "never" (NULL and 0 mean the same). Availability is ON_DEMAND, SPOT or
--   SPOT_WITH_FALLBACK on every cloud.
SELECT
  workspace_id, cluster_id, cluster_name, owned_by AS owner, cluster_source AS source, create_time AS created_at,
  delete_time AS deleted_at, change_time AS changed_at,
  driver_node_type, worker_node_type, worker_count AS workers, min_autoscale_workers AS min_workers,
  max_autoscale_workers AS max_workers, COALESCE(auto_termination_minutes, 0) AS auto_stop_minutes,
  enable_elastic_disk AS elastic_disk, tags, dbr_version AS runtime, data_security_mode AS access_mode, policy_id,
  driver_instance_pool_id AS driver_pool_id, worker_instance_pool_id AS worker_pool_id,
  CASE
    WHEN aws_attributes.availability IS NOT NULL THEN 'AWS'
    WHEN azure_attributes.availability IS NOT NULL THEN 'AZURE'
    WHEN gcp_attributes.availability IS NOT NULL THEN 'GCP'
  END AS cloud,
  CASE COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability)
    WHEN 'ON_DEMAND' THEN 'ON_DEMAND'
    WHEN 'ON_DEMAND_AZURE' THEN 'ON_DEMAND'
    WHEN 'ON_DEMAND_GCP' THEN 'ON_DEMAND'
    WHEN 'SPOT' THEN 'SPOT'
    WHEN 'SPOT_AZURE' THEN 'SPOT'
    WHEN 'PREEMPTIBLE_GCP' THEN 'SPOT'
    WHEN 'SPOT_WITH_FALLBACK' THEN 'SPOT_WITH_FALLBACK'
    WHEN 'SPOT_WITH_FALLBACK_AZURE' THEN 'SPOT_WITH_FALLBACK'
    WHEN 'PREEMPTIBLE_WITH_FALLBACK_GCP' THEN 'SPOT_WITH_FALLBACK'
  END AS availability,
  COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand) AS first_on_demand,
  CAST(COALESCE(CARDINALITY(init_scripts), 0) AS BIGINT) AS init_scripts
FROM system.compute.clusters
-- narrowed to sources: WHERE :sources IS NULL OR cluster_id IN (SELECT cluster_id FROM system.compute.clusters WHERE ARRAY_CONTAINS(CAST(:sources AS ARRAY<STRING>), cluster_source))
QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, cluster_id ORDER BY change_time DESC, cluster_name) = 1
