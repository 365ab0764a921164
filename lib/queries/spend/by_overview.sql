-- Spend by any two dimensions, with the names of what they identify; for those the overview ledger keeps, without
-- filters on owners and tags: the answer is that of spend/by, at any size of account in the same time.
-- Row: (key1, key2, workspace_id, usage_unit)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, serverless BOOLEAN, dim1 STRING, dim2 STRING
-- Returns: key1 STRING, name1 STRING, key2 STRING, name2 STRING, workspace_id STRING, usage_unit STRING, records BIGINT,
--   usage_quantity DECIMAL(38,18), dbus DECIMAL(38,18), list_cost DECIMAL(38,12), contract_cost DECIMAL(38,12),
--   cost DECIMAL(38,12), unpriced_quantity DECIMAL(38,18), vm_cost DECIMAL(38,12)
-- Source: quantities of different units are never added, so the unit is part of the row; ids of jobs and other objects
--   are unique in their workspace only, so it is part of the row too.
-- Narrows: currency
WITH keyed AS (
  SELECT
    CASE :dim1
      WHEN 'day' THEN DATE_FORMAT(usage_date, 'yyyy-MM-dd')
      WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', usage_date), 'yyyy-MM-dd')
      WHEN 'month' THEN DATE_FORMAT(usage_date, 'yyyy-MM')
      WHEN 'product' THEN product
      WHEN 'sku' THEN sku_name
      WHEN 'workspace' THEN workspace_id
      WHEN 'cloud' THEN cloud
      WHEN 'serverless' THEN CASE WHEN is_serverless THEN 'true' WHEN NOT is_serverless THEN 'false' END
    END AS key1,
    CASE :dim2
      WHEN 'day' THEN DATE_FORMAT(usage_date, 'yyyy-MM-dd')
      WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', usage_date), 'yyyy-MM-dd')
      WHEN 'month' THEN DATE_FORMAT(usage_date, 'yyyy-MM')
      WHEN 'product' THEN product
      WHEN 'sku' THEN sku_name
      WHEN 'workspace' THEN workspace_id
      WHEN 'cloud' THEN cloud
      WHEN 'serverless' THEN CASE WHEN is_serverless THEN 'true' WHEN NOT is_serverless THEN 'false' END
    END AS key2,
    usage_unit, records, usage_quantity, list_cost, cost AS contract_cost,
    CASE WHEN :base = 'contract' THEN cost ELSE list_cost END AS cost, unpriced_quantity, vm_cost
  FROM spend_overview
  WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(workspace_id, '')))
    AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(product, '')))
    AND (:serverless IS NULL OR COALESCE(is_serverless, TRUE) = :serverless)
),
grouped AS (
  SELECT
    key1, key2, usage_unit,
    CAST(SUM(records) AS BIGINT) AS records,
    SUM(usage_quantity) AS usage_quantity,
    SUM(list_cost) AS list_cost,
    SUM(contract_cost) AS contract_cost,
    SUM(cost) AS cost,
    SUM(unpriced_quantity) AS unpriced_quantity,
    SUM(vm_cost) AS vm_cost
  FROM keyed
  GROUP BY key1, key2, usage_unit
)
SELECT
  g.key1, w1.workspace_name AS name1, g.key2, w2.workspace_name AS name2, CAST(NULL AS STRING) AS workspace_id,
  g.usage_unit, g.records, g.usage_quantity,
  CASE WHEN g.usage_unit = 'DBU' THEN g.usage_quantity END AS dbus, g.list_cost, g.contract_cost, g.cost,
  g.unpriced_quantity, g.vm_cost
FROM grouped AS g
LEFT JOIN (SELECT workspace_id, workspace_name FROM workspaces WHERE :dim1 = 'workspace') AS w1 ON w1.workspace_id = g.key1
LEFT JOIN (SELECT workspace_id, workspace_name FROM workspaces WHERE :dim2 = 'workspace') AS w2 ON w2.workspace_id = g.key2
