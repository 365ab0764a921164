-- What is sold. Row: product_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.products (
  product_id INT,
  product_name STRING,
  category STRING,
  unit_price DECIMAL(10,2),
  is_active BOOLEAN
);
MERGE INTO ${catalog}.${schema}.products AS t
USING (
  SELECT CAST(product_id AS INT) AS product_id, CAST(product_name AS STRING) AS product_name, CAST(category AS STRING) AS category, CAST(unit_price AS DECIMAL(10,2)) AS unit_price, CAST(is_active AS BOOLEAN) AS is_active
  FROM (VALUES
    (1, 'Desk', 'Furniture', 420, 'true'),
    (2, 'Chair', 'Furniture', 185.5, 'true'),
    (3, 'Lamp', 'Lighting', 64, 'true'),
    (4, 'Monitor', 'Electronics', 299, 'true'),
    (5, 'Keyboard', 'Electronics', 79.9, 'true'),
    (6, 'Notebook', 'Paper', 4.5, 'true'),
    (7, 'Pen', 'Paper', 1.8, 'true'),
    (8, 'Shelf', 'Furniture', 140, 'false'),
    (9, 'Headset', 'Electronics', 129, 'true'),
    (10, 'Whiteboard', 'Furniture', 210, 'true')
  ) AS v (product_id, product_name, category, unit_price, is_active)
) AS s
ON t.product_id = s.product_id
WHEN MATCHED THEN UPDATE SET
  t.product_name = s.product_name,
  t.category = s.category,
  t.unit_price = s.unit_price,
  t.is_active = s.is_active
WHEN NOT MATCHED THEN INSERT (product_id, product_name, category, unit_price, is_active)
VALUES (s.product_id, s.product_name, s.category, s.unit_price, s.is_active);
