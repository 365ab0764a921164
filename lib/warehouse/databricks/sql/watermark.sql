SELECT name, value FROM {schema}.`watermark`
