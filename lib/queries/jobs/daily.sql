-- What jobs cost day by day: all of them, some, one, or only their runs that ended in one way.
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING,
--   job_keys ARRAY<STRING>, result STRING
-- Returns: usage_date DATE, dbus DECIMAL(38,18), dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12)
-- Source: job_keys are workspace_id/job_id.
-- Narrows: currency
WITH ledger AS (
  SELECT usage_date, CASE WHEN usage_unit = 'DBU' THEN usage_quantity END AS dbus, cost AS dbu_cost, vm_cost
  FROM spend_selected
  WHERE job_id IS NOT NULL AND :result IS NULL
    AND (
      :job_keys IS NULL
      OR ARRAY_CONTAINS(CAST(:job_keys AS ARRAY<STRING>), CONCAT(COALESCE(workspace_id, ''), '/', job_id))
    )
),
ended AS (
  SELECT
    c.usage_date, c.dbus, CASE WHEN :base = 'contract' THEN c.cost ELSE c.list_cost END AS dbu_cost, c.vm_cost
  FROM job_run_cost AS c
  INNER JOIN job_runs AS r ON r.workspace_id <=> c.workspace_id AND r.job_id = c.job_id AND r.run_id = c.run_id
  WHERE c.usage_date >= :start_date AND c.usage_date < :end_date AND c.currency = :currency
    AND r.final_state = :result
    AND (
      :job_keys IS NULL
      OR ARRAY_CONTAINS(CAST(:job_keys AS ARRAY<STRING>), CONCAT(COALESCE(c.workspace_id, ''), '/', c.job_id))
    )
),
either AS (
  SELECT usage_date, dbus, dbu_cost, vm_cost FROM ledger
  UNION ALL
  SELECT usage_date, dbus, dbu_cost, vm_cost FROM ended
)
SELECT usage_date, SUM(dbus) AS dbus, SUM(dbu_cost) AS dbu_cost, SUM(vm_cost) AS vm_cost
FROM either
GROUP BY usage_date
