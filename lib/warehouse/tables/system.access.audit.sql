CREATE TABLE system.access.audit (
  version STRING,
  event_time TIMESTAMP,
  event_date DATE,
  workspace_id STRING,
  source_ip_address STRING,
  user_agent STRING,
  session_id STRING,
  user_identity STRUCT<email: STRING, subject_name: STRING>,
  service_name STRING,
  action_name STRING,
  request_id STRING,
  request_params MAP<STRING, STRING>,
  response STRUCT<status_code: INT, error_message: STRING, result: STRING>,
  audit_level STRING COMMENT 'ACCOUNT_LEVEL, WORKSPACE_LEVEL',
  account_id STRING,
  event_id STRING,
  identity_metadata STRUCT<run_by: STRING, run_as: STRING, acting_resource: STRING>
)
COMMENT 'Who did what. One row: an event';
