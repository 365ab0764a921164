-- What each product, workspace, job and owner cost together: in a period, in its complete days and in those before them.
-- Row: (product, workspace_id, job_id, owner)
-- Params: start_date DATE, end_date DATE, currency STRING, base STRING, workspaces ARRAY<STRING>,
--   products ARRAY<STRING>, owners ARRAY<STRING>, serverless BOOLEAN, tag_key STRING, tag_value STRING,
--   period_start DATE, period_end DATE, recent_start DATE, recent_end DATE, previous_start DATE, previous_end DATE
-- Returns: product STRING, workspace_id STRING, job_id STRING, owner STRING, dbus DECIMAL(38,18),
--   dbu_cost DECIMAL(38,12), vm_cost DECIMAL(38,12), total_cost DECIMAL(38,12), recent_cost DECIMAL(38,12),
--   previous_cost DECIMAL(38,12)
-- Source: a span of days is what its last day and each month's end in it say, less what the day before it says unless that
--   ends a month. Those few days are read, in whatever number of days they stand for; :start_date is the first of a month.
--   Tags are not kept by month: a view narrowed to one reads its days.
WITH all_days AS (
  SELECT EXPLODE(SEQUENCE(UNIX_DATE(:start_date), UNIX_DATE(:end_date), 1)) AS day_no
),
dated AS (
  SELECT DATE_FROM_UNIX_DATE(day_no) AS day FROM all_days
),
signed AS (
  SELECT
    day,
    CASE
      WHEN day >= :period_start AND day < :period_end AND (day = DATE_SUB(:period_end, 1) OR day = LAST_DAY(day)) THEN 1
      WHEN day = DATE_SUB(:period_start, 1) AND day <> LAST_DAY(day) THEN -1
    END AS in_period,
    CASE
      WHEN day >= :recent_start AND day < :recent_end AND (day = DATE_SUB(:recent_end, 1) OR day = LAST_DAY(day)) THEN 1
      WHEN day = DATE_SUB(:recent_start, 1) AND day <> LAST_DAY(day) THEN -1
    END AS in_recent,
    CASE
      WHEN day >= :previous_start AND day < :previous_end AND (day = DATE_SUB(:previous_end, 1) OR day = LAST_DAY(day)) THEN 1
      WHEN day = DATE_SUB(:previous_start, 1) AND day <> LAST_DAY(day) THEN -1
    END AS in_previous
  FROM dated
),
edges AS (
  SELECT day, in_period, in_recent, in_previous
  FROM signed
  WHERE :tag_key IS NULL AND COALESCE(in_period, in_recent, in_previous) IS NOT NULL
),
read AS (
  SELECT
    s.product, s.workspace_id, s.job_id, s.owner, e.in_period, e.in_recent, e.in_previous, s.dbus,
    CASE WHEN :base = 'contract' THEN s.priced ELSE s.listed END AS known,
    CASE WHEN :base = 'contract' THEN s.cost ELSE s.list_cost END AS dbu_cost,
    s.vm_cost
  FROM spend_to_date AS s
  INNER JOIN edges AS e ON e.day = s.usage_date
  WHERE s.currency = :currency
    AND (:workspaces IS NULL OR ARRAY_CONTAINS(CAST(:workspaces AS ARRAY<STRING>), COALESCE(s.workspace_id, '')))
    AND (:products IS NULL OR ARRAY_CONTAINS(CAST(:products AS ARRAY<STRING>), COALESCE(s.product, '')))
    AND (:owners IS NULL OR ARRAY_CONTAINS(CAST(:owners AS ARRAY<STRING>), COALESCE(s.owner, '')))
    AND (:serverless IS NULL OR COALESCE(s.is_serverless, TRUE) = :serverless)
  UNION ALL
  SELECT
    product, workspace_id, job_id, owner,
    CASE WHEN usage_date >= :period_start AND usage_date < :period_end THEN 1 END AS in_period,
    CASE WHEN usage_date >= :recent_start AND usage_date < :recent_end THEN 1 END AS in_recent,
    CASE WHEN usage_date >= :previous_start AND usage_date < :previous_end THEN 1 END AS in_previous,
    CASE WHEN usage_unit = 'DBU' THEN usage_quantity END AS dbus,
    CASE WHEN cost IS NOT NULL THEN 1 ELSE 0 END AS known,
    cost AS dbu_cost,
    vm_cost
  FROM spend_selected
  WHERE :tag_key IS NOT NULL
),
summed AS (
  SELECT
    product, workspace_id, job_id, owner,
    SUM(CASE in_period WHEN 1 THEN known WHEN -1 THEN -known END) AS known,
    SUM(CASE in_period WHEN 1 THEN dbus WHEN -1 THEN -dbus END) AS dbus,
    SUM(CASE in_period WHEN 1 THEN dbu_cost WHEN -1 THEN -dbu_cost END) AS dbu_cost,
    SUM(CASE in_period WHEN 1 THEN vm_cost WHEN -1 THEN -vm_cost END) AS vm_cost,
    SUM(CASE in_recent WHEN 1 THEN COALESCE(dbu_cost, 0) + COALESCE(vm_cost, 0) WHEN -1 THEN -COALESCE(dbu_cost, 0) - COALESCE(vm_cost, 0) END) AS recent_cost,
    SUM(CASE in_previous WHEN 1 THEN COALESCE(dbu_cost, 0) + COALESCE(vm_cost, 0) WHEN -1 THEN -COALESCE(dbu_cost, 0) - COALESCE(vm_cost, 0) END) AS previous_cost
  FROM read
  GROUP BY product, workspace_id, job_id, owner
)
SELECT
  product, workspace_id, job_id, owner,
  NULLIF(dbus, 0) AS dbus,
  CASE WHEN known > 0 THEN dbu_cost END AS dbu_cost,
  NULLIF(vm_cost, 0) AS vm_cost,
  CASE WHEN known > 0 OR vm_cost <> 0 THEN COALESCE(dbu_cost, 0) + COALESCE(vm_cost, 0) END AS total_cost,
  recent_cost, previous_cost
FROM summed
