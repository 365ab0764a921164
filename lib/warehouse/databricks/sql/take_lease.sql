MERGE INTO {schema}.`lease` AS held
USING (
  SELECT CAST(:name AS STRING) AS name, CAST(:owner AS STRING) AS owner, CAST(:now AS TIMESTAMP) AS now,
    CAST(:until AS TIMESTAMP) AS until
) AS wanted
ON held.name = wanted.name
WHEN MATCHED AND (held.owner = wanted.owner OR held.until <= wanted.now) THEN UPDATE SET owner = wanted.owner, until = wanted.until
WHEN NOT MATCHED THEN INSERT (name, owner, until) VALUES (wanted.name, wanted.owner, wanted.until)
