ALTER TABLE {schema}.{table} ALTER COLUMN {column} TYPE {type}
