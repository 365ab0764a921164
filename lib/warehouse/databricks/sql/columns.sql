DESCRIBE TABLE {schema}.{table}
