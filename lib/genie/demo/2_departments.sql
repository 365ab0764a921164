-- Departments. Row: department_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.departments (
  department_id INT,
  department_name STRING,
  budget DECIMAL(15,2),
  cost_center STRING
);
MERGE INTO ${catalog}.${schema}.departments AS t
USING (
  SELECT CAST(department_id AS INT) AS department_id, CAST(department_name AS STRING) AS department_name, CAST(budget AS DECIMAL(15,2)) AS budget, CAST(cost_center AS STRING) AS cost_center
  FROM (VALUES
    (1, 'Engineering', 500000, 'CC-100'),
    (2, 'Sales', 760000, 'CC-110'),
    (3, 'Finance', 1020000, 'CC-120'),
    (4, 'People', 1280000, 'CC-130'),
    (5, 'Marketing', 540000, 'CC-140'),
    (6, 'Support', 800000, 'CC-150'),
    (7, 'Operations', 1060000, 'CC-160'),
    (8, 'Legal', 1320000, 'CC-170')
  ) AS v (department_id, department_name, budget, cost_center)
) AS s
ON t.department_id = s.department_id
WHEN MATCHED THEN UPDATE SET
  t.department_name = s.department_name,
  t.budget = s.budget,
  t.cost_center = s.cost_center
WHEN NOT MATCHED THEN INSERT (department_id, department_name, budget, cost_center)
VALUES (s.department_id, s.department_name, s.budget, s.cost_center);
