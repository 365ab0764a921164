-- Virtual machines of each classic cluster and day: node hours, and what they cost at the cloud.
-- Row: (usage_date, workspace_id, cluster_id)
-- Params: start_date DATE, end_date DATE
-- Returns: usage_date DATE, workspace_id STRING, cluster_id STRING, dbus DECIMAL(38,12), driver_hours DOUBLE,
--   worker_hours DOUBLE, inferred_hours DOUBLE, unrated_hours DOUBLE, vm_cost DECIMAL(38,12), vm_basis STRING,
--   vm_currency STRING
-- Source: hours are distinct node minutes / 60; spot share from the instance events, else from the configuration
--   (the first_on_demand nodes, driver included, are on demand). Nodes that the timeline misses (it drops short
--   lives) are inferred from billed DBUs / (node DBU rate x Photon factor) when it explains under 90 % of the bill.
--   A cloud bill wins over any estimate: its lines that carry the ClusterId tag, else a databricks_job_spends table,
--   whose cost is per cluster and day, so rows of several runs that repeat one figure are one figure.
WITH billed_dbus AS (
  SELECT
    usage_date, workspace_id, usage_metadata.cluster_id AS cluster_id,
    MAX(usage_metadata.node_type) AS node_type,
    MAX(COALESCE(product_features.is_photon, FALSE)) AS is_photon,
    MAX(billing_origin_product) AS product, MAX(cloud) AS cloud,
    SUM(usage_quantity) AS dbus,
    -- once here: a wide decimal takes DuckDB 180 ns
    CAST(SUM(usage_quantity) AS DOUBLE) AS dbus_number
  FROM system.billing.usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
    AND usage_unit = 'DBU'
    AND billing_origin_product IN ('JOBS', 'ALL_PURPOSE', 'DLT')
    AND usage_metadata.cluster_id IS NOT NULL
    -- narrowed to job: AND workspace_id <=> :workspace_id AND usage_metadata.cluster_id IN (SELECT usage_metadata.cluster_id FROM system.billing.usage WHERE usage_date >= :start_date AND usage_date < :end_date AND workspace_id <=> :workspace_id AND usage_metadata.job_id = :job_id)
  GROUP BY usage_date, workspace_id, usage_metadata.cluster_id
),
-- however often the timeline repeats a minute of a node, it is one: the minutes of an hour are bits of a number
node_hours AS (
  SELECT
    UNIX_MICROS(start_time) DIV 3600000000 AS hour_no, workspace_id, cluster_id, instance_id, node_type, driver,
    BIT_OR(CAST(FLOOR(POW(2, UNIX_MICROS(start_time) DIV 60000000 % 60)) AS BIGINT)) AS minutes
  FROM system.compute.node_timeline
  WHERE start_time >= :start_date AND start_time < :end_date
    -- narrowed to job: AND workspace_id <=> :workspace_id AND cluster_id IN (SELECT usage_metadata.cluster_id FROM system.billing.usage WHERE usage_date >= :start_date AND usage_date < :end_date AND workspace_id <=> :workspace_id AND usage_metadata.job_id = :job_id)
  GROUP BY UNIX_MICROS(start_time) DIV 3600000000, workspace_id, cluster_id, instance_id, node_type, driver
),
node_days AS (
  SELECT
    CAST(TIMESTAMP_MILLIS(hour_no * 3600000) AS DATE) AS usage_date, workspace_id, cluster_id, instance_id, node_type, driver,
    CAST(SUM(BIT_COUNT(minutes)) AS DOUBLE) / 60 AS hours
  FROM node_hours
  GROUP BY CAST(TIMESTAMP_MILLIS(hour_no * 3600000) AS DATE), workspace_id, cluster_id, instance_id, node_type, driver
  -- true of every row: engines that estimate by conditions then expect fewer machines than usage, and keep the machines
  -- in memory when they join the two, not the usage
  HAVING SUM(BIT_COUNT(minutes)) > 0
),
instances AS (
  SELECT workspace_id, instance_id, MAX(availability_type) AS availability_type
  FROM system.compute.instance_events
  WHERE event_time >= DATE_SUB(:start_date, 31) AND event_time < :end_date
    -- narrowed to job: AND workspace_id <=> :workspace_id
  GROUP BY workspace_id, instance_id
),
seen_nodes AS (
  SELECT
    n.usage_date, n.workspace_id, n.cluster_id, n.instance_id, n.node_type, n.driver, n.hours, i.availability_type
  FROM node_days AS n
  LEFT JOIN instances AS i ON i.workspace_id = n.workspace_id AND i.instance_id = n.instance_id
),
-- the configuration is asked about workers that no event tells of
versions AS (
  SELECT
    workspace_id, cluster_id, change_time,
    LEAD(change_time) OVER (PARTITION BY workspace_id, cluster_id ORDER BY change_time) AS next_change,
    ROW_NUMBER() OVER (PARTITION BY workspace_id, cluster_id ORDER BY change_time) AS version,
    COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
    COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand, 1) AS first_on_demand
  FROM system.compute.clusters
  WHERE cluster_id IN (SELECT cluster_id FROM seen_nodes WHERE availability_type IS NULL AND NOT driver)
  -- two versions stamped with the same time are one
  QUALIFY ROW_NUMBER() OVER (PARTITION BY workspace_id, cluster_id, change_time ORDER BY cluster_name, owned_by) = 1
),
node_costs AS (
  SELECT
    n.usage_date, n.workspace_id, n.cluster_id, n.driver, n.hours, n.node_type,
    p.dbu_per_hour,
    p.usd_per_hour AS on_demand_price,
    p.spot_share,
    CASE
      WHEN n.availability_type IS NOT NULL THEN n.availability_type IN ('SPOT', 'PREEMPTIBLE')
      WHEN n.driver THEN FALSE
      WHEN v.availability LIKE 'SPOT%' OR v.availability LIKE 'PREEMPTIBLE%'
        THEN ROW_NUMBER() OVER (
          PARTITION BY n.usage_date, n.workspace_id, n.cluster_id ORDER BY n.driver DESC, n.hours DESC, n.instance_id
        ) > v.first_on_demand
      ELSE FALSE
    END AS is_spot
  FROM seen_nodes AS n
  -- the version in force at the end of the day; a cluster first seen later takes its first version
  LEFT JOIN versions AS v
    ON v.workspace_id = n.workspace_id AND v.cluster_id = n.cluster_id
    AND (v.change_time < DATE_ADD(n.usage_date, 1) OR v.version = 1)
    AND (v.next_change IS NULL OR v.next_change >= DATE_ADD(n.usage_date, 1))
  LEFT JOIN reference.vm_prices AS p ON p.node_type = n.node_type
),
timeline AS (
  SELECT
    usage_date, workspace_id, cluster_id,
    SUM(CASE WHEN driver THEN hours ELSE 0 END) AS driver_hours,
    SUM(CASE WHEN driver THEN 0 ELSE hours END) AS worker_hours,
    SUM(CASE WHEN on_demand_price IS NULL THEN hours ELSE 0 END) AS unrated_hours,
    SUM(hours * dbu_per_hour) AS rated_dbus,
    SUM(hours * on_demand_price * CASE WHEN is_spot THEN spot_share ELSE 1 END) AS seen_cost
  FROM node_costs
  GROUP BY usage_date, workspace_id, cluster_id
  -- true of every row, as above
  HAVING SUM(hours) > 0
),
spend_table AS (
  SELECT
    usage_date, cluster_id,
    CASE WHEN COUNT(*) > 1 AND MIN(ec2_cost) = MAX(ec2_cost) THEN MAX(ec2_cost) ELSE SUM(ec2_cost) END AS billed_cost
  FROM external.databricks_job_spends
  WHERE usage_date >= :start_date AND usage_date < :end_date AND cluster_id IS NOT NULL AND ec2_cost IS NOT NULL
  GROUP BY usage_date, cluster_id
),
-- the cloud's own bill, in the currency that most of a cluster's day is billed in
cloud_sums AS (
  SELECT usage_date, cluster_id, currency, SUM(cost) AS billed_cost
  FROM external.cloud_costs
  WHERE usage_date >= :start_date AND usage_date < :end_date AND cluster_id IS NOT NULL
    AND warehouse_id IS NULL
  GROUP BY usage_date, cluster_id, currency
),
cloud_lines AS (
  SELECT usage_date, cluster_id, currency, billed_cost
  FROM cloud_sums
  QUALIFY ROW_NUMBER() OVER (PARTITION BY usage_date, cluster_id ORDER BY billed_cost DESC, currency) = 1
),
cloud_bill AS (
  SELECT
    COALESCE(l.usage_date, s.usage_date) AS usage_date,
    COALESCE(l.cluster_id, s.cluster_id) AS cluster_id,
    COALESCE(l.billed_cost, s.billed_cost) AS billed_cost,
    l.currency AS billed_currency
  FROM cloud_lines AS l
  FULL OUTER JOIN spend_table AS s ON s.usage_date = l.usage_date AND s.cluster_id = l.cluster_id
),
estimated AS (
  SELECT
    COALESCE(b.usage_date, t.usage_date) AS usage_date,
    COALESCE(b.workspace_id, t.workspace_id) AS workspace_id,
    COALESCE(b.cluster_id, t.cluster_id) AS cluster_id,
    b.dbus,
    COALESCE(t.driver_hours, 0) AS driver_hours,
    COALESCE(t.worker_hours, 0) AS worker_hours,
    COALESCE(t.unrated_hours, 0) AS unrated_hours,
    t.seen_cost,
    p.usd_per_hour AS missing_price,
    CASE
      WHEN b.dbus > 0 AND p.dbu_per_hour > 0
        AND COALESCE(t.rated_dbus, 0) * CASE WHEN b.is_photon THEN f.photon_factor ELSE 1 END < 0.9 * b.dbus_number
        THEN b.dbus_number / (p.dbu_per_hour * CASE WHEN b.is_photon THEN f.photon_factor ELSE 1 END)
          - COALESCE(t.rated_dbus, 0) / p.dbu_per_hour
      ELSE 0
    END AS inferred_hours
  FROM billed_dbus AS b
  FULL OUTER JOIN timeline AS t
    ON t.usage_date = b.usage_date AND t.workspace_id = b.workspace_id AND t.cluster_id = b.cluster_id
  LEFT JOIN reference.vm_prices AS p ON p.node_type = b.node_type
  LEFT JOIN reference.photon_factors AS f ON f.cloud = b.cloud AND f.product = b.product
)
SELECT
  COALESCE(e.usage_date, c.usage_date) AS usage_date,
  e.workspace_id AS workspace_id,
  COALESCE(e.cluster_id, c.cluster_id) AS cluster_id,
  e.dbus AS dbus,
  COALESCE(e.driver_hours, 0) AS driver_hours,
  COALESCE(e.worker_hours, 0) AS worker_hours,
  COALESCE(e.inferred_hours, 0) AS inferred_hours,
  COALESCE(e.unrated_hours, 0) AS unrated_hours,
  CASE
    WHEN c.billed_cost IS NOT NULL THEN CAST(c.billed_cost AS DECIMAL(38,12))
    WHEN e.seen_cost IS NULL AND e.inferred_hours = 0 THEN NULL
    ELSE CAST(COALESCE(e.seen_cost, 0) + e.inferred_hours * COALESCE(e.missing_price, 0) AS DECIMAL(38,12))
  END AS vm_cost,
  CASE
    WHEN c.billed_cost IS NOT NULL THEN 'billed'
    WHEN e.seen_cost IS NOT NULL OR e.inferred_hours > 0 THEN 'estimated'
  END AS vm_basis,
  CASE
    WHEN c.billed_cost IS NOT NULL THEN c.billed_currency
    WHEN e.seen_cost IS NOT NULL OR e.inferred_hours > 0 THEN 'USD'
  END AS vm_currency
FROM estimated AS e
FULL OUTER JOIN cloud_bill AS c ON c.usage_date = e.usage_date AND c.cluster_id = e.cluster_id
