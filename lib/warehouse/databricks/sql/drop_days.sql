DELETE FROM {schema}.{table} WHERE NOT ({kept})
