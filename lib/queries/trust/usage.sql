-- What may be odd about the usage of a period: duplicates, corrections, unknown products, days without any.
-- Row: one
-- Params: start_date DATE, end_date DATE
-- Returns: records BIGINT, distinct_records BIGINT, corrections BIGINT, lone_retractions BIGINT,
--   corrected_share DOUBLE, days BIGINT, first_day DATE, last_day DATE, no_workspace BIGINT, no_owner BIGINT,
--   outside_hours BIGINT, wrong_date BIGINT
SELECT
  CAST(COALESCE(SUM(records), 0) AS BIGINT) AS records,
  CAST(COALESCE(SUM(distinct_records), 0) AS BIGINT) AS distinct_records,
  CAST(COALESCE(SUM(corrections), 0) AS BIGINT) AS corrections,
  CAST(COALESCE(SUM(lone_retractions), 0) AS BIGINT) AS lone_retractions,
  CAST(SUM(corrections) AS DOUBLE) / NULLIF(CAST(SUM(records) AS DOUBLE), 0) AS corrected_share,
  COUNT(*) AS days,
  MIN(usage_date) AS first_day,
  MAX(usage_date) AS last_day,
  CAST(COALESCE(SUM(no_workspace), 0) AS BIGINT) AS no_workspace,
  CAST(COALESCE(SUM(no_owner), 0) AS BIGINT) AS no_owner,
  CAST(COALESCE(SUM(outside_hours), 0) AS BIGINT) AS outside_hours,
  CAST(COALESCE(SUM(wrong_date), 0) AS BIGINT) AS wrong_date
FROM usage_days
WHERE usage_date >= :start_date AND usage_date < :end_date
