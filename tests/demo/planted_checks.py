"""One SQL condition per planted fact, true when the fact is really there. `p` is the row of meta.planted."""

CPU = "cpu_user_percent + cpu_system_percent"
LATER = "u.usage_date >= p.since"
BY_JOB = "u.workspace_id = p.workspace_id AND u.usage_metadata.job_id = p.entity"
NODES = "compute.node_timeline AS n WHERE n.workspace_id = p.workspace_id AND n.cluster_id = p.entity"
STATE = "warehouse_state AS s WHERE s.workspace_id = p.workspace_id AND s.warehouse_id = p.entity"
ON_WAREHOUSE = "statement AS s WHERE s.workspace_id = p.workspace_id AND s.compute.warehouse_id = p.entity"
IT = "statement AS s WHERE s.statement_id = p.entity AND s.workspace_id = p.workspace_id"
JOBS = "lakeflow.jobs AS j WHERE j.workspace_id = p.workspace_id AND j.job_id = p.entity"
RUNS = "lakeflow.job_run_timeline AS r WHERE r.workspace_id = p.workspace_id AND r.job_id = p.entity"
RUN = "lakeflow.job_run_timeline AS r WHERE r.workspace_id = p.workspace_id AND r.run_id = p.entity"
PRICES = "billing.list_prices AS l WHERE l.sku_name = p.entity"
USAGE_OF_SKU = "priced AS u WHERE u.sku_name = p.entity"
UPDATES = "lakeflow.pipeline_update_timeline AS u WHERE u.workspace_id = p.workspace_id AND u.pipeline_id = p.entity"
BY_PIPELINE = "billing.usage AS u WHERE u.workspace_id = p.workspace_id AND u.usage_metadata.dlt_pipeline_id = p.entity"

SHAPE = "regexp_replace(statement_text, '[0-9]+', 'n', 'g')"
"""Rough, but enough to bring together what differs in dates and numbers."""

SAME_SHAPE = f"statement AS s WHERE s.workspace_id = p.workspace_id AND {SHAPE} = (SELECT {SHAPE} FROM {IT})"

