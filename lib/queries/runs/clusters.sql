-- Classic clusters of one run, with their machines on the days of the run and their configuration at its time.
-- Row: (cluster_id, usage_date)
-- Params: start_date DATE, end_date DATE, workspace_id STRING, job_id STRING, run_id STRING
-- Returns: cluster_id STRING, usage_date DATE, cluster_name STRING, driver_node_type STRING, worker_node_type STRING,
--   worker_count BIGINT, min_autoscale_workers BIGINT, max_autoscale_workers BIGINT, auto_termination_minutes BIGINT,
--   dbr_version STRING, data_security_mode STRING, availability STRING, first_on_demand BIGINT, zone_id STRING,
--   enable_elastic_disk BOOLEAN, policy_id STRING, run_dbus DECIMAL(38,18), cluster_dbus DECIMAL(38,12), driver_hours DOUBLE,
--   worker_hours DOUBLE, inferred_hours DOUBLE, unrated_hours DOUBLE, cluster_vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: the version of system.compute.clusters in force when the run's usage began, not the newest.
-- Narrows: job
WITH used AS (
  SELECT
    usage_metadata.cluster_id AS cluster_id, usage_date, MIN(usage_start_time) AS used_from, SUM(usage_quantity) AS run_dbus
  FROM system.billing.usage
  WHERE usage_date >= :start_date AND usage_date < :end_date AND billing_origin_product = 'JOBS' AND usage_unit = 'DBU'
    AND workspace_id = :workspace_id AND usage_metadata.job_id = :job_id AND usage_metadata.job_run_id = :run_id
    AND usage_metadata.cluster_id IS NOT NULL
  GROUP BY usage_metadata.cluster_id, usage_date
),
versions AS (
  SELECT
    cluster_id, cluster_name, driver_node_type, worker_node_type, worker_count, min_autoscale_workers,
    max_autoscale_workers, auto_termination_minutes, dbr_version, data_security_mode, enable_elastic_disk, policy_id,
    COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
    COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand) AS first_on_demand,
    COALESCE(aws_attributes.zone_id, gcp_attributes.zone_id) AS zone_id,
    change_time
  FROM system.compute.clusters
  WHERE workspace_id = :workspace_id
),
at_run AS (
  SELECT
    u.cluster_id, u.usage_date, u.run_dbus, v.cluster_name, v.driver_node_type, v.worker_node_type, v.worker_count,
    v.min_autoscale_workers, v.max_autoscale_workers, v.auto_termination_minutes, v.dbr_version, v.data_security_mode,
    v.enable_elastic_disk, v.policy_id, v.availability, v.first_on_demand, v.zone_id
  FROM used AS u
  LEFT JOIN versions AS v ON v.cluster_id = u.cluster_id
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY u.cluster_id, u.usage_date
    ORDER BY CASE WHEN v.change_time <= u.used_from THEN 0 ELSE 1 END,
      CASE WHEN v.change_time <= u.used_from THEN UNIX_MILLIS(v.change_time) END DESC NULLS LAST, v.change_time
  ) = 1
)
SELECT
  a.cluster_id, a.usage_date, a.cluster_name, a.driver_node_type, a.worker_node_type, a.worker_count,
  a.min_autoscale_workers, a.max_autoscale_workers, a.auto_termination_minutes, a.dbr_version, a.data_security_mode,
  a.availability, CAST(a.first_on_demand AS BIGINT) AS first_on_demand, a.zone_id, a.enable_elastic_disk, a.policy_id, a.run_dbus,
  d.dbus AS cluster_dbus, d.driver_hours, d.worker_hours, d.inferred_hours, d.unrated_hours,
  d.vm_cost AS cluster_vm_cost, d.vm_basis
FROM at_run AS a
LEFT JOIN cluster_day AS d
  ON d.usage_date = a.usage_date AND d.workspace_id = :workspace_id AND d.cluster_id = a.cluster_id
  AND d.usage_date >= :start_date AND d.usage_date < :end_date
