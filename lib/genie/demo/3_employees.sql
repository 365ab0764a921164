-- People and whom they report to. Row: employee_id
CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.employees (
  employee_id INT,
  first_name STRING,
  last_name STRING,
  email STRING,
  job_title STRING,
  department_id INT,
  manager_id INT,
  hire_date DATE,
  salary DECIMAL(12,2),
  location_id INT,
  is_active BOOLEAN
);
MERGE INTO ${catalog}.${schema}.employees AS t
USING (
  SELECT CAST(employee_id AS INT) AS employee_id, CAST(first_name AS STRING) AS first_name, CAST(last_name AS STRING) AS last_name, CAST(email AS STRING) AS email, CAST(job_title AS STRING) AS job_title, CAST(department_id AS INT) AS department_id, CAST(manager_id AS INT) AS manager_id, CAST(hire_date AS DATE) AS hire_date, CAST(salary AS DECIMAL(12,2)) AS salary, CAST(location_id AS INT) AS location_id, CAST(is_active AS BOOLEAN) AS is_active
  FROM (VALUES
    (1, 'Mara', 'Vos', 'mara.vos@example.com', 'Director', 1, NULL, '2014-01-01', 116500.0, 1, 'true'),
    (2, 'Jonas', 'Lindqvist', 'jonas.lindqvist@example.com', 'Manager', 2, 1, '2015-06-08', 114350.0, 2, 'true'),
    (3, 'Aiko', 'Sato', 'aiko.sato@example.com', 'Manager', 3, 1, '2016-11-15', 112200.0, 3, 'true'),
    (4, 'Pedro', 'Almeida', 'pedro.almeida@example.com', 'Manager', 4, 1, '2017-04-22', 110050.0, 4, 'true'),
    (5, 'Lena', 'Brandt', 'lena.brandt@example.com', 'Manager', 5, 1, '2018-09-02', 107900.0, 5, 'true'),
    (6, 'Samir', 'Haddad', 'samir.haddad@example.com', 'Manager', 6, 1, '2019-02-09', 105750.0, 6, 'true'),
    (7, 'Ingrid', 'Moen', 'ingrid.moen@example.com', 'Manager', 7, 1, '2020-07-16', 103600.0, 7, 'true'),
    (8, 'Tomas', 'Novak', 'tomas.novak@example.com', 'Manager', 8, 1, '2021-12-23', 101450.0, 8, 'true'),
    (9, 'Nia', 'Okafor', 'nia.okafor@example.com', 'Specialist', 1, 2, '2022-05-03', 99300.0, 1, 'true'),
    (10, 'Felix', 'Weber', 'felix.weber@example.com', 'Engineer', 2, 3, '2023-10-10', 97150.0, 2, 'true'),
    (11, 'Rosa', 'Santos', 'rosa.santos@example.com', 'Analyst', 3, 4, '2014-03-17', 95000.0, 3, 'true'),
    (12, 'Owen', 'Price', 'owen.price@example.com', 'Specialist', 4, 5, '2015-08-24', 92850.0, 4, 'true'),
    (13, 'Hana', 'Kim', 'hana.kim@example.com', 'Engineer', 5, 6, '2016-01-04', 90700.0, 5, 'false'),
    (14, 'Luca', 'Ricci', 'luca.ricci@example.com', 'Analyst', 6, 7, '2017-06-11', 88550.0, 6, 'true'),
    (15, 'Vera', 'Petrov', 'vera.petrov@example.com', 'Specialist', 7, 8, '2018-11-18', 86400.0, 7, 'true'),
    (16, 'Marek', 'Zielinski', 'marek.zielinski@example.com', 'Engineer', 8, 2, '2019-04-25', 84250.0, 8, 'true'),
    (17, 'Zoe', 'Marsh', 'zoe.marsh@example.com', 'Analyst', 1, 3, '2020-09-05', 82100.0, 1, 'true'),
    (18, 'Emil', 'Dahl', 'emil.dahl@example.com', 'Specialist', 2, 4, '2021-02-12', 79950.0, 2, 'true'),
    (19, 'Ada', 'Byron', 'ada.byron@example.com', 'Engineer', 3, 5, '2022-07-19', 77800.0, 3, 'true'),
    (20, 'Ravi', 'Patel', 'ravi.patel@example.com', 'Analyst', 4, 6, '2023-12-26', 75650.0, 4, 'true'),
    (21, 'Olga', 'Ivanova', 'olga.ivanova@example.com', 'Specialist', 5, 7, '2014-05-06', 73500.0, 5, 'true'),
    (22, 'Bruno', 'Costa', 'bruno.costa@example.com', 'Engineer', 6, 8, '2015-10-13', 71350.0, 6, 'true'),
    (23, 'Kaya', 'Demir', 'kaya.demir@example.com', 'Analyst', 7, 2, '2016-03-20', 69200.0, 7, 'true'),
    (24, 'Niels', 'Jansen', 'niels.jansen@example.com', 'Specialist', 8, 3, '2017-08-27', 67050.0, 8, 'true'),
    (25, 'Iris', 'Lopez', 'iris.lopez@example.com', 'Engineer', 1, 4, '2018-01-07', 64900.0, 1, 'true'),
    (26, 'Dario', 'Conti', 'dario.conti@example.com', 'Analyst', 2, 5, '2019-06-14', 62750.0, 2, 'false'),
    (27, 'Tess', 'Graham', 'tess.graham@example.com', 'Specialist', 3, 6, '2020-11-21', 60600.0, 3, 'true'),
    (28, 'Hugo', 'Laurent', 'hugo.laurent@example.com', 'Engineer', 4, 7, '2021-04-01', 58450.0, 4, 'true'),
    (29, 'Lin', 'Chen', 'lin.chen@example.com', 'Analyst', 5, 8, '2022-09-08', 56300.0, 5, 'true'),
    (30, 'Petra', 'Horvat', 'petra.horvat@example.com', 'Specialist', 6, 2, '2023-02-15', 54150.0, 6, 'true')
  ) AS v (employee_id, first_name, last_name, email, job_title, department_id, manager_id, hire_date, salary, location_id, is_active)
) AS s
ON t.employee_id = s.employee_id
WHEN MATCHED THEN UPDATE SET
  t.first_name = s.first_name,
  t.last_name = s.last_name,
  t.email = s.email,
  t.job_title = s.job_title,
  t.department_id = s.department_id,
  t.manager_id = s.manager_id,
  t.hire_date = s.hire_date,
  t.salary = s.salary,
  t.location_id = s.location_id,
  t.is_active = s.is_active
WHEN NOT MATCHED THEN INSERT (employee_id, first_name, last_name, email, job_title, department_id, manager_id, hire_date, salary, location_id, is_active)
VALUES (s.employee_id, s.first_name, s.last_name, s.email, s.job_title, s.department_id, s.manager_id, s.hire_date, s.salary, s.location_id, s.is_active);
