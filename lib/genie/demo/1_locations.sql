-- Offices. Row: location_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.locations (
  location_id INT,
  city STRING,
  state STRING,
  country STRING,
  address STRING
);
MERGE INTO ${catalog}.${schema}.locations AS t
USING (
  SELECT CAST(location_id AS INT) AS location_id, CAST(city AS STRING) AS city, CAST(state AS STRING) AS state, CAST(country AS STRING) AS country, CAST(address AS STRING) AS address
  FROM (VALUES
    (1, 'Utrecht', 'Utrecht', 'Netherlands', '21 Harbour Street'),
    (2, 'Porto', 'Norte', 'Portugal', '28 Harbour Street'),
    (3, 'Leipzig', 'Saxony', 'Germany', '35 Harbour Street'),
    (4, 'Sacramento', 'California', 'United States', '42 Harbour Street'),
    (5, 'San Diego', 'California', 'United States', '49 Harbour Street'),
    (6, 'Austin', 'Texas', 'United States', '56 Harbour Street'),
    (7, 'Osaka', 'Kansai', 'Japan', '63 Harbour Street'),
    (8, 'Adelaide', 'South Australia', 'Australia', '70 Harbour Street')
  ) AS v (location_id, city, state, country, address)
) AS s
ON t.location_id = s.location_id
WHEN MATCHED THEN UPDATE SET
  t.city = s.city,
  t.state = s.state,
  t.country = s.country,
  t.address = s.address
WHEN NOT MATCHED THEN INSERT (location_id, city, state, country, address)
VALUES (s.location_id, s.city, s.state, s.country, s.address);
