-- Who buys. Row: customer_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.customers (
  customer_id INT,
  customer_name STRING,
  segment STRING,
  email STRING,
  created_at DATE
);
MERGE INTO ${catalog}.${schema}.customers AS t
USING (
  SELECT CAST(customer_id AS INT) AS customer_id, CAST(customer_name AS STRING) AS customer_name, CAST(segment AS STRING) AS segment, CAST(email AS STRING) AS email, CAST(created_at AS DATE) AS created_at
  FROM (VALUES
    (1, 'Alder & Sons', 'Enterprise', 'office@alder.example', '2021-01-05'),
    (2, 'Bluebird Foods', 'Small business', 'office@bluebird.example', '2022-02-06'),
    (3, 'Canal Works', 'Consumer', 'office@canal.example', '2023-03-07'),
    (4, 'Delta Bikes', 'Enterprise', 'office@delta.example', '2021-04-08'),
    (5, 'Elm Press', 'Small business', 'office@elm.example', '2022-05-09'),
    (6, 'Fjord Tools', 'Consumer', 'office@fjord.example', '2023-06-10'),
    (7, 'Granite Mills', 'Enterprise', 'office@granite.example', '2021-07-11'),
    (8, 'Heron Travel', 'Small business', 'office@heron.example', '2022-08-12'),
    (9, 'Ivy Health', 'Consumer', 'office@ivy.example', '2023-09-13'),
    (10, 'Juniper Lab', 'Enterprise', 'office@juniper.example', '2021-10-14')
  ) AS v (customer_id, customer_name, segment, email, created_at)
) AS s
ON t.customer_id = s.customer_id
WHEN MATCHED THEN UPDATE SET
  t.customer_name = s.customer_name,
  t.segment = s.segment,
  t.email = s.email,
  t.created_at = s.created_at
WHEN NOT MATCHED THEN INSERT (customer_id, customer_name, segment, email, created_at)
VALUES (s.customer_id, s.customer_name, s.segment, s.email, s.created_at);