CHECKS = {
    "idle_cluster": f"(SELECT max({CPU}) < 5 AND count(DISTINCT CAST(start_time AS DATE)) > 5 FROM {NODES})",
    "never_terminating_cluster": f"""
        (SELECT auto_termination_minutes = 0 AND delete_time IS NULL FROM compute.clusters WHERE cluster_id = p.entity)
        AND (SELECT count(*) >= 1439 FROM {NODES} AND CAST(start_time AS DATE) = (SELECT today FROM clock) - 1)""",
    "oversized_cluster": f"(SELECT avg({CPU}) < 12 AND avg(mem_used_percent) < 25 AND count(DISTINCT instance_id) > 5 FROM {NODES})",
    "shared_all_purpose": """
        (SELECT count(DISTINCT job_id) = 3 FROM lakeflow.job_task_run_timeline AS t
         WHERE t.workspace_id = p.workspace_id AND list_contains(t.compute_ids, p.entity))""",
    "shared_all_purpose_job": f"""
        (SELECT count(*) > 0 FROM lakeflow.job_task_run_timeline AS t JOIN meta.planted AS c ON c.fact = 'shared_all_purpose'
         WHERE t.workspace_id = p.workspace_id AND t.job_id = p.entity AND list_contains(t.compute_ids, c.entity))
        AND (SELECT count(*) = 0 FROM billing.usage AS u WHERE {BY_JOB})""",
    "driver_hot_workers_idle": f"(SELECT avg({CPU}) FILTER (WHERE driver) > 50 AND avg({CPU}) FILTER (WHERE NOT driver) < 10 FROM {NODES})",
    "memory_pressure_cluster": f"(SELECT quantile_cont(mem_used_percent, 0.75) > 88 AND max(mem_swap_percent) > 0 FROM {NODES})",
    "stray_cluster_id_on_serving": """
        (SELECT count(DISTINCT billing_origin_product) > 1 FROM billing.usage WHERE usage_metadata.cluster_id = p.entity
           AND billing_origin_product IN ('ALL_PURPOSE', 'MODEL_SERVING', 'AI_FUNCTIONS'))""",
    "late_rows": """
        (SELECT count(*) > 5 AND min(ingestion_date - usage_date) >= 4 FROM billing.usage AS u
         WHERE u.usage_metadata.warehouse_id = p.entity AND u.usage_date >= p.since AND u.usage_date < p."until"
           AND record_type = 'ORIGINAL')""",
    "scd2_cluster_versions": "(SELECT count(*) > 1 FROM compute.clusters AS c WHERE c.cluster_id = p.entity)",
    "minute_rows": f"(SELECT max(end_time - start_time) <= INTERVAL 60 SECOND AND count(*) > 1000 FROM {NODES})",
    "level_shift": f"""
        (SELECT avg(cost) FILTER (WHERE later) > 2.5 * avg(cost) FILTER (WHERE NOT later)
         FROM (SELECT usage_date, {LATER} AS later, sum(cost) AS cost FROM priced AS u
               WHERE u.usage_metadata.warehouse_id = p.entity AND isodow(usage_date) < 6 GROUP BY ALL))""",
    "resized_warehouse": """
        (SELECT count(DISTINCT warehouse_size) = 2 AND CAST(max(change_time) AS DATE) = p.since FROM compute.warehouses AS w
         WHERE w.warehouse_id = p.entity)""",
    "queueing_warehouse": f"(SELECT sum(waiting_at_capacity_duration_ms) > 0.2 * sum(total_duration_ms) FROM {ON_WAREHOUSE})",
    "idle_warehouse": f"""
        (SELECT auto_stop_minutes = 120 FROM compute.warehouses AS w WHERE w.warehouse_id = p.entity ORDER BY change_time DESC LIMIT 1)
        AND (SELECT sum(total_duration_ms) / 1000 < 0.3 * (SELECT sum(epoch(until_time - event_time)) FROM {STATE} AND s.cluster_count > 0)
             FROM {ON_WAREHOUSE})""",
    "never_stopping_warehouse": f"(SELECT count(*) = 0 FROM {STATE} AND s.event_type = 'STOPPED')",
    "cold_start_warehouse": f"""
        (SELECT count(*) FILTER (waiting_for_compute_duration_ms > 0) FROM {ON_WAREHOUSE})
        > 0.6 * (SELECT count(*) FROM {STATE} AND s.event_type = 'STARTING')""",
    "kept_awake_warehouse": f"""
        (SELECT max(auto_stop_minutes) FROM compute.warehouses AS w WHERE w.warehouse_id = p.entity) * 60 * 1.2
        < (SELECT median(quiet) FROM (
            SELECT epoch(s.event_time) - (SELECT max(epoch(end_time)) FROM {ON_WAREHOUSE} AND end_time <= s.event_time) AS quiet
            FROM {STATE} AND s.event_type = 'STOPPED'))""",
    "unused_warehouse": f"(SELECT count(*) > 0 AND CAST(max(event_time) AS DATE) <= p.since FROM {STATE})",
    "renamed_warehouse": """
        (SELECT count(DISTINCT warehouse_name) = 2 FROM compute.warehouses AS w WHERE w.warehouse_id = p.entity)""",
    "deleted_warehouse": """
        (SELECT count(delete_time) = 1 FROM compute.warehouses AS w WHERE w.warehouse_id = p.entity)
        AND EXISTS (FROM billing.usage AS u WHERE u.usage_metadata.warehouse_id = p.entity)""",
    "shared_warehouse": f"(SELECT count(DISTINCT query_source.dashboard_id) > 2 AND count(DISTINCT executed_by) > 10 FROM {ON_WAREHOUSE})",
    "owner_is_not_user": f"""
        (SELECT avg((executed_by = (SELECT any_value(identity_metadata.owned_by) FROM billing.usage AS u
           WHERE u.usage_metadata.warehouse_id = p.entity))::INT) < 0.2 FROM {ON_WAREHOUSE})""",
    "scaling_warehouse": f"(SELECT max(cluster_count) > 1 FROM {STATE})",
    "scd2_warehouse_versions": "(SELECT count(*) > 1 FROM compute.warehouses AS w WHERE w.warehouse_id = p.entity)",
    "masked_statement_text": f"(SELECT count(*) > 0 AND max(statement_text) = '' FROM {ON_WAREHOUSE})",
    "failing_job": f"(SELECT avg((result_state = 'FAILED')::INT) > 0.3 FROM {RUNS} AND r.result_state IS NOT NULL)",
    "spend_spike": f"""
        (SELECT sum(cost) FILTER (WHERE usage_date = p.since) > 100 * median(cost) AND sum(cost) FILTER (WHERE usage_date = p.since) > 500
         FROM (SELECT usage_date, sum(cost) AS cost FROM priced AS u WHERE {BY_JOB} GROUP BY 1))""",
    "slow_drift": f"""
        (SELECT regr_slope(ln(cost), day) BETWEEN 0.006 AND 0.02 FROM (
           SELECT usage_date - DATE '2020-01-01' AS day, sum(cost)::DOUBLE AS cost FROM priced AS u WHERE {BY_JOB} GROUP BY 1 HAVING sum(cost) > 0))""",
    "untagged_usage": f"""
        (SELECT count(*) > 0 AND bool_and(map_keys(custom_tags) <@ ['Vendor', 'Creator', 'ClusterId', 'ClusterName', 'JobId', 'RunName'])
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "mistagged_usage": f"(SELECT bool_and(custom_tags['team'] = 'finnance-analitics') FROM billing.usage AS u WHERE {BY_JOB})",
    "tag_case_variants": f"""
        (SELECT bool_and(custom_tags['Team'] IS NOT NULL AND custom_tags['costcenter'] IS NOT NULL AND custom_tags['team'] IS NULL)
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "multi_tag_usage": f"""
        (SELECT bool_and(custom_tags['team'] IS NOT NULL AND custom_tags['CostCenter'] IS NOT NULL AND custom_tags['env'] IS NOT NULL)
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "retagged_job": f"""
        (SELECT count(DISTINCT custom_tags['team']) = 2 AND min(usage_date) FILTER (WHERE custom_tags['team'] = 'customer-360') = p.since
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "retraction_restatement": f"""
        (SELECT abs(sum(usage_quantity) - 0.8 * sum(usage_quantity) FILTER (WHERE record_type = 'ORIGINAL')) < 0.001
           AND count(*) FILTER (WHERE record_type = 'RETRACTION') = count(*) FILTER (WHERE record_type = 'RESTATEMENT')
           AND count(*) FILTER (WHERE record_type = 'RETRACTION') > 0
         FROM billing.usage AS u WHERE {BY_JOB} AND u.usage_date = p.since)""",
    "lone_retraction": f"""
        (SELECT sum(usage_quantity) = 0 AND count(*) > 0 AND count(*) FILTER (WHERE record_type = 'RESTATEMENT') = 0
         FROM billing.usage AS u WHERE {BY_JOB} AND u.usage_date = p.since)""",
    "renamed_job": f"""
        (SELECT count(DISTINCT name) = 2 AND CAST(max(change_time) FILTER (WHERE name = 'orders_bronze_ingest') AS DATE) = p.since FROM {JOBS})""",
    "same_name_jobs": f"""
        (SELECT count(DISTINCT job_id) = 2 FROM lakeflow.jobs AS k WHERE k.workspace_id = p.workspace_id
           AND k.name = (SELECT any_value(name) FROM {JOBS}))""",
    "shared_job_id": """
        (SELECT count(DISTINCT workspace_id) = 2 AND count(DISTINCT name) = 2 FROM lakeflow.jobs AS j WHERE j.job_id = p.entity)""",
    "continuous_job": f"(SELECT bool_and(trigger_type = 'CONTINUOUS') AND count(*) > 24 * count(DISTINCT run_id) FROM {RUNS})",
    "deleted_job": f"""
        (SELECT CAST(max(delete_time) AS DATE) = p.since FROM {JOBS}) AND (SELECT max(usage_date) <= p.since AND count(*) > 0
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "job_name_hostile": f"""
        (SELECT bool_or(contains(name, '<script>') OR contains(name, 'DROP TABLE') OR contains(name, '%_') OR length(name) > 300
           OR name LIKE '=%' OR regexp_matches(name, '[\\x{{0400}}-\\x{{04FF}}\\x{{0600}}-\\x{{06FF}}\\x{{3040}}-\\x{{9FFF}}]')) FROM {JOBS})""",
    "run_over_midnight": f"""
        (SELECT avg((days = 2)::INT) > 0.8 FROM (SELECT count(DISTINCT CAST(period_start_time AS DATE)) AS days FROM {RUNS} GROUP BY r.run_id))""",
    "warehouse_task_job": f"""
        (SELECT count(*) > 0 FROM lakeflow.job_task_run_timeline AS t JOIN compute.warehouses AS w ON w.warehouse_id = t.compute_ids[1]
         WHERE t.workspace_id = p.workspace_id AND t.job_id = p.entity)
        AND EXISTS (FROM statement AS s WHERE s.query_source.job_info.job_id = p.entity AND s.compute.warehouse_id IS NOT NULL)
        AND NOT EXISTS (FROM billing.usage AS u WHERE {BY_JOB})""",
    "pipeline_task_job": f"""
        (SELECT count(*) > 0 FROM lakeflow.pipeline_update_timeline AS u JOIN lakeflow.job_task_run_timeline AS t
           ON t.workspace_id = u.workspace_id AND t.run_id = u.trigger_details.job_task.job_task_run_id
         WHERE u.trigger_details.job_task.job_id = p.entity AND u.trigger_type = 'JOB_TASK')
        AND NOT EXISTS (FROM billing.usage AS u WHERE {BY_JOB})""",
    "old_runtime_job": f"""
        (SELECT bool_and(c.dbr_version LIKE '9.1%') FROM compute.clusters AS c
         WHERE c.cluster_id IN (SELECT u.usage_metadata.cluster_id FROM billing.usage AS u WHERE {BY_JOB}))""",
    "oversized_job_cluster": f"""
        (SELECT avg({CPU}) < 12 AND avg(mem_used_percent) < 25 FROM compute.node_timeline AS n
         WHERE n.cluster_id IN (SELECT u.usage_metadata.cluster_id FROM billing.usage AS u WHERE {BY_JOB}))""",
    "short_run_job": f"""
        (SELECT count(*) > 0 FROM billing.usage AS u WHERE {BY_JOB}) AND NOT EXISTS (FROM compute.node_timeline AS n
         WHERE n.cluster_id IN (SELECT u.usage_metadata.cluster_id FROM billing.usage AS u WHERE {BY_JOB}))""",
    "pooled_job": f"""
        (SELECT bool_and(usage_metadata.instance_pool_id IS NOT NULL AND custom_tags['DatabricksInstancePoolId'] IS NOT NULL)
         FROM billing.usage AS u WHERE {BY_JOB})""",
    "generated_cluster_names": f"""
        (SELECT count(DISTINCT custom_tags['ClusterName']) = count(DISTINCT usage_metadata.job_run_id) FROM billing.usage AS u WHERE {BY_JOB})""",
    "serverless_job": f"""
        (SELECT bool_and(product_features.is_serverless AND usage_metadata.cluster_id IS NULL) FROM billing.usage AS u WHERE {BY_JOB})""",
    "skipping_job": f"(SELECT avg((result_state = 'SKIPPED')::INT) BETWEEN 0.04 AND 0.2 FROM {RUNS} AND r.result_state IS NOT NULL)",
    "hourly_slices": f"(SELECT count(*) > count(DISTINCT run_id) AND count(*) > count(result_state) FROM {RUNS})",
    "scd2_job_versions": f"(SELECT count(*) > 1 FROM {JOBS})",
    "repaired_run": f"(SELECT list(result_state ORDER BY period_start_time) FILTER (WHERE result_state IS NOT NULL) = ['FAILED', 'SUCCEEDED'] FROM {RUN})",
    "repaired_run_with_gap": f"""
        (SELECT max(period_end_time) - min(period_start_time) > INTERVAL 5 HOUR AND sum(epoch(period_end_time - period_start_time)) < 5 * 3600
           AND count(result_state) = 2 FROM {RUN})""",
    "run_26_hours": f"""
        (SELECT sum(epoch(period_end_time - period_start_time)) = 26 * 3600 AND count(result_state) = 1 AND count(*) > 25 FROM {RUN})
        AND (SELECT count(DISTINCT usage_date) > 1 FROM billing.usage AS u WHERE u.usage_metadata.job_run_id = p.entity)""",
    "skipped_run": f"""
        (SELECT bool_and(result_state = 'SKIPPED' AND period_start_time = period_end_time) FROM {RUN})
        AND NOT EXISTS (FROM billing.usage AS u WHERE u.usage_metadata.job_run_id = p.entity)""",
    "outlier_run": """
        (SELECT max(cost) FILTER (WHERE run = p.entity) > 15 * median(cost)
         FROM (SELECT usage_metadata.job_run_id AS run, sum(cost) AS cost FROM priced AS u
               WHERE u.workspace_id = p.workspace_id AND u.usage_metadata.job_id = (
                 SELECT any_value(usage_metadata.job_id) FROM billing.usage AS v WHERE v.usage_metadata.job_run_id = p.entity) GROUP BY 1))""",
    "task_run_is_not_job_run": """
        (SELECT count(*) > 0 AND bool_and(t.run_id <> t.job_run_id) FROM lakeflow.job_task_run_timeline AS t WHERE t.job_run_id = p.entity)""",
    "submit_run": f"""
        (SELECT bool_and(run_type = 'SUBMIT_RUN' AND run_name IS NOT NULL) FROM {RUN})
        AND EXISTS (FROM billing.usage AS u WHERE u.usage_metadata.job_run_id = p.entity AND u.usage_metadata.job_id IS NOT NULL
          AND NOT EXISTS (FROM lakeflow.jobs AS j WHERE j.workspace_id = u.workspace_id AND j.job_id = u.usage_metadata.job_id))""",
    "workflow_run": f"""
        (SELECT bool_and(run_type = 'WORKFLOW_RUN' AND source_task_run_id IS NOT NULL) FROM {RUN})
        AND NOT EXISTS (FROM billing.usage AS u WHERE u.usage_metadata.job_run_id = p.entity)""",
    "query_regression": f"""
        (SELECT median(execution_duration_ms) FILTER (WHERE start_time >= p.since) > 3 * median(execution_duration_ms) FILTER (WHERE start_time < p.since)
           AND median(read_bytes) FILTER (WHERE start_time >= p.since) > 3 * median(read_bytes) FILTER (WHERE start_time < p.since)
         FROM {SAME_SHAPE} AND s.execution_status = 'FINISHED')""",
    "select_star_wide": f"(SELECT bool_and(statement_text LIKE 'SELECT * FROM%wide%') AND bool_or(read_bytes > 20e9) FROM {SAME_SHAPE})",
    "spilling_query": f"(SELECT spilled_local_bytes > 1e10 FROM {IT})",
    "poor_pruning_query": f"(SELECT pruned_files < 0.3 * (pruned_files + read_files) AND read_bytes > 1e9 FROM {IT})",
    "small_files_query": f"(SELECT read_files > 1000 AND read_bytes / read_files < 16e6 FROM {IT})",
    "failing_statement": f"""
        (SELECT avg((execution_status = 'FAILED')::INT) > 0.5 AND max(error_message) IS NOT NULL FROM {SAME_SHAPE})""",
    "tiny_insert_loop": f"(SELECT bool_and(statement_type = 'INSERT') AND max(written_bytes) < 1e8 AND count(*) > 10 FROM {SAME_SHAPE})",
    "metadata_statement": f"(SELECT statement_type IN ('SHOW', 'DESCRIBE') AND total_task_duration_ms = 0 FROM {IT})",
    "dlt_pipeline_statement": f"(SELECT query_source.pipeline_info.update_id IS NOT NULL FROM {IT})",
    "duplicate_statement": """
        (SELECT count(*) = 2 AND count(DISTINCT update_time) = 2 FROM "query".history AS s WHERE s.statement_id = p.entity)""",
    "job_info_never_null": f"(SELECT query_source.job_info IS NOT NULL AND query_source.job_info.job_id IS NULL FROM {IT})",
    "result_cache_hit": f"(SELECT from_result_cache AND total_task_duration_ms = 0 AND cache_origin_statement_id IS NOT NULL FROM {IT})",
    "serverless_pipeline_untagged": f"""
        (SELECT count(*) > 0 AND max(cardinality(custom_tags)) = 0 FROM {BY_PIPELINE})
        AND (SELECT min(cardinality(tags)) > 0 FROM lakeflow.pipelines AS l WHERE l.pipeline_id = p.entity)""",
    "failing_pipeline": f"(SELECT avg((result_state = 'FAILED')::INT) > 0.25 FROM {UPDATES} AND u.result_state IS NOT NULL)",
    "pipeline_retry": f"""
        (SELECT count(*) > 0 FROM (SELECT request_id FROM {UPDATES} GROUP BY 1 HAVING count(DISTINCT update_id) = 2
           AND bool_or(trigger_type = 'RETRY_ON_FAILURE')))""",
    "continuous_pipeline": f"(SELECT count(*) > 20 * count(DISTINCT update_id) FROM {UPDATES})",
    "renamed_pipeline": "(SELECT count(DISTINCT name) = 2 FROM lakeflow.pipelines AS l WHERE l.pipeline_id = p.entity)",
    "dlt_pipeline_id_on_sql": f"""
        (SELECT bool_and(billing_origin_product = 'SQL' AND sku_name LIKE '%JOBS_SERVERLESS%' AND usage_metadata.warehouse_id IS NULL) FROM {BY_PIPELINE})""",
    "dlt_pipeline_id_on_connect": f"(SELECT bool_and(billing_origin_product = 'LAKEFLOW_CONNECT') FROM {BY_PIPELINE})",
    "dlt_pipeline_id_on_online_table": f"(SELECT bool_and(billing_origin_product = 'ONLINE_TABLES') FROM {BY_PIPELINE})",
    "price_change_mid_month": f"""
        (SELECT count(*) = 1 FROM {PRICES} AND l.price_start_time = p.since AND day(p.since) > 1)
        AND (SELECT count(DISTINCT price) = 2 FROM {USAGE_OF_SKU})
        AND EXISTS (FROM {USAGE_OF_SKU} AND u.usage_start_time = p.since)""",
    "price_gap_59_999": f"""
        (SELECT count(*) = 1 FROM {PRICES} AND l.price_end_time = p.since::TIMESTAMPTZ - INTERVAL 1 MILLISECOND)
        AND (SELECT count(*) = 1 FROM {USAGE_OF_SKU} AND u.price IS NULL AND u.usage_start_time >= p.since::TIMESTAMPTZ - INTERVAL 1 MILLISECOND
               AND u.usage_start_time < p.since)""",
    "promotional_price": f"""
        (SELECT count(*) = 1 FROM {PRICES} AND l.pricing.promotional."default" IS NOT NULL AND l.pricing.effective_list."default" < l.pricing."default")
        AND EXISTS (FROM {USAGE_OF_SKU} AND u.price = 0.6)""",
    "retired_sku": f"""
        (SELECT count(*) = 0 FROM {PRICES} AND l.cloud = 'AWS' AND l.price_end_time IS NULL)
        AND (SELECT count(*) > 0 AND count(price) = count(*) FROM {USAGE_OF_SKU})""",
    "unpriced_sku": f"(SELECT count(*) = 0 FROM {PRICES}) AND EXISTS (FROM {USAGE_OF_SKU})",
    "sku_only_in_eur": f"(SELECT bool_and(currency_code = 'EUR') FROM {PRICES}) AND EXISTS (FROM {USAGE_OF_SKU})",
    "sku_in_two_currencies": f"(SELECT count(DISTINCT currency_code) = 2 FROM {PRICES}) AND EXISTS (FROM {USAGE_OF_SKU})",
    "sku_in_two_units": f"(SELECT count(DISTINCT usage_unit) = 2 FROM {USAGE_OF_SKU})",
    "free_sku_zero_price": f"(SELECT count(*) > 0 AND bool_and(price = 0) FROM {USAGE_OF_SKU})",
    "several_price_windows": f"(SELECT count(*) > 1 FROM {PRICES} AND l.cloud = 'AWS')",
    "sku_used_by_many_products": f"(SELECT count(DISTINCT billing_origin_product) > 4 FROM {USAGE_OF_SKU})",
    "serverless_without_the_word": f"(SELECT count(*) > 0 AND NOT contains(p.entity, 'SERVERLESS') FROM {USAGE_OF_SKU})",
    "deleted_workspace": """
        (SELECT count(*) > 0 AND max(usage_date) <= p."until" FROM billing.usage AS u WHERE u.workspace_id = p.entity)
        AND NOT EXISTS (FROM access.workspaces_latest AS w WHERE w.workspace_id = p.entity)""",
    "workspace_outside_region": """
        EXISTS (FROM billing.usage AS u WHERE u.workspace_id = p.entity AND u.usage_metadata.cluster_id IS NOT NULL)
        AND NOT EXISTS (FROM compute.clusters AS c WHERE c.workspace_id = p.entity)
        AND NOT EXISTS (FROM lakeflow.jobs AS j WHERE j.workspace_id = p.entity)
        AND NOT EXISTS (FROM "query".history AS h WHERE h.workspace_id = p.entity)
        AND NOT EXISTS (FROM compute.warehouses AS w WHERE w.workspace_id = p.entity)""",
    "null_workspace_usage": "EXISTS (FROM billing.usage AS u WHERE u.workspace_id IS NULL AND u.billing_origin_product = p.entity)",
    "mixed_units": "(SELECT count(DISTINCT usage_unit) > 1 FROM billing.usage AS u WHERE u.billing_origin_product = p.entity)",
    "is_serverless_null": """
        (SELECT count(*) > 0 AND count(product_features.is_serverless) = 0 FROM billing.usage AS u WHERE u.billing_origin_product = p.entity)""",
    "po_estimate_differs": """
        (SELECT abs(billed / estimated - 1) > 0.02 FROM
           (SELECT sum(usage_quantity)::DOUBLE AS billed FROM billing.usage AS u
            WHERE u.billing_origin_product = p.entity AND u.workspace_id = p.workspace_id),
           (SELECT sum(usage_quantity)::DOUBLE AS estimated FROM storage.predictive_optimization_operations_history AS o
            WHERE o.workspace_id = p.workspace_id))""",
    "partial_yesterday": """
        (SELECT max(usage_date) = p.since AND count(*) FILTER (WHERE usage_date = p.since) > 0
           AND count(*) FILTER (WHERE usage_date = p.since) < 0.9 * count(*) FILTER (WHERE usage_date = p.since - 7) FROM billing.usage)
        AND (SELECT max(start_time) >= p."until" FROM "query".history)""",
    "unused_endpoint": """
        EXISTS (FROM billing.usage AS u WHERE u.usage_metadata.endpoint_id = p.entity)
        AND NOT EXISTS (FROM serving.endpoint_usage AS e JOIN serving.served_entities AS s USING (served_entity_id) WHERE s.endpoint_id = p.entity)""",
    "token_endpoint": """
        (SELECT bool_and(usage_type = 'TOKEN') FROM billing.usage AS u WHERE u.usage_metadata.endpoint_id = p.entity)
        AND EXISTS (FROM serving.endpoint_usage AS e JOIN serving.served_entities AS s USING (served_entity_id) WHERE s.endpoint_id = p.entity)""",
    "stale_table": """
        (SELECT max(event_date) > p.since + 40 FROM access.table_lineage AS t WHERE t.target_table_full_name = p.entity)
        AND (SELECT max(event_date) = p.since FROM access.table_lineage AS t WHERE t.source_table_full_name = p.entity)""",
    "pool_idle": """
        (SELECT count(*) FILTER (WHERE state = 'INSTANCE_READY' AND cluster_id IS NULL) > 0 AND count(*) FILTER (WHERE state = 'INSTANCE_PLACED') > 0
         FROM compute.instance_events AS e WHERE e.instance_pool_id = p.entity)""",
    "apostrophe_in_name": """contains(p.entity, '''') AND EXISTS (FROM "query".history AS h WHERE h.executed_by = p.entity)""",
}

TRAPS = {
    1: ["shared_warehouse"], 2: ["shared_warehouse"], 3: ["shared_warehouse"],
    4: ["several_price_windows", "sku_in_two_currencies"], 5: ["price_change_mid_month", "retired_sku"],
    6: ["price_change_mid_month", "price_gap_59_999"], 7: ["unpriced_sku", "workspace_outside_region", "submit_run", "deleted_job"],
    8: ["retraction_restatement", "lone_retraction"],
    9: ["scd2_cluster_versions", "scd2_warehouse_versions", "scd2_job_versions", "renamed_pipeline"],
    10: ["shared_job_id"], 11: ["hourly_slices", "repaired_run"], 12: ["hourly_slices"], 13: ["run_26_hours"],
    14: ["task_run_is_not_job_run"], 15: ["repaired_run_with_gap"], 16: ["sku_used_by_many_products"],
    17: ["serverless_without_the_word"],
    18: ["dlt_pipeline_id_on_sql", "dlt_pipeline_id_on_connect", "dlt_pipeline_id_on_online_table"],
    19: ["stray_cluster_id_on_serving"], 20: ["job_info_never_null"], 21: ["multi_tag_usage"], 22: ["minute_rows"],
    23: ["driver_hot_workers_idle"], 24: ["deleted_workspace"], 25: ["shared_all_purpose"], 26: ["shared_warehouse"],
    27: ["serverless_job"], 28: ["mixed_units", "sku_in_two_units"], 29: ["same_name_jobs", "generated_cluster_names"],
    30: ["partial_yesterday"], 31: ["queueing_warehouse"], 32: ["duplicate_statement"], 33: ["owner_is_not_user"],
    34: ["po_estimate_differs"], 35: ["deleted_workspace", "null_workspace_usage"], 36: ["is_serverless_null"],
}  # fmt: skip
"""Which facts carry which trap of a naive computation, by the number it has in the project's list of 38.

Not here: 37 (a discount rule matched twice) and 38 (two price bases in one figure), as the account has neither
discounts nor negotiated prices.
"""
