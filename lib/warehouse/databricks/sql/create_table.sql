CREATE TABLE IF NOT EXISTS {schema}.{table} (
  {columns}
) USING DELTA CLUSTER BY ({cluster}) COMMENT {comment}
