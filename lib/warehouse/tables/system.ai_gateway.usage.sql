CREATE TABLE system.ai_gateway.usage (
  account_id STRING,
  workspace_id STRING,
  request_id STRING,
  endpoint_id STRING,
  endpoint_name STRING,
  endpoint_tags MAP<STRING, STRING>,
  event_time TIMESTAMP,
  latency_ms BIGINT,
  time_to_first_byte_ms BIGINT,
  destination_type STRING,
  destination_name STRING,
  destination_id STRING,
  destination_model STRING,
  requester STRING,
  requester_type STRING,
  api_type STRING,
  request_tags MAP<STRING, STRING>,
  input_tokens BIGINT,
  output_tokens BIGINT,
  total_tokens BIGINT,
  token_details STRUCT<
    cache_read_input_tokens: BIGINT, cache_creation_input_tokens: BIGINT, output_reasoning_tokens: BIGINT
  >,
  status_code INT,
  routing_information STRUCT<attempts: BIGINT, destination_id: STRING>,
  service_id STRING,
  service_name STRING
)
COMMENT 'Requests through the AI gateway (beta). One row: a request';
