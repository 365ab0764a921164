CREATE TABLE system.billing.usage (
  record_id STRING COMMENT 'Unique id of the row: the key for removing duplicates',
  account_id STRING,
  workspace_id STRING COMMENT 'NULL for account-level items',
  sku_name STRING,
  cloud STRING COMMENT 'AWS, AZURE, GCP',
  usage_start_time TIMESTAMP COMMENT 'UTC; the instant a price is looked up at',
  usage_end_time TIMESTAMP COMMENT 'At most one hour after the start',
  usage_date DATE,
  custom_tags MAP<STRING, STRING> COMMENT 'Tags of compute, job, workspace, pool and policy already merged',
  usage_unit STRING COMMENT 'DBU, DSU, GB, HOUR, ...: units are never added together',
  usage_quantity DECIMAL(38, 18) COMMENT 'Negative on retractions',
  usage_metadata STRUCT<
    cluster_id: STRING, job_id: STRING, job_run_id: STRING, job_name: STRING, warehouse_id: STRING, node_type: STRING,
    instance_pool_id: STRING, notebook_id: STRING, notebook_path: STRING, dlt_pipeline_id: STRING, dlt_update_id: STRING,
    dlt_maintenance_id: STRING, endpoint_id: STRING, endpoint_name: STRING, run_name: STRING, budget_policy_id: STRING,
    usage_policy_id: STRING, app_id: STRING, app_name: STRING, database_instance_id: STRING, metastore_id: STRING,
    catalog_id: STRING, schema_id: STRING, uc_table_catalog: STRING, uc_table_schema: STRING, uc_table_name: STRING,
    central_clean_room_id: STRING, sharing_materialization_id: STRING, recipient_id: STRING, source_region: STRING,
    destination_region: STRING, private_endpoint_name: STRING, networking_client: STRING, storage_api_type: STRING,
    ai_runtime_workload_id: STRING, ai_runtime_pool_id: STRING, agent_bricks_id: STRING, base_environment_id: STRING,
    index_id: STRING, dbsql_statement_id: STRING, genie: STRUCT<agent_id: STRING, channel: STRING, surface: STRING>,
    ai_gateway: STRUCT<endpoint_id: STRING>, serverless_compute_id: STRING
  > COMMENT 'Names the object that was used; which fields are set depends on the product',
  identity_metadata STRUCT<run_as: STRING, owned_by: STRING, created_by: STRING, run_by: STRING>
    COMMENT 'owned_by is the owner of a SQL warehouse, not its user',
  record_type STRING COMMENT 'ORIGINAL, RETRACTION, RESTATEMENT: totals add all of them',
  ingestion_date DATE COMMENT 'Day the row landed; corrections land later than their usage_date',
  billing_origin_product STRING,
  product_features STRUCT<
    jobs_tier: STRING, sql_tier: STRING, dlt_tier: STRING, is_serverless: BOOLEAN, is_photon: BOOLEAN,
    serving_type: STRING, offering_type: STRING, performance_target: STRING,
    networking: STRUCT<connectivity_type: STRING>, ai_runtime: STRUCT<compute_type: STRING>,
    model_serving: STRUCT<offering_type: STRING>, ai_gateway: STRUCT<feature_type: STRING>,
    serverless_gpu: STRUCT<workload_type: STRING>, agent_bricks: STRUCT<problem_type: STRING, workload_type: STRING>,
    ai_functions: STRUCT<ai_function: STRING>, apps: STRUCT<compute_size: STRING>,
    lakeflow_connect: STRUCT<task_type: STRING, zerobus_request_type: STRING>,
    lakebase: STRUCT<storage_type: STRING, compute_type: STRING>,
    ai_bi_genie: STRUCT<capability_type: STRING, offering_type: STRING>, genie: STRUCT<offering_type: STRING>
  > COMMENT 'is_serverless is three-valued: NULL for products without a classic variant',
  usage_type STRING COMMENT 'COMPUTE_TIME, STORAGE_SPACE, NETWORK_BYTE, NETWORK_HOUR, API_OPERATION, TOKEN, GPU_TIME, ANSWER'
)
COMMENT 'Billable usage of the whole account. One row: at most one hour of an object, SKU, tag set and identity';
