INSERT INTO {schema}.{table} REPLACE WHERE {day} >= {start} AND {day} < {end}
SELECT {columns} FROM (
{rows}
) AS fresh
WHERE {day} >= {start} AND {day} < {end}
