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
SELECT
  CASE :dim1
    WHEN 'day' THEN CAST(s.usage_date AS STRING)
    WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', s.usage_date), 'yyyy-MM-dd')
    WHEN 'month' THEN DATE_FORMAT(s.usage_date, 'yyyy-MM')
    WHEN 'product' THEN s.product
    WHEN 'sku' THEN s.sku_name
    WHEN 'workspace' THEN s.workspace_id
    WHEN 'cloud' THEN s.cloud
    WHEN 'serverless' THEN CASE WHEN s.is_serverless THEN 'true' WHEN NOT s.is_serverless THEN 'false' END
  END AS key1,
  CAST(CASE WHEN :dim1 = 'workspace' THEN MAX(w.workspace_name) END AS STRING) AS name1,
  CASE :dim2
    WHEN 'day' THEN CAST(s.usage_date AS STRING)
    WHEN 'week' THEN DATE_FORMAT(DATE_TRUNC('WEEK', s.usage_date), 'yyyy-MM-dd')
    WHEN 'month' THEN DATE_FORMAT(s.usage_date, 'yyyy-MM')
    WHEN 'product' THEN s.product
    WHEN 'sku' THEN s.sku_name
    WHEN 'workspace' THEN s.workspace_id
    WHEN 'cloud' THEN s.cloud
    WHEN 'serverless' THEN CASE WHEN s.is_serverless THEN 'true' WHEN NOT s.is_serverless THEN 'false' END
  END AS key2,
  CAST(CASE WHEN :dim2 = 'workspace' THEN MAX(w.workspace_name) END AS STRING) AS name2,
  CAST(NULL AS STRING) AS workspace_id,
  s.usage_unit,
  CAST(SUM(s.records) AS BIGINT) AS records,
  SUM(s.usage_quantity) AS usage_quantity,
  CASE WHEN s.usage_unit = 'DBU' THEN SUM(s.usage_quantity) END AS dbus,
  SUM(s.list_cost) AS list_cost,
  SUM(s.cost) AS contract_cost,
  CASE WHEN :base = 'contract' THEN SUM(s.cost) ELSE SUM(s.list_cost) END AS cost,
  SUM(s.unpriced_quantity) AS unpriced_quantity,
  SUM(s.vm_cost) AS vm_cost
FROM spend_overview AS s
LEFT JOIN workspaces AS w ON (:dim1 = 'workspace' OR :dim2 = 'workspace') AND w.workspace_id = s.workspace_id
WHERE s.usage_date >= :start_date AND s.usage_date < :end_date AND s.currency = :currency
  AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(s.workspace_id, '')))
  AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(s.product, '')))
  AND (:serverless IS NULL OR COALESCE(s.is_serverless, TRUE) = :serverless)
GROUP BY key1, key2, s.usage_unit
