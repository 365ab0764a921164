-- How VM cost is known in a period: billed, estimated from the timeline, inferred from DBUs, or not at all.
-- Row: one
-- Params: start_date DATE, end_date DATE
-- Returns: cluster_days BIGINT, billed_days BIGINT, estimated_days BIGINT, unknown_days BIGINT, node_hours DOUBLE,
--   inferred_hours DOUBLE, unrated_hours DOUBLE, vm_cost DOUBLE,
--   machines_only_days BIGINT, machines_only_cost DOUBLE
SELECT
  COUNT(*) AS cluster_days,
  COUNT_IF(vm_basis = 'billed') AS billed_days,
  COUNT_IF(vm_basis = 'estimated') AS estimated_days,
  COUNT_IF(vm_cost IS NULL) AS unknown_days,
  COALESCE(SUM(driver_hours + worker_hours), 0) AS node_hours,
  COALESCE(SUM(inferred_hours), 0) AS inferred_hours,
  COALESCE(SUM(unrated_hours), 0) AS unrated_hours,
  CAST(SUM(vm_cost) AS DOUBLE) AS vm_cost,
  COUNT_IF(vm_cost IS NOT NULL AND COALESCE(dbus, 0) <= 0) AS machines_only_days,
  CAST(SUM(CASE WHEN COALESCE(dbus, 0) <= 0 THEN vm_cost END) AS DOUBLE) AS machines_only_cost
FROM cluster_day
WHERE usage_date >= :start_date AND usage_date < :end_date
