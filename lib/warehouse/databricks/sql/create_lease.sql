CREATE TABLE IF NOT EXISTS {schema}.`lease` (
  name STRING COMMENT 'What only one process may do at a time',
  owner STRING COMMENT 'Who does it',
  until TIMESTAMP COMMENT 'Until when it is taken (UTC)'
) USING DELTA COMMENT 'Lakeledger: one writer at a time'
