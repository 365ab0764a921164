-- What did each workspace cost in the last 30 days?
-- Row: (workspace_id, currency)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: workspace_id STRING, workspace_name STRING, currency STRING, total_cost DECIMAL(38,12)
WITH newest AS (
  SELECT MAX(usage_date) AS last_day FROM spend_daily
),
spent AS (
  SELECT
    s.workspace_id, s.currency,
    CAST(SUM(COALESCE(s.cost + s.vm_cost, s.cost, s.vm_cost)) AS DECIMAL(38,12)) AS total_cost
  FROM spend_daily AS s
  CROSS JOIN newest AS n
  WHERE s.usage_date > DATE_SUB(n.last_day, 30)
  GROUP BY s.workspace_id, s.currency
)
SELECT t.workspace_id, w.workspace_name, t.currency, t.total_cost
FROM spent AS t
LEFT JOIN workspaces AS w ON w.workspace_id = t.workspace_id
