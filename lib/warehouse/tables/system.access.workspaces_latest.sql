CREATE TABLE system.access.workspaces_latest (
  account_id STRING,
  workspace_id STRING,
  workspace_name STRING,
  workspace_url STRING,
  create_time TIMESTAMP,
  status STRING COMMENT 'NOT_PROVISIONED, PROVISIONING, RUNNING, FAILED, BANNED'
)
COMMENT 'Workspaces as they are now; deleted ones have no row. One row: a workspace';
