DESCRIBE HISTORY {schema}.{table} LIMIT 1
