CREATE TABLE system.serving.endpoint_usage (
  account_id STRING,
  workspace_id STRING,
  client_request_id STRING,
  databricks_request_id STRING,
  requester STRING,
  status_code INT,
  request_time TIMESTAMP,
  input_token_count BIGINT,
  output_token_count BIGINT,
  input_character_count BIGINT,
  output_character_count BIGINT,
  usage_context MAP<STRING, STRING>,
  request_streaming BOOLEAN,
  served_entity_id STRING
)
COMMENT 'Requests of endpoints with usage tracking, kept 90 days. One row: a request';
