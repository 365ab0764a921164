"""What a model is told about a run's cost or a cluster's configuration: figures and settings that the page shows too."""

from collections.abc import Mapping
from typing import Any

from lib.jobs.run import RunView

COST = "Why did this job run cost what it did, and what would make it cheaper?"
CONFIGURATION = "Does this cluster's configuration fit how the job run used it, and what should be looked at?"
SETTINGS = (
    "driver_node_type", "worker_node_type", "worker_count", "min_autoscale_workers", "max_autoscale_workers",
    "auto_termination_minutes", "dbr_version", "data_security_mode", "availability", "first_on_demand",
)  # fmt: skip
USED = ("driver_hours", "worker_hours", "inferred_hours", "run_share", "cluster_vm_cost", "run_vm_cost", "vm_basis")
RUN = (
    "final_state", "termination_code", "trigger_type", "busy_s", "attempts", "failed_share", "is_serverless", "dbus",
    "dbu_cost", "vm_cost", "vm_basis", "shared_cost", "total_cost",
)  # fmt: skip


def run_facts(view: RunView) -> dict[str, object]:
    """A run: cost, time, attempts, its largest SKU lines and tasks."""
    skus = view.skus.head(5)[["sku_name", "usage_quantity", "usage_unit", "price", "cost"]]
    tasks = view.tasks.nlargest(5, "work_s")[["task_key", "work_s", "result_state"]]
    return {
        "job": view.job.get("job_name"),
        "currency": view.filters.currency,
        "run": _chosen(view.run, RUN),
        "skus": [_chosen(row, row) for row in skus.to_dict("records")],
        "tasks": [_chosen(row, row) for row in tasks.to_dict("records")],
    }


def cluster_facts(view: RunView, cluster_id: str) -> dict[str, object]:
    """A cluster of the run: its configuration at the time, and its use by day."""
    days = view.clusters[view.clusters["cluster_id"] == cluster_id].to_dict("records")
    return {
        "configuration": _chosen(days[0], SETTINGS) if days else {},
        "days": [_chosen(day, ("usage_date", *USED)) for day in days],
        "run": _chosen(view.run, ("busy_s", "final_state", "total_cost")),
        "currency": view.filters.currency,
    }


def _chosen(values: Mapping[Any, Any], names: Any) -> dict[str, object]:
    """The named values that are there; NaN and None are left out."""
    found = {str(name): values.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None and value == value}
