-- What may be odd about the usage of a period: duplicates, corrections, unknown products, days without any.
-- Row: one
-- Params: start_date DATE, end_date DATE
-- Returns: records BIGINT, distinct_records BIGINT, corrections BIGINT, lone_retractions BIGINT,
--   corrected_share DOUBLE, days BIGINT, first_day DATE, last_day DATE, no_workspace BIGINT, no_owner BIGINT,
--   outside_hours BIGINT, wrong_date BIGINT
-- Source: a retraction repeats the fields of its record with a negative quantity, usually followed by a restatement.
WITH period AS (
  SELECT
    record_id, record_type, usage_quantity, usage_date, workspace_id, usage_start_time, usage_end_time, sku_name,
    identity_metadata.run_as AS run_as, identity_metadata.owned_by AS owned_by, identity_metadata.created_by AS created_by
  FROM system.billing.usage
  WHERE usage_date >= :start_date AND usage_date < :end_date
),
corrected AS (
  SELECT usage_date, workspace_id, sku_name, usage_start_time,
    COUNT_IF(record_type = 'RETRACTION') AS retractions,
    COUNT_IF(record_type = 'RESTATEMENT') AS restatements
  FROM period
  WHERE record_type <> 'ORIGINAL'
  GROUP BY usage_date, workspace_id, sku_name, usage_start_time
),
alone AS (
  SELECT CAST(SUM(GREATEST(retractions - restatements, 0)) AS BIGINT) AS lone_retractions FROM corrected
)
SELECT
  COUNT(*) AS records,
  COUNT(DISTINCT p.record_id) AS distinct_records,
  COUNT_IF(p.record_type <> 'ORIGINAL') AS corrections,
  COALESCE(MAX(a.lone_retractions), 0) AS lone_retractions,
  CAST(SUM(CASE WHEN p.record_type <> 'ORIGINAL' THEN 1 ELSE 0 END) AS DOUBLE) / NULLIF(COUNT(*), 0) AS corrected_share,
  COUNT(DISTINCT p.usage_date) AS days,
  MIN(p.usage_date) AS first_day,
  MAX(p.usage_date) AS last_day,
  COUNT_IF(p.workspace_id IS NULL) AS no_workspace,
  COUNT_IF(COALESCE(p.run_as, p.owned_by, p.created_by) IS NULL) AS no_owner,
  COUNT_IF(UNIX_TIMESTAMP(p.usage_end_time) - UNIX_TIMESTAMP(p.usage_start_time) > 3600) AS outside_hours,
  COUNT_IF(p.usage_date <> CAST(p.usage_start_time AS DATE)) AS wrong_date
FROM period AS p
CROSS JOIN alone AS a
