INSERT OVERWRITE {schema}.{table}
SELECT {columns} FROM (
{rows}
) AS fresh
