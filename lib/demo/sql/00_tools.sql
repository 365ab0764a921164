-- The account's only source of variety (hash macros, no randomness) and its clock.
-- Needs the variables seed, today, days, scale. Moments are epoch seconds (BIGINT, UTC) until a table is written.

SET VARIABLE start_s = epoch(getvariable('today') - getvariable('days'))::BIGINT;
SET VARIABLE today_s = epoch(getvariable('today'))::BIGINT;
SET VARIABLE now_s = getvariable('today_s') + 8 * 3600;

-- Newest moment each family of tables knows: they differ, as their latencies do.
SET VARIABLE compute_until = getvariable('now_s') - 3600;
SET VARIABLE lakeflow_until = getvariable('now_s') - 2 * 3600;
-- Node metrics are kept 90 days; a small account keeps fewer, they would be most of its rows.
SET VARIABLE nodes_from = getvariable('today_s') - (90 * least(1, greatest(0.2, getvariable('scale') * 2)))::INT * 86400;

-- Evenly spread in [0, 1), the same for the same salt, key and seed.
CREATE TEMP MACRO unit(salt, key) AS
  (hash(salt, key, getvariable('seed')) >> 11)::DOUBLE / 9007199254740992;

-- Standard normal (Box-Muller).
CREATE TEMP MACRO normal(salt, key) AS
  sqrt(-2 * ln(1 - unit(salt, key))) * cos(2 * pi() * unit(salt || '+', key));

CREATE TEMP MACRO pick(options, salt, key) AS options[1 + floor(unit(salt, key) * len(options))::INT];

CREATE TEMP MACRO whole(salt, key, low, high) AS (low + floor(unit(salt, key) * (high - low + 1)))::BIGINT;

CREATE TEMP MACRO uuid_of(salt, key) AS
  (hash(salt, key, 1, getvariable('seed'))::UHUGEINT * 18446744073709551616
   + hash(salt, key, 2, getvariable('seed')))::UUID::VARCHAR;

CREATE TEMP MACRO hex_of(salt, key, digits) AS
  lower(right('0000000000000000' || to_hex(hash(salt, key, getvariable('seed'))), digits));

CREATE TEMP MACRO hex32_of(salt, key) AS replace(uuid_of(salt, key), '-', '');

-- A 15-digit id. The multiplier and the modulus have no common factor: different numbers never share an id.
CREATE TEMP MACRO number_id(key) AS (100000000000000 + (key::BIGINT * 179424673) % 899999999999993)::VARCHAR;

CREATE TEMP MACRO moment(s) AS make_timestamptz((s)::BIGINT * 1000000);
CREATE TEMP MACRO day_of(s) AS DATE '1970-01-01' + ((s) // 86400)::INT;

-- Seconds since the epoch, `ago` days before today, at a minute of that day.
CREATE TEMP MACRO days_ago(ago, minute) AS getvariable('today_s')::BIGINT - (ago) * 86400 + (minute) * 60;

-- How many objects of a kind there are, next to those that are planted.
CREATE TEMP MACRO objects(base) AS round(base * getvariable('scale'))::BIGINT;

-- The clock hours an interval touches, to be unnested: at least one, even when it is empty.
CREATE TEMP MACRO hours_of(s, e) AS range((s) // 3600, greatest((s) // 3600, ((e) - 1) // 3600) + 1);

-- One row a day, the first `days` full ones and today. office, batch: factors of people's and machines' work.
CREATE TEMP TABLE calendar AS
SELECT
  n, day, getvariable('start_s') + n * 86400 AS day_s, isodow(day) AS weekday, isodow(day) >= 6 AS weekend,
  (CASE isodow(day) WHEN 7 THEN 0.3 WHEN 6 THEN 0.34 WHEN 5 THEN 0.9 ELSE 1.0 END) * bump * growth
    * (0.94 + 0.12 * unit('office', n)) AS office,
  bump * growth * (0.95 + 0.1 * unit('batch', n)) AS batch
FROM (
  SELECT
    n, day, 0.88 + 0.24 * n / getvariable('days') AS growth,
    CASE WHEN day >= last_day(day) - 1 THEN 1.28 WHEN day(day) = 1 THEN 1.2 ELSE 1.0 END AS bump
  FROM (SELECT n, (getvariable('today') - (getvariable('days') - n)::INT)::DATE AS day
        FROM range(getvariable('days')::BIGINT + 1) AS t(n))
);

-- As Databricks writes them: month, day and time of creation, then a suffix.
CREATE TEMP MACRO cluster_id_of(created_s, key) AS
  strftime(moment(created_s), '%m%d-%H%M%S-') || hex_of('cluster', key, 8);

CREATE TEMP MACRO task_key(task) AS ['ingest', 'transform', 'validate', 'publish'][1 + task];
