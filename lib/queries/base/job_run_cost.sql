-- What each job run cost on each day; usage of a job that names no run has run_id NULL.
-- Row: (usage_date, currency, workspace_id, job_id, run_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, currency STRING, workspace_id STRING, job_id STRING, run_id STRING, owner STRING,
--   is_serverless BOOLEAN, dbus DECIMAL(38,18), list_cost DECIMAL(38,12), cost DECIMAL(38,12),
--   unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12), vm_basis STRING
-- Source: product JOBS with a job id is exact per run. A run over midnight has a row a day, so its cost is the sum
--   over a window wider than the report. Machines: the run's share of its clusters' DBUs that day.
WITH by_cluster AS (
  SELECT
    usage_date, currency, workspace_id, job_id, job_run_id AS run_id, cluster_id,
    MAX(owner) AS owner,
    MAX(is_serverless) AS is_serverless,
    SUM(CASE WHEN usage_unit = 'DBU' THEN usage_quantity END) AS dbus,
    SUM(list_cost) AS list_cost,
    SUM(cost) AS cost,
    SUM(CASE WHEN price_source IS NULL THEN usage_quantity ELSE CAST(0 AS DECIMAL(38,18)) END) AS unpriced_quantity
  FROM priced_usage
  WHERE usage_date >= :start_date AND usage_date < :end_date AND job_id IS NOT NULL
  GROUP BY usage_date, currency, workspace_id, job_id, job_run_id, cluster_id
),
with_machines AS (
  SELECT
    b.usage_date, b.currency, b.workspace_id, b.job_id, b.run_id, b.owner, b.is_serverless, b.dbus, b.list_cost, b.cost,
    b.unpriced_quantity,
    CASE
      WHEN m.dbus > 0 THEN CAST(CAST(m.vm_cost AS DOUBLE) * CAST(b.dbus AS DOUBLE) / CAST(m.dbus AS DOUBLE) AS DECIMAL(38,12))
    END AS vm_cost,
    CASE WHEN m.dbus > 0 AND m.vm_cost IS NOT NULL THEN m.vm_basis END AS vm_basis
  FROM by_cluster AS b
  LEFT JOIN cluster_day AS m
    ON m.usage_date = b.usage_date AND m.workspace_id = b.workspace_id AND m.cluster_id = b.cluster_id
    AND COALESCE(m.vm_currency, :currency) = b.currency
    AND m.usage_date >= :start_date AND m.usage_date < :end_date
)
SELECT
  usage_date, currency, workspace_id, job_id, run_id,
  MAX(owner) AS owner,
  MAX(is_serverless) AS is_serverless,
  SUM(dbus) AS dbus,
  CAST(SUM(list_cost) AS DECIMAL(38,12)) AS list_cost,
  CAST(SUM(cost) AS DECIMAL(38,12)) AS cost,
  SUM(unpriced_quantity) AS unpriced_quantity,
  SUM(vm_cost) AS vm_cost,
  MAX(vm_basis) AS vm_basis
FROM with_machines
GROUP BY usage_date, currency, workspace_id, job_id, run_id
UNION ALL
-- an account known by its job spend table only
SELECT
  usage_date, CAST(:currency AS STRING) AS currency, NULL AS workspace_id, job_id, run_id, NULL AS owner,
  NULL AS is_serverless, NULL AS dbus, SUM(databricks_cost) AS list_cost, SUM(databricks_cost) AS cost,
  NULL AS unpriced_quantity, SUM(vm_cost) AS vm_cost, MAX(CASE WHEN vm_cost IS NOT NULL THEN 'billed' END) AS vm_basis
FROM imported_spends
WHERE usage_date >= :start_date AND usage_date < :end_date AND job_id IS NOT NULL
GROUP BY usage_date, job_id, run_id
