MERGE INTO {schema}.`watermark` AS kept
USING (SELECT CAST(:name AS STRING) AS name, CAST(:value AS STRING) AS value, CAST(:written AS TIMESTAMP) AS written) AS fresh
ON kept.name = fresh.name
WHEN MATCHED THEN UPDATE SET value = fresh.value, written = fresh.written
WHEN NOT MATCHED THEN INSERT (name, value, written) VALUES (fresh.name, fresh.value, fresh.written)
