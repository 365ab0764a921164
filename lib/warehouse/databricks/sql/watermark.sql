SELECT name, value FROM {schema}.`watermark` WHERE name = 'ledger'
