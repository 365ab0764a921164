"""What makes a row of each table the same row again, and what no row can do without.

A system table is exported again and again, with overlap: these rules say which rows two exports share and which
version of a row counts. They follow the tables' own documentation (keys, slices, versions by change_time).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """How rows of one table are told apart."""

    required: tuple[str, ...]
    """Every file must have these columns and every row must fill them; other columns may be missing (NULL)."""
    key: tuple[str, ...] = ()
    """Rows that agree here (NULL equals NULL) are one row; () when only a row equal in all columns is the same."""
    newest: str | None = None
    """Of two rows with one key, the one with the greater value counts (NULL is least); equal ones: the later import."""
    order: str | None = None
    """Rows are kept in this order, so that a query of a few days reads only those."""
    replaced_by: tuple[str, ...] = ()
    """For rows without a key: a later import's rows replace all earlier rows that agree in these columns."""


def _versions(*key: str) -> Rule:
    """One row a version of an object; `change_time` starts the version."""
    key = ("workspace_id", *key, "change_time")
    return Rule(required=key, key=key, order="change_time")


def _slices(*key: str, required: tuple[str, ...]) -> Rule:
    """One row a slice of a run; a repair may end a slice at the same times with another result."""
    times = ("period_start_time", "period_end_time")
    return Rule(
        required=("workspace_id", *required, *times),
        key=("workspace_id", *key, *times, "result_state"),
        order="period_start_time",
    )


def _prices() -> Rule:
    """One row a price window; the price is valid until the end it gets later: closed beats open."""
    named = ("cloud", "sku_name", "usage_unit", "currency_code", "price_start_time")
    return Rule(
        required=(*named, "pricing"), key=("account_id", *named), newest="price_end_time", order="price_start_time"
    )


RULES: dict[str, Rule] = {
    "system.billing.usage": Rule(
        required=("record_id", "cloud", "sku_name", "usage_start_time", "usage_date", "usage_unit", "usage_quantity"),
        key=("record_id",), newest="ingestion_date", order="usage_date",
    ),
    "system.billing.list_prices": _prices(),
    "system.billing.account_prices": _prices(),
    "system.billing.attributed_usage": Rule(
        required=("record_id", "usage_date", "usage_unit", "active_usage_quantity"),
        key=("record_id",), order="usage_date",
    ),
    "system.billing.cloud_infra_cost": Rule(
        required=("record_id", "usage_date", "cost", "currency_code"), key=("record_id",), order="usage_date"
    ),
    "system.compute.clusters": _versions("cluster_id"),
    "system.compute.warehouses": _versions("warehouse_id"),
    "system.compute.instance_pools": _versions("instance_pool_id"),
    "system.compute.node_types": Rule(required=("node_type",), key=("account_id", "node_type")),
    "system.compute.node_timeline": Rule(
        required=("workspace_id", "cluster_id", "instance_id", "start_time", "end_time"),
        key=("workspace_id", "instance_id", "start_time"), newest="end_time", order="start_time",
    ),
    "system.compute.warehouse_events": Rule(
        required=("workspace_id", "warehouse_id", "event_type", "event_time"), order="event_time"
    ),
    "system.compute.instance_events": Rule(
        required=("workspace_id", "instance_id", "event_type", "event_time"), order="event_time"
    ),
    "system.query.history": Rule(
        required=("workspace_id", "statement_id", "start_time"),
        key=("workspace_id", "statement_id"), newest="update_time", order="start_time",
    ),
    "system.lakeflow.jobs": _versions("job_id"),
    "system.lakeflow.job_tasks": _versions("job_id", "task_key"),
    "system.lakeflow.pipelines": _versions("pipeline_id"),
    "system.lakeflow.job_run_timeline": _slices("job_id", "run_id", required=("job_id", "run_id")),
    "system.lakeflow.job_task_run_timeline": _slices(
        "job_id", "job_run_id", "run_id", "task_key", required=("job_id", "run_id")
    ),
    "system.lakeflow.pipeline_update_timeline": _slices(
        "pipeline_id", "update_id", "request_id", required=("pipeline_id", "update_id")
    ),
    "system.access.workspaces_latest": Rule(required=("workspace_id",), key=("workspace_id",)),
    "system.access.audit": Rule(required=("event_id", "event_time"), key=("event_id",), order="event_time"),
    "system.access.table_lineage": Rule(required=("event_time",), order="event_time"),
    "system.access.column_lineage": Rule(required=("event_time",), order="event_time"),
    "system.serving.served_entities": Rule(
        required=("served_entity_id", "change_time"), key=("workspace_id", "served_entity_id", "change_time")
    ),
    "system.serving.endpoint_usage": Rule(
        required=("databricks_request_id", "request_time"),
        key=("databricks_request_id", "served_entity_id"), order="request_time",
    ),
    "system.ai_gateway.usage": Rule(required=("request_id", "event_time"), key=("request_id",), order="event_time"),
    "system.storage.predictive_optimization_operations_history": Rule(
        required=("operation_id", "start_time", "usage_unit", "usage_quantity"),
        key=("operation_id",), order="start_time",
    ),
    "system.storage.table_metrics_history": Rule(
        required=("catalog_name", "schema_name", "table_name", "snapshot_date"),
        key=("catalog_name", "schema_name", "table_name", "table_id", "snapshot_date"), order="snapshot_date",
    ),
    "system.mlflow.experiments_latest": Rule(
        required=("experiment_id",), key=("workspace_id", "experiment_id"), newest="update_time"
    ),
    "system.mlflow.runs_latest": Rule(required=("run_id",), key=("workspace_id", "run_id"), newest="update_time"),
    "system.mlflow.run_metrics_history": Rule(
        required=("record_id", "metric_name", "metric_value"), key=("record_id",), order="insert_time"
    ),
    # A cloud bill has no row id, and one run on one cluster may have several rows a day: a newer export replaces them.
    "external.databricks_job_spends": Rule(
        required=("usage_date", "ec2_cost"), order="usage_date",
        replaced_by=("usage_date", "cluster_id", "job_id", "run_id"),
    ),
    "external.cloud_costs": Rule(
        required=("record_key", "cloud", "usage_date", "cost", "currency"), key=("record_key",), order="usage_date"
    ),
}  # fmt: skip
