-- Cost of each statement in each billed hour: attributed by Databricks, else its share of the hour by work.
-- Row: (usage_date, hour, currency, workspace_id, resource_kind, resource_id, statement_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, hour TIMESTAMP, currency STRING, workspace_id STRING, resource_kind STRING, resource_id STRING,
--   statement_id STRING, state STRING, work DOUBLE, hour_work DOUBLE, used_share DOUBLE, list_cost DECIMAL(38,12), cost DECIMAL(38,12)
-- Source: cost of the hour x used share x own work / all work; work is the active quantity where Databricks attributes it.
--   Pending hours have no cost yet. What is left of an hour is idle (on, no work) or unattributed.
WITH pieces AS (
  SELECT resource_kind, workspace_id, resource_id, hour, statement_id, work, FALSE AS attributed FROM statement_work
  UNION ALL
  SELECT 'warehouse' AS resource_kind, workspace_id, warehouse_id AS resource_id, hour, statement_id, active_quantity AS work, TRUE AS attributed
  FROM attributed_hours
)
SELECT
  h.usage_date, h.hour, h.currency, h.workspace_id, h.resource_kind, h.resource_id, w.statement_id, h.state,
  w.work, h.work AS hour_work, h.used_share,
  CAST(CAST(h.list_cost AS DOUBLE) * h.used_share * TRY_DIVIDE(w.work, h.work) AS DECIMAL(38,12)) AS list_cost,
  CAST(CAST(h.cost AS DOUBLE) * h.used_share * TRY_DIVIDE(w.work, h.work) AS DECIMAL(38,12)) AS cost
FROM pieces AS w
INNER JOIN warehouse_hours AS h
  ON h.resource_kind = w.resource_kind AND h.workspace_id <=> w.workspace_id AND h.resource_id = w.resource_id AND h.hour = w.hour
WHERE h.usage_date >= :start_date AND h.usage_date < :end_date
  AND (
    (h.state IN ('allocated', 'pending') AND NOT w.attributed)
    OR (h.state = 'attributed' AND w.attributed)
  )
