CREATE OR REPLACE TABLE {schema}.{table} (
  {columns}
) USING DELTA CLUSTER BY ({cluster}) COMMENT {comment}
