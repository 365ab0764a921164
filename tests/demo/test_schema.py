"""The DDL files are the shape of the account."""

import duckdb

from lib.warehouse.ddl import ddl

PLANNED = {
    "external": {"cloud_costs", "databricks_job_spends"},
    "system.access": {"audit", "column_lineage", "table_lineage", "workspaces_latest"},
    "system.ai_gateway": {"usage"},
    "system.billing": {"account_prices", "attributed_usage", "cloud_infra_cost", "list_prices", "usage"},
    "system.compute": {
        "clusters", "instance_events", "instance_pools", "node_timeline", "node_types", "warehouse_events",
        "warehouses",
    },
    "system.lakeflow": {
        "job_run_timeline", "job_task_run_timeline", "job_tasks", "jobs", "pipeline_update_timeline", "pipelines",
    },
    "system.mlflow": {"experiments_latest", "run_metrics_history", "runs_latest"},
    "system.query": {"history"},
    "system.serving": {"endpoint_usage", "served_entities"},
    "system.storage": {"predictive_optimization_operations_history", "table_metrics_history"},
}  # fmt: skip


def test_ddl_covers_every_planned_table():
    assert {table.name for table in ddl()} == {f"{s}.{t}" for s, tables in PLANNED.items() for t in tables}


def test_account_has_the_columns_of_the_ddl_in_order(account: duckdb.DuckDBPyConnection):
    for table in ddl():
        described = account.execute(f"DESCRIBE {table.duckdb_name}").fetchall()
        assert [row[0] for row in described] == [name for name, _ in table.columns], table.name


def test_account_has_the_types_of_the_ddl(account: duckdb.DuckDBPyConnection):
    with duckdb.connect() as empty:
        for table in ddl():
            empty.execute(f"CREATE SCHEMA IF NOT EXISTS {table.duckdb_name.split('.')[0]}")
            empty.execute(table.duckdb_text)
            described = f"SELECT column_name, column_type FROM (DESCRIBE {table.duckdb_name})"
            assert account.execute(described).fetchall() == empty.execute(described).fetchall(), table.name


def test_moments_are_timestamps_with_time_zone():
    usage = next(table for table in ddl() if table.name == "system.billing.usage")
    assert dict(usage.columns)["usage_start_time"] == "TIMESTAMP"
    assert '"usage_start_time" TIMESTAMPTZ' in usage.duckdb_text
    assert usage.duckdb_name == '"billing"."usage"'


def test_schema_query_is_quoted():
    history = next(table for table in ddl() if table.name == "system.query.history")
    assert history.duckdb_name == '"query"."history"'
