-- What SQL compute cost on each day and for whom: statements by person and source, idle and unattributed time as lines of their own.
-- Row: (usage_date, workspace_id, warehouse_id, part, executed_by, source_kind, source_id)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: usage_date DATE, workspace_id STRING, workspace_name STRING, warehouse_id STRING, warehouse_name STRING, part STRING,
--   executed_by STRING, source_kind STRING, source_id STRING, statements BIGINT, list_cost DECIMAL(38,12), cost DECIMAL(38,12)
-- Source: part is statements, idle or unattributed; of a warehouse and day they add up to its bill. Statements on serverless runs and
--   notebooks have no warehouse.
WITH parts AS (
  SELECT
    usage_date, workspace_id, warehouse_id, 'statements' AS part, executed_by, source_kind, source_id,
    SUM(runs) AS statements, SUM(list_cost) AS list_cost, SUM(cost) AS cost
  FROM statement_cost_daily
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
  GROUP BY usage_date, workspace_id, warehouse_id, executed_by, source_kind, source_id
  UNION ALL
  SELECT
    usage_date, workspace_id, resource_id AS warehouse_id, 'idle' AS part, CAST(NULL AS STRING) AS executed_by,
    CAST(NULL AS STRING) AS source_kind, CAST(NULL AS STRING) AS source_id, CAST(0 AS BIGINT) AS statements,
    SUM(idle_list_cost) AS list_cost, SUM(idle_cost) AS cost
  FROM warehouse_hours
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND resource_kind = 'warehouse'
  GROUP BY usage_date, workspace_id, resource_id
  UNION ALL
  SELECT
    usage_date, workspace_id, resource_id AS warehouse_id, 'unattributed' AS part, CAST(NULL AS STRING) AS executed_by,
    CAST(NULL AS STRING) AS source_kind, CAST(NULL AS STRING) AS source_id, CAST(0 AS BIGINT) AS statements,
    SUM(unattributed_list_cost) AS list_cost, SUM(unattributed_cost) AS cost
  FROM warehouse_hours
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency AND resource_kind = 'warehouse'
  GROUP BY usage_date, workspace_id, resource_id
)
SELECT
  p.usage_date, p.workspace_id, w.workspace_name, p.warehouse_id, o.object_name AS warehouse_name, p.part, p.executed_by, p.source_kind,
  p.source_id, p.statements,
  CAST(p.list_cost AS DECIMAL(38,12)) AS list_cost,
  CAST(p.cost AS DECIMAL(38,12)) AS cost
FROM parts AS p
LEFT JOIN workspaces AS w ON w.workspace_id = p.workspace_id
LEFT JOIN object_names AS o ON o.object_kind = 'warehouse' AND o.workspace_id = p.workspace_id AND o.object_id = p.warehouse_id
WHERE p.part = 'statements' OR p.list_cost <> 0 OR p.cost <> 0
