-- Shared compute that a job's tasks used, estimated.
-- Row: (resource_kind, resource_id)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspace_id STRING, job_id STRING, run_id STRING
-- Returns: resource_kind STRING, resource_id STRING, resource_name STRING, work_s DOUBLE, shared_cost DECIMAL(38,12)
-- Narrows: job, currency, people
SELECT
  s.resource_kind, s.resource_id,
  MAX(o.object_name) AS resource_name,
  SUM(s.work_s) AS work_s,
  SUM(CASE WHEN :base = 'contract' THEN s.shared_cost ELSE s.shared_list_cost END) AS shared_cost
FROM shared_job_cost AS s
LEFT JOIN object_names AS o
  ON o.object_kind = s.resource_kind AND o.workspace_id = s.workspace_id AND o.object_id = s.resource_id
WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.currency = :currency
  AND s.workspace_id = :workspace_id AND s.job_id = :job_id
  AND (:run_id IS NULL OR s.run_id = :run_id)
GROUP BY s.resource_kind, s.resource_id
