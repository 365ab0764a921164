SELECT LOWER(CONCAT(table_catalog, '.', table_schema, '.', table_name)) AS name
FROM system.information_schema.tables
WHERE table_catalog = 'system' OR CONCAT(table_catalog, '.', table_schema) = :ledger
