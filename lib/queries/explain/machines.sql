-- Machines behind a VM cost: cluster days by how their cost is known, and the part of it that lies in the view.
-- Row: (vm_basis)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING, kind STRING,
--   object_keys ARRAY<STRING>
-- Returns: vm_basis STRING, cluster_days BIGINT, node_hours DOUBLE, inferred_hours DOUBLE, unrated_hours DOUBLE,
--   whole_cost DECIMAL(38,12), vm_cost DECIMAL(38,12)
-- Source: kind is job or cluster; object_keys are workspace_id/id. whole_cost is what the machines of those days cost
--   together; vm_cost the part of the usage in view, which is the figure.
WITH shares AS (
  SELECT usage_date, workspace_id, cluster_id, vm_basis, SUM(vm_cost) AS vm_cost
  FROM spend_selected
  WHERE vm_cost IS NOT NULL
    AND (:kind IS NULL OR (:kind = 'job' AND job_id IS NOT NULL) OR (:kind = 'cluster' AND cluster_id IS NOT NULL))
    AND (
      :object_keys IS NULL
      OR ARRAY_CONTAINS(
        CAST(:object_keys AS ARRAY<STRING>),
        CONCAT(COALESCE(workspace_id, ''), '/', CASE :kind WHEN 'job' THEN job_id ELSE cluster_id END)
      )
    )
  GROUP BY usage_date, workspace_id, cluster_id, vm_basis
)
SELECT
  s.vm_basis,
  COUNT(*) AS cluster_days,
  SUM(d.driver_hours + d.worker_hours) AS node_hours,
  SUM(d.inferred_hours) AS inferred_hours,
  SUM(d.unrated_hours) AS unrated_hours,
  CAST(SUM(d.vm_cost) AS DECIMAL(38,12)) AS whole_cost,
  CAST(SUM(s.vm_cost) AS DECIMAL(38,12)) AS vm_cost
FROM shares AS s
LEFT JOIN cluster_day AS d
  ON d.usage_date = s.usage_date AND d.cluster_id = s.cluster_id AND d.workspace_id <=> s.workspace_id
  AND d.usage_date >= :start_date AND d.usage_date < :end_date
GROUP BY s.vm_basis
