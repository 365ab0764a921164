-- What was sold. Row: sale_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.sales (
  sale_id INT,
  customer_id INT,
  product_id INT,
  sale_date DATE,
  quantity INT,
  amount DECIMAL(12,2),
  region STRING
);
MERGE INTO ${catalog}.${schema}.sales AS t
USING (
  SELECT CAST(sale_id AS INT) AS sale_id, CAST(customer_id AS INT) AS customer_id, CAST(product_id AS INT) AS product_id, CAST(sale_date AS DATE) AS sale_date, CAST(quantity AS INT) AS quantity, CAST(amount AS DECIMAL(12,2)) AS amount, CAST(region AS STRING) AS region
  FROM (VALUES
    (1, 1, 1, '2025-01-01', 1, 420, 'EMEA'),
    (2, 8, 4, '2025-02-04', 2, 598, 'AMER'),
    (3, 5, 7, '2025-03-07', 3, 5.4, 'APAC'),
    (4, 2, 10, '2025-04-10', 4, 840, 'EMEA'),
    (5, 9, 3, '2025-05-13', 5, 320, 'AMER'),
    (6, 6, 6, '2025-06-16', 6, 27.0, 'APAC'),
    (7, 3, 9, '2025-07-19', 1, 129, 'EMEA'),
    (8, 10, 2, '2025-08-22', 2, 371.0, 'AMER'),
    (9, 7, 5, '2025-09-25', 3, 239.7, 'APAC'),
    (10, 4, 8, '2025-10-01', 4, 560, 'EMEA'),
    (11, 1, 1, '2025-11-04', 5, 2100, 'AMER'),
    (12, 8, 4, '2025-12-07', 6, 1794, 'APAC'),
    (13, 5, 7, '2025-01-10', 1, 1.8, 'EMEA'),
    (14, 2, 10, '2025-02-13', 2, 420, 'AMER'),
    (15, 9, 3, '2025-03-16', 3, 192, 'APAC'),
    (16, 6, 6, '2025-04-19', 4, 18.0, 'EMEA'),
    (17, 3, 9, '2025-05-22', 5, 645, 'AMER'),
    (18, 10, 2, '2025-06-25', 6, 1113.0, 'APAC'),
    (19, 7, 5, '2025-07-01', 1, 79.9, 'EMEA'),
    (20, 4, 8, '2025-08-04', 2, 280, 'AMER'),
    (21, 1, 1, '2025-09-07', 3, 1260, 'APAC'),
    (22, 8, 4, '2025-10-10', 4, 1196, 'EMEA'),
    (23, 5, 7, '2025-11-13', 5, 9.0, 'AMER'),
    (24, 2, 10, '2025-12-16', 6, 1260, 'APAC'),
    (25, 9, 3, '2025-01-19', 1, 64, 'EMEA'),
    (26, 6, 6, '2025-02-22', 2, 9.0, 'AMER'),
    (27, 3, 9, '2025-03-25', 3, 387, 'APAC'),
    (28, 10, 2, '2025-04-01', 4, 742.0, 'EMEA'),
    (29, 7, 5, '2025-05-04', 5, 399.5, 'AMER'),
    (30, 4, 8, '2025-06-07', 6, 840, 'APAC')
  ) AS v (sale_id, customer_id, product_id, sale_date, quantity, amount, region)
) AS s
ON t.sale_id = s.sale_id
WHEN MATCHED THEN UPDATE SET
  t.customer_id = s.customer_id,
  t.product_id = s.product_id,
  t.sale_date = s.sale_date,
  t.quantity = s.quantity,
  t.amount = s.amount,
  t.region = s.region
WHEN NOT MATCHED THEN INSERT (sale_id, customer_id, product_id, sale_date, quantity, amount, region)
VALUES (s.sale_id, s.customer_id, s.product_id, s.sale_date, s.quantity, s.amount, s.region);
