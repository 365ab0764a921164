SELECT * FROM {schema}.{table} WHERE FALSE
