CREATE TABLE IF NOT EXISTS {schema}.`watermark` (
  name STRING COMMENT 'ledger: what the app reads; everything else: notes of the refresh for the next one',
  value STRING COMMENT 'JSON, or a table as base64 of an Arrow stream',
  written TIMESTAMP COMMENT 'When it was written (UTC)'
) USING DELTA COMMENT 'Lakeledger: how far the ledger is; written last, so that a refresh that died never happened'
