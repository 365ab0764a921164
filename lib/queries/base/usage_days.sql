-- What may be odd about the usage of each day: duplicates, corrections, rows without a workspace or an owner.
-- Row: (usage_date)
-- Params: start_date DATE, end_date DATE
-- Returns: usage_date DATE, records BIGINT, distinct_records BIGINT, corrections BIGINT, lone_retractions BIGINT,
--   no_workspace BIGINT, no_owner BIGINT, outside_hours BIGINT, wrong_date BIGINT
-- Source: a retraction repeats the fields of its record with a negative quantity, usually followed by a restatement.
--   A record that is delivered twice has the same day both times.
WITH period AS (
  SELECT
    record_id, record_type, usage_date, workspace_id, usage_start_time, usage_end_time, sku_name,
    COALESCE(identity_metadata.run_as, identity_metadata.owned_by, identity_metadata.created_by) AS owner
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
  SELECT usage_date, CAST(SUM(GREATEST(retractions - restatements, 0)) AS BIGINT) AS lone_retractions
  FROM corrected
  GROUP BY usage_date
),
counted AS (
  SELECT
    usage_date,
    COUNT(*) AS records,
    COUNT(DISTINCT record_id) AS distinct_records,
    COUNT_IF(record_type <> 'ORIGINAL') AS corrections,
    COUNT_IF(workspace_id IS NULL) AS no_workspace,
    COUNT_IF(owner IS NULL) AS no_owner,
    COUNT_IF(UNIX_TIMESTAMP(usage_end_time) - UNIX_TIMESTAMP(usage_start_time) > 3600) AS outside_hours,
    COUNT_IF(usage_date <> CAST(usage_start_time AS DATE)) AS wrong_date
  FROM period
  GROUP BY usage_date
)
SELECT
  c.usage_date, c.records, c.distinct_records, c.corrections, COALESCE(a.lone_retractions, 0) AS lone_retractions,
  c.no_workspace, c.no_owner, c.outside_hours, c.wrong_date
FROM counted AS c
LEFT JOIN alone AS a ON a.usage_date = c.usage_date
