ALTER TABLE {schema}.{table} ADD COLUMNS ({columns})
